import { setTimeout as pause } from 'node:timers/promises';
import type { EpochMs, Json, Notice, Problem } from '@cordon/core';
import type { PipelineView, SourceView } from '../ports.ts';
import type { NewRecord, RecordLog, StateStore, Tally } from '../store/ports.ts';
import { toStoreError } from '../store/store-error.ts';
import type { SourceEnd } from '../thinking/thinker.ts';
import type { HealthDesk, SourceHealth } from './ports.ts';
import { type Books, readBooks } from './read-books.ts';
import { SourceLedger } from './source-ledger.ts';
import { type SavedSource, SourceState } from './source-state.ts';

const LOOK_EVERY_MS = 5_000;
/** What was learned is written down this often; what stands, when it changes and this often. */
const SAVE_LEARNED_MS = 300_000;
const SAVE_NOTICES_MS = 30_000;
const LEARNED = 'source_rhythms';
/** Where `cordon status` reads what the server last saw. */
export const HEALTH_SETTING = 'source_health';
const ACCEPTED: ReadonlySet<string> = new Set(['parsed', 'unparsed', 'skipped', 'dead_letter']);
const MAX_SOURCES = 5_000;

export interface SourceWatchDeps {
  readonly log: RecordLog;
  readonly store: StateStore;
  readonly pipeline: () => Pick<PipelineView, 'committedOffset'>;
  readonly sources: () => readonly SourceView[];
  /** Alarms that others keep. */
  readonly others?: () => readonly Notice[];
  readonly now: () => EpochMs;
  readonly onProblem: (problem: Problem) => void;
}

/** Watches what every source does, and keeps the alarms that stand. */
export class SourceWatch implements HealthDesk {
  private readonly deps: SourceWatchDeps;
  private readonly ledger = new SourceLedger();
  private readonly states = new Map<string, SourceState>();
  private learned: Readonly<Record<string, SavedSource>> = {};
  private healths = new Map<string, SourceHealth>();
  private standing: readonly Notice[] = [];
  private booksWrongSince: number | undefined;
  private hasLooked = false;
  private learnedSavedAt = 0;
  private saved = { at: 0, text: '' };

  constructor(deps: SourceWatchDeps) {
    this.deps = deps;
  }

  /** Brings back what was counted and learned; before anything is appended. */
  async restore(): Promise<void> {
    const { log, store, now } = this.deps;
    await this.ledger.restore(log, store);
    this.learned = toLearned(await store.getSetting(LEARNED));
    this.learnedSavedAt = now();
  }

  /** Looks every few seconds until the signal aborts; then writes down what it knows. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.look().catch((error: unknown) => this.deps.onProblem(toStoreError(error).problem));
      await pause(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
    }
    await this.look().catch(() => undefined);
    await this.save(true).catch(() => undefined);
  }

  /** Records were appended. */
  appended(first: number, records: readonly NewRecord[]): void {
    this.ledger.add(first, records);
    const at = this.deps.now();
    const counts = new Map<string, number>();
    for (const { sourceId } of records) counts.set(sourceId, (counts.get(sourceId) ?? 0) + 1);
    for (const [sourceId, count] of counts) this.stateOf(sourceId)?.arrived(count, at);
  }

  /** A batch is accounted for. */
  ended(ends: readonly SourceEnd[], committedOffset: number): void {
    this.ledger.settle(committedOffset);
    for (const { sourceId, records, read, clocks, times } of ends) {
      const state = this.stateOf(sourceId);
      state?.failures.observe(records, records - read);
      state?.times.observe(times.events, times.unusable, times.shown);
      for (const [eventAt, receivedAt] of clocks) state?.skew.observe(eventAt, receivedAt);
    }
  }

  /** Dead letters were run again. */
  mended(ends: readonly SourceEnd[]): void {
    for (const { sourceId, read } of ends) this.stateOf(sourceId)?.failures.mended(read);
  }

  /** One look at everything. */
  async look(): Promise<void> {
    const { store, log, pipeline, others, now } = this.deps;
    const books = await readBooks({ store, log, pipeline });
    this.ledger.settle(books.committedOffset);
    const at = now();
    const notices: Notice[] = [...this.checkTotal(books, at), ...(others?.() ?? [])];
    for (const sourceId of this.sourceIds()) notices.push(...(await this.lookAt(sourceId, books)));
    this.standing = notices.sort((a, b) => a.since - b.since);
    this.hasLooked = true;
    await this.save(false);
  }

  notices(): readonly Notice[] {
    return this.standing;
  }

  of(sourceId: string): SourceHealth | undefined {
    return this.healths.get(sourceId);
  }

  lastOffset(sourceId: string): number | undefined {
    return this.ledger.of(sourceId)?.lastOffset;
  }

