import { setTimeout as pause } from 'node:timers/promises';
import { type EpochMs, err, type Json, ok, type Problem } from '@cordon/core';
import { type ReceivedRecord, type Sink, SinkRefused, type SourceDefinition } from '@cordon/kit';
import { Value } from 'typebox/value';
import type { Intake, SourceStatus, SourceView } from '../ports.ts';
import type { NewRecord, RecordLog, StateStore } from '../store/ports.ts';
import type { SourceSettings } from './config.ts';
import { LossBook } from './loss-book.ts';
import { Rate } from './rate.ts';
import { SenderIds } from './sender-ids.ts';
import { DEFAULT_LIMITS, type QueueLimits, WriteQueue } from './write-queue.ts';

/** What the intake stands on. */
export interface IntakeDeps {
  readonly log: RecordLog;
  readonly store: Pick<StateStore, 'addTallies' | 'getSetting' | 'setSetting'>;
  readonly definitions: readonly SourceDefinition[];
  readonly config: readonly SourceSettings[];
  readonly telemetry?: {
    sourceReported(fields: { readonly sourceId: string; readonly problem: Problem }): void;
    intakeResumed(): void;
  };
  readonly now: () => EpochMs;
  /** Ends all sources, as `stop` does. */
  readonly signal: AbortSignal;
  readonly limits?: QueueLimits;
  /** How long counts of what was refused wait for others; default 50 ms. */
  readonly gatherMs?: number;
  /** How long a disk that takes nothing is left alone; default 1 s. */
  readonly retryMs?: number;
}

/** The intake with its life. */
export type RunningIntake = Intake & { start(): Promise<void>; stop(): Promise<void> };

interface Way {
  readonly settings: SourceSettings;
  readonly title: string;
  status: SourceStatus;
  where?: string;
  problem?: Problem;
  lastRecordAt?: number;
  readonly rate: Rate;
}

const PUSH = 'http_push';
const PUSH_SETTING = 'push_sources';
const SAVE_EVERY_MS = 1_000;
const GATHER_MS = 50;
const FIRST_RETRY_MS = 1_000;
const MAX_RETRY_MS = 60_000;

const isSettled = (problem: Problem): boolean =>
  problem.code === 'config_bad_value' || problem.code === 'unknown_source';

/** Runs the sources into the record log. One source that fails is tried again and never stops another. */
export function createIntake(deps: IntakeDeps): RunningIntake {
  return new SourceIntake(deps);
}

class SourceIntake implements RunningIntake {
  private readonly deps: IntakeDeps;
  private readonly ways = new Map<string, Way>();
  private readonly ending = new AbortController();
  private readonly signal: AbortSignal;
  private readonly queue: WriteQueue;
  private readonly losses: LossBook;
  private readonly senderIds = new SenderIds();
  private running: Promise<unknown> = Promise.resolve();

  constructor(deps: IntakeDeps) {
    this.deps = deps;
    this.signal = AbortSignal.any([deps.signal, this.ending.signal]);
    this.losses = new LossBook(deps.store, deps.gatherMs ?? GATHER_MS);
    this.queue = new WriteQueue({
      log: deps.log,
      limits: deps.limits ?? DEFAULT_LIMITS,
      signal: this.signal,
      ...(deps.retryMs === undefined ? {} : { retryMs: deps.retryMs }),
      onTrouble: (problem) => {
        if (problem) this.tell('intake', problem);
        else deps.telemetry?.intakeResumed();
      },
    });
    for (const settings of deps.config) this.open(settings);
  }

  async start(): Promise<void> {
    await this.senderIds.restore(this.deps.log);
    const pushed = await this.deps.store.getSetting(PUSH_SETTING);
    for (const saved of parsePushSources(pushed)) if (!this.ways.has(saved.id)) this.open(saved);
    const work: Promise<unknown>[] = [this.saveLosses()];
    for (const way of this.ways.values()) {
      if (way.settings.kind === PUSH) way.status = 'receiving';
      else work.push(this.keepRunning(way));
    }
    this.running = Promise.all(work);
  }

