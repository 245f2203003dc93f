import { randomUUID } from 'node:crypto';
import {
  type Diagnosis,
  type EpochMs,
  err,
  type Fact,
  MINUTE_MS,
  ok,
  type Problem,
  type Result,
  type Target,
  type Test,
} from '@cordon/core';
import type { StateStore } from '../store/ports.ts';
import { findOwnActions } from './own-actions.ts';
import { listOwnAddresses } from './own-addresses.ts';
import { type DiagnosisDeps, type DiagnosisRun, runDiagnosis } from './run-diagnosis.ts';

const MAX_RUNNING = 2;
const MAX_PER_MINUTE = 6;
const MAX_KEPT = 50;

/** A diagnosis that was asked for, and how far it is. */
export interface DiagnosisJob {
  readonly id: string;
  readonly by: string;
  readonly startedAt: EpochMs;
  readonly target: Target;
  readonly status: 'running' | 'done' | 'failed';
  /** Tests that told something, or why they could not be made, in their order. */
  readonly facts: readonly Fact[];
  /** The test that is being made now. */
  readonly asking?: Test | undefined;
  readonly diagnosis?: Diagnosis;
  readonly problem?: Problem;
}

interface DiagnosisDeskDeps {
  readonly state: StateStore;
  readonly now: () => EpochMs;
  /** Told of a walk that broke: a bug of ours. */
  readonly onBroken: (error: unknown) => void;
  /** Walks the tree; the real network unless told otherwise. */
  readonly walk?: (target: Target, deps: DiagnosisDeps) => Promise<DiagnosisRun>;
}

/** Runs diagnoses: two at once, six a minute for one person; the last fifty can be asked for. */
export class DiagnosisDesk {
  readonly #deps: DiagnosisDeskDeps;
  readonly #jobs = new Map<string, DiagnosisJob>();
  readonly #walks = new Map<string, Promise<void>>();

  constructor(deps: DiagnosisDeskDeps) {
    this.#deps = deps;
  }

  get(id: string): DiagnosisJob | undefined {
    return this.#jobs.get(id);
  }

  /** All that are kept, the newest first. */
  list(): readonly DiagnosisJob[] {
    return [...this.#jobs.values()].toReversed();
  }

  /** Starts one; the problem is `diagnoses_throttled` while too many run or were asked for. */
  start(target: Target, by: string): Result<DiagnosisJob> {
    const startedAt = this.#deps.now();
    const jobs = [...this.#jobs.values()];
    if (jobs.filter(({ status }) => status === 'running').length >= MAX_RUNNING)
      return err(throttled(`${MAX_RUNNING} diagnoses run already.`));
    const recent = jobs.filter((job) => job.by === by && job.startedAt > startedAt - MINUTE_MS);
    if (recent.length >= MAX_PER_MINUTE)
      return err(throttled(`You asked for ${MAX_PER_MINUTE} diagnoses within a minute.`));
    const job: DiagnosisJob = {
      id: randomUUID(),
      by,
      startedAt,
      target,
      status: 'running',
      facts: [],
    };
    this.#jobs.set(job.id, job);
    for (const { id, status } of jobs)
      if (this.#jobs.size > MAX_KEPT && status !== 'running') this.#jobs.delete(id);
    const walk = this.#run(job).finally(() => this.#walks.delete(job.id));
    this.#walks.set(job.id, walk);
    return ok(job);
  }

  /** The diagnosis once it is over. */
  async settled(id: string): Promise<DiagnosisJob | undefined> {
    await this.#walks.get(id);
    return this.#jobs.get(id);
  }

  async #run({ id, target }: DiagnosisJob): Promise<void> {
    const { state, walk = runDiagnosis } = this.#deps;
    try {
      const { diagnosis } = await walk(target, {
        ownActions: (of) => findOwnActions(state, { ...of, own: listOwnAddresses() }),
        target: undefined,
        onTest: (asking) => this.#change(id, (job) => ({ ...job, asking })),
        onFact: (fact) =>
          this.#change(id, (job) => ({ ...job, asking: undefined, facts: [...job.facts, fact] })),
      });
      this.#change(id, (job) => ({ ...job, status: 'done', diagnosis }));
    } catch (error) {
      this.#deps.onBroken(error);
      this.#change(id, (job) => ({ ...job, status: 'failed', asking: undefined, problem: BROKE }));
    }
  }

  #change(id: string, change: (job: DiagnosisJob) => DiagnosisJob): void {
    const job = this.#jobs.get(id);
    if (job) this.#jobs.set(id, change(job));
  }
}

/** After which a person who was refused may try again. */
export const THROTTLE_WAIT_S = 10;

const throttled = (detail: string): Problem => ({
  code: 'diagnoses_throttled',
  detail,
  hint: 'Wait a moment and ask again.',
  retryable: true,
});

const BROKE: Problem = {
  code: 'bug',
  detail: 'The diagnosis broke off before it knew.',
  hint: 'Ask again; what was seen so far is shown.',
  retryable: true,
};