  sourceIds(): readonly string[] {
    return [...new Set([...this.deps.sources().map(({ id }) => id), ...this.ledger.sourceIds()])];
  }

  private async lookAt(sourceId: string, books: Books): Promise<readonly Notice[]> {
    const state = this.stateOf(sourceId);
    if (!state) return [];
    const at = this.deps.now();
    const count = this.ledger.of(sourceId);
    const own = books.tallies.filter((tally) => tally.sourceId === sourceId);
    const [accepted, waiting] = [count?.accepted ?? 0, count?.waiting ?? 0];
    const waitedMs = await this.waited(sourceId, at);
    const difference = accepted - waiting - sumOf(own, (outcome) => ACCEPTED.has(outcome));
    const view = this.deps.sources().find(({ id }) => id === sourceId);
    const skewMs = state.skew.estimate(at);
    this.healths.set(sourceId, {
      sourceId,
      accepted,
      waiting,
      waitedMs,
      difference,
      minutes: state.minutes(at),
      failureShare: state.failures.share(),
      ...(skewMs === undefined ? {} : { skewMs }),
      ...(count?.lastOffset === undefined ? {} : { lastOffset: count.lastOffset }),
      ...(count?.lastAt === undefined ? {} : { lastRecordAt: count.lastAt }),
    });
    const failure = view?.status === 'failed' ? view.problem : undefined;
    return state.check(sourceId, {
      at,
      waiting,
      waitedMs,
      difference,
      lost: sumOf(own, (outcome) => outcome === 'refused' || outcome === 'dropped_udp'),
      isWatched: view !== undefined,
      failure: failure?.detail,
      failureHint: failure?.hint,
    });
  }

  private async waited(sourceId: string, at: number): Promise<number> {
    const offset = this.ledger.oldestWaiting(sourceId);
    if (offset === undefined) return 0;
    const [record] = await this.deps.log.read(offset, 1);
    return record ? Math.max(0, at - record.receivedAt) : 0;
  }

  /** The whole, by the log's own count; a second look decides. */
  private checkTotal({ tallies, committedOffset }: Books, at: number): Notice[] {
    const ends = sumOf(tallies, (outcome) => ACCEPTED.has(outcome));
    if (ends === committedOffset) {
      this.booksWrongSince = undefined;
      return [];
    }
    const since = this.booksWrongSince;
    this.booksWrongSince ??= at;
    if (since === undefined) return [];
    return [
      {
        kind: 'books',
        since,
        text: `The books do not balance: ${Math.abs(committedOffset - ends)} records ${ends < committedOffset ? 'have no end' : 'have more than one end'}.`,
        hint: 'This is a mistake of Cordon: please report it with the output of `cordon status --json`.',
      },
    ];
  }

  private stateOf(sourceId: string): SourceState | undefined {
    const known = this.states.get(sourceId);
    if (known || this.states.size >= MAX_SOURCES) return known;
    const made = new SourceState(this.deps.now(), this.learned[sourceId], this.hasLooked);
    this.states.set(sourceId, made);
    return made;
  }

  private async save(isLast: boolean): Promise<void> {
    const { store, now } = this.deps;
    const at = now();
    await this.ledger.save(store);
    const notices = this.standing.map(({ since: _, ...notice }) => notice.kind + notice.sourceId);
    const text = notices.join('\n');
    if (isLast || text !== this.saved.text || at - this.saved.at >= SAVE_NOTICES_MS) {
      const sources = [...this.healths.values()].map(({ minutes: _, ...health }) => health);
      const health = { at, notices: this.standing, sources };
      await store.setSetting(HEALTH_SETTING, health as unknown as Json);
      this.saved = { at, text };
    }
    if (!isLast && at - this.learnedSavedAt < SAVE_LEARNED_MS) return;
    const learned = [...this.states].map(([id, state]) => [id, state.snapshot()] as const);
    await store.setSetting(LEARNED, Object.fromEntries(learned) as unknown as Json);
    this.learnedSavedAt = at;
  }
}

const sumOf = (tallies: readonly Tally[], wanted: (outcome: string) => boolean): number =>
  tallies.reduce((sum, { outcome, count }) => sum + (wanted(outcome) ? count : 0), 0);

/** Written by this class alone; what has another form is learned anew. */
function toLearned(saved: Json | undefined): Readonly<Record<string, SavedSource>> {
  if (typeof saved !== 'object' || saved === null || Array.isArray(saved)) return {};
  const all = Object.entries(saved as unknown as Record<string, SavedSource>);
  const isGood = ({ rhythm, failures, skew }: SavedSource) =>
    Array.isArray(rhythm?.slots) &&
    typeof failures?.records === 'number' &&
    Array.isArray(skew?.medians);
  return Object.fromEntries(all.filter(([, one]) => isGood(one)));
}