  async stop(): Promise<void> {
    this.ending.abort();
    await this.running;
    await this.queue.drained();
    await this.losses.save().catch(() => undefined);
    for (const way of this.ways.values()) way.status = 'stopped';
  }

  sources(): readonly SourceView[] {
    return [...this.ways.values()].map((way) => this.view(way));
  }

  problem(): Problem | undefined {
    return this.queue.problem();
  }

  async push(sourceId: string, records: readonly ReceivedRecord[]): Promise<void> {
    const way = this.ways.get(sourceId);
    if (way === undefined || way.settings.kind !== PUSH) {
      throw new SinkRefused({
        code: 'unknown_source',
        detail: 'There is no push source of that id.',
        hint: 'Add it on the sources page first.',
        retryable: false,
      });
    }
    await this.take(way, records, 'now');
  }

  async refused(sourceId: string, reason: string, count: number): Promise<void> {
    if (count === 0) return;
    this.losses.add({ sourceId, outcome: 'refused', reason, count });
    await this.losses.noted();
  }

  async addPushSource(sourceId: string, title: string) {
    if (this.ways.has(sourceId)) {
      return err({
        code: 'config_duplicate',
        detail: `There is a source "${sourceId}" already.`,
        hint: 'Choose another id.',
        retryable: false,
      });
    }
    const way = this.open({ id: sourceId, kind: PUSH, title, settings: {} });
    way.status = 'receiving';
    const isConfigured = (other: Way) =>
      this.deps.config.some(({ id }) => id === other.settings.id);
    const pushed = [...this.ways.values()].filter(
      (other) => other.settings.kind === PUSH && !isConfigured(other),
    );
    await this.deps.store.setSetting(
      PUSH_SETTING,
      pushed.map(({ settings, title: name }) => ({ id: settings.id, title: name })),
    );
    return ok(this.view(way));
  }

  private open(settings: SourceSettings): Way {
    const definition = this.deps.definitions.find(({ id }) => id === settings.kind);
    const title = settings.title ?? definition?.title ?? settings.kind;
    const way: Way = { settings, title, status: 'starting', rate: new Rate() };
    this.ways.set(settings.id, way);
    return way;
  }

  private view({ settings, title, rate, ...way }: Way): SourceView {
    return {
      id: settings.id,
      kind: settings.kind,
      title,
      status: way.status,
      ratePerS: rate.perSecond(this.deps.now()),
      ...(way.where === undefined ? {} : { where: way.where }),
      ...(way.problem === undefined ? {} : { problem: way.problem }),
      ...(way.lastRecordAt === undefined ? {} : { lastRecordAt: way.lastRecordAt }),
    };
  }

  private async take(
    way: Way,
    records: readonly ReceivedRecord[],
    urgency: 'wait' | 'now',
  ): Promise<void> {
    if (records.length === 0) return;
    const { id, parsers } = way.settings;
    const given: NewRecord[] = records.map((record) => ({
      ...record,
      sourceId: id,
      ...(parsers ? { parsers } : {}),
    }));
    try {
      const count = await this.senderIds.takeOnce(given, (fresh) => this.queue.add(fresh, urgency));
      if (count > 0) {
        this.losses.add({ sourceId: id, outcome: 'duplicate', reason: 'sender_id', count });
        await this.losses.noted();
      }
    } catch (error) {
      const reason = error instanceof SinkRefused ? error.problem.code : 'bug';
      this.losses.add({ sourceId: id, outcome: 'refused', reason, count: records.length });
      await this.losses.noted();
      throw error;
    }
    way.lastRecordAt = this.deps.now();
    way.rate.add(records.length, way.lastRecordAt);
  }

