import { randomUUID } from 'node:crypto';
import {
  type EpochMs,
  err,
  linkRules,
  ok,
  type Problem,
  parseSigma,
  type Result,
  type SigmaDocument,
} from '@cordon/core';
import type { EventStore } from '../store/ports.ts';
import { toStoreError } from '../store/store-error.ts';
import { type Backtest, backtest } from './backtest.ts';

/** A back-test that was asked for, and how far it is. */
export interface BacktestJob {
  readonly id: string;
  readonly ruleId: string;
  readonly title: string;
  readonly status: 'waiting' | 'running' | 'done' | 'failed' | 'cancelled';
  /** 0 to 1, by the time that was gone through. */
  readonly fraction: number;
  readonly events: number;
  readonly fired: number;
  readonly result?: Backtest;
  readonly problem?: Problem;
}

/** A rule that runs, by its id, or one that is only a text yet. */
export interface BacktestOrder {
  readonly rule: { readonly id: string } | { readonly text: string };
  readonly from: EpochMs;
  readonly to: EpochMs;
}

const MAX_JOBS = 20;
const MAX_WAITING = 5;

interface BacktestDeskDeps {
  readonly rules: () => readonly SigmaDocument[];
  readonly events: Pick<EventStore, 'hunt' | 'huntBars'>;
  /** Ends all of them. */
  readonly signal: AbortSignal;
}

/** Runs back-tests, one after the other; the last twenty can be asked for. */
export class BacktestDesk {
  readonly #deps: BacktestDeskDeps;
  readonly #jobs = new Map<string, { job: BacktestJob; readonly stop: AbortController }>();
  #turn: Promise<void> = Promise.resolve();

  constructor(deps: BacktestDeskDeps) {
    this.#deps = deps;
  }

  get(id: string): BacktestJob | undefined {
    return this.#jobs.get(id)?.job;
  }

  start(order: BacktestOrder): Result<BacktestJob> {
    const open = [...this.#jobs.values()].filter(({ job }) => job.status === 'waiting');
    if (open.length >= MAX_WAITING) return err(BUSY);
    const found = this.#find(order.rule);
    if (!found.ok) return found;
    const { rule, rules } = found.value;
    const job: BacktestJob = {
      id: randomUUID(),
      ruleId: rule.id,
      title: rule.title,
      status: 'waiting',
      fraction: 0,
      events: 0,
      fired: 0,
    };
    this.#jobs.set(job.id, { job, stop: new AbortController() });
    for (const id of this.#jobs.keys()) if (this.#jobs.size > MAX_JOBS) this.#forget(id);
    this.#turn = this.#turn.then(() => this.#run(job.id, rules, order));
    return ok(job);
  }

  cancel(id: string): BacktestJob | undefined {
    this.#jobs.get(id)?.stop.abort();
    return this.#change(id, (job) =>
      job.status === 'waiting' || job.status === 'running' ? { ...job, status: 'cancelled' } : job,
    );
  }

  #forget(id: string): void {
    const status = this.#jobs.get(id)?.job.status;
    if (status !== 'running' && status !== 'waiting') this.#jobs.delete(id);
  }

  #find(wanted: BacktestOrder['rule']): Result<{
    readonly rule: SigmaDocument;
    readonly rules: readonly SigmaDocument[];
  }> {
    const rules = this.#deps.rules();
    if ('text' in wanted) return readDraft(wanted.text, rules);
    const rule = rules.find(({ id }) => id === wanted.id);
    return rule ? ok({ rule, rules }) : err(NO_RULE);
  }

  async #run(id: string, rules: readonly SigmaDocument[], order: BacktestOrder): Promise<void> {
    const entry = this.#jobs.get(id);
    if (entry?.job.status !== 'waiting') return;
    this.#change(id, (job) => ({ ...job, status: 'running' }));
    try {
      const result = await backtest({
        rules,
        ruleId: entry.job.ruleId,
        events: this.#deps.events,
        from: order.from,
        to: order.to,
        signal: AbortSignal.any([entry.stop.signal, this.#deps.signal]),
        onProgress: (fraction, events, fired) =>
          this.#change(id, (job) => ({ ...job, fraction, events, fired })),
      });
      const { events, fired } = result;
      this.#change(id, (job) => ({ ...job, status: 'done', fraction: 1, events, fired, result }));
    } catch (error) {
      if (entry.stop.signal.aborted) return;
      const { problem } = toStoreError(error);
      this.#change(id, (job) => ({ ...job, status: 'failed', problem }));
    }
  }

  #change(id: string, change: (job: BacktestJob) => BacktestJob): BacktestJob | undefined {
    const entry = this.#jobs.get(id);
    if (entry) entry.job = change(entry.job);
    return entry?.job;
  }
}

/** A rule that is only a text: its last document is tested, beside the rules that run. */
function readDraft(
  text: string,
  rules: readonly SigmaDocument[],
): Result<{ readonly rule: SigmaDocument; readonly rules: readonly SigmaDocument[] }> {
  const { values, problems } = parseSigma(text, 'draft.yml', { isOpen: true });
  const ids = new Set(values.map(({ id }) => id));
  const linked = linkRules([...values, ...rules.filter(({ id }) => !ids.has(id))]);
  const last = values.findLast(({ kind }) => kind !== 'filter');
  const rule = linked.values.find(({ id }) => id === last?.id);
  const problem = problems[0] ?? linked.problems.find(({ at }) => at?.file === 'draft.yml');
  if (problem) return err(problem);
  return rule ? ok({ rule, rules: linked.values }) : err(NO_RULE);
}

const NO_RULE: Problem = { code: 'not_found', detail: 'There is no such rule.', retryable: false };
const BUSY: Problem = {
  code: 'bad_request',
  detail: `${MAX_WAITING} back-tests wait already.`,
  hint: 'Wait for one to end, or cancel one.',
  retryable: true,
};