  private sinkOf(way: Way): Sink {
    return {
      accept: (records) => this.take(way, records, 'wait'),
      offer: (records) => {
        this.take(way, records, 'now').catch(() => undefined);
      },
      lost: (outcome, reason, count) =>
        this.losses.add({ sourceId: way.settings.id, outcome, reason, count }),
      report: (problem) => {
        way.problem = problem;
        this.tell(way.settings.id, problem);
      },
    };
  }

  private tell(sourceId: string, problem: Problem): void {
    this.deps.telemetry?.sourceReported({ sourceId, problem });
  }

  /** Runs a source, and runs it again with growing pauses when it fails; wrong settings are not tried again. */
  private async keepRunning(way: Way): Promise<void> {
    for (
      let retryMs = FIRST_RETRY_MS;
      !this.signal.aborted;
      retryMs = Math.min(MAX_RETRY_MS, retryMs * 2)
    ) {
      const problem = await this.runOnce(way);
      if (this.signal.aborted || problem === undefined) return;
      way.status = 'failed';
      way.problem = problem;
      this.tell(way.settings.id, problem);
      if (isSettled(problem)) return;
      await pause(retryMs, undefined, { signal: this.signal }).catch(() => undefined);
    }
  }

  private async runOnce(way: Way): Promise<Problem | undefined> {
    const { id, kind } = way.settings;
    const definition = this.deps.definitions.find((known) => known.id === kind);
    if (definition === undefined) return unknownKind(kind, this.deps.definitions);
    const config = Value.Default(definition.config, structuredClone(way.settings.settings));
    const wrong = Value.Errors(definition.config, config)[0];
    if (wrong !== undefined)
      return badSettings(id, `${wrong.instancePath || '/'} ${wrong.message}`);
    const key = `source_memory:${id}`;
    const { store, now } = this.deps;
    try {
      await definition.run({
        sourceId: id,
        config: config as never,
        sink: this.sinkOf(way),
        memory: {
          load: () => store.getSetting(key),
          save: (state) => store.setSetting(key, state as Json),
        },
        now,
        signal: this.signal,
        ready: (where) => {
          way.status = 'receiving';
          way.where = where;
          delete way.problem;
        },
      });
      return this.signal.aborted ? undefined : sourceFailed(id, 'it ended by itself');
    } catch (error) {
      return sourceFailed(id, error instanceof Error ? error.message : String(error));
    }
  }

  private async saveLosses(): Promise<void> {
    while (!this.signal.aborted) {
      await pause(SAVE_EVERY_MS, undefined, { signal: this.signal }).catch(() => undefined);
      await this.losses.save().catch(() => undefined);
    }
  }
}

const isPushSource = (value: Json): value is { readonly id: string; readonly title: string } =>
  typeof value === 'object' &&
  value !== null &&
  'id' in value &&
  typeof value['id'] === 'string' &&
  'title' in value &&
  typeof value['title'] === 'string';

function parsePushSources(saved: Json | undefined): readonly SourceSettings[] {
  const list: readonly Json[] = Array.isArray(saved) ? saved : [];
  return list
    .filter(isPushSource)
    .map(({ id, title }) => ({ id, title, kind: PUSH, settings: {} }));
}

const sourceFailed = (id: string, why: string): Problem => ({
  code: 'source_failed',
  detail: `The source "${id}" does not receive: ${why}.`,
  hint: why.includes('EADDRINUSE')
    ? 'Another program has that port; choose another or stop it. It is tried again.'
    : 'It is tried again with growing pauses.',
  retryable: true,
});

const badSettings = (id: string, what: string): Problem => ({
  code: 'config_bad_value',
  detail: `The settings of the source "${id}" are not right: ${what}.`,
  hint: 'Correct it in the configuration and start again.',
  retryable: false,
});

const unknownKind = (kind: string, known: readonly SourceDefinition[]): Problem => ({
  code: 'unknown_source',
  detail: `There is no kind of source called "${kind}".`,
  hint: `Known kinds: ${known.map(({ id }) => id).join(', ')}, ${PUSH}.`,
  retryable: false,
});
