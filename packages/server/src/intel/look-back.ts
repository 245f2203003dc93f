import { randomInt } from 'node:crypto';
import {
  asLookBack,
  createIntelMatcher,
  DAY_MS,
  type EpochMs,
  IndicatorIndex,
  type IndicatorType,
  isObservableKnown,
  type Problem,
  type Signal,
  toEpochMs,
  type WarninglistBook,
} from '@cordon/core';
import type { Observed, ObservedType } from '../store/observed.ts';
import type { EventStore, StateStore } from '../store/ports.ts';
import {
  type LookBackJob,
  listJobs,
  removeJob,
  saveJob,
  saveProgress,
  visitJob,
} from './look-back-job.ts';

/*
 * When an indicator becomes known, the attacker may have been there for weeks. New indicators are
 * looked for in the stored events of the last days: a day at a time, the values that its events hold
 * are looked up in an index of the new indicators only, and the records they stand in go through the
 * same matcher as the stream. A find is a signal with the id that the stream would have given it, so
 * looking twice, or having found it live, changes nothing.
 */

const PAGE = 20_000;
/** Values found on one day that are followed; the rest is counted. */
const MAX_RECORDS_A_DAY = 2_000;
const RECORDS_A_QUERY = 500;

/** Which values of events can hold an indicator of a type. */
const OBSERVED: Readonly<Partial<Record<IndicatorType, readonly ObservedType[]>>> = {
  ip: ['ip', 'url'],
  cidr: ['ip', 'url'],
  domain: ['hostname', 'url'],
  hostname: ['hostname', 'url'],
  url: ['url'],
  email: ['email'],
  hash: ['hash'],
  file_name: ['file_name'],
  file_path: ['file_name'],
  process: ['process'],
  command_line: ['command_line'],
};

export interface LookBackDeps {
  readonly dir: string;
  readonly days: number;
  readonly events: Pick<EventStore, 'observed' | 'find'>;
  readonly state: Pick<StateStore, 'signalsOf'>;
  /** What the lists of harmless things are now. */
  readonly warninglists: () => WarninglistBook;
  /** Hands signals over to be decided on; resolves when they are committed. */
  readonly consider: (signals: readonly Signal[]) => Promise<void>;
  /** May signals be handed over yet? */
  readonly isReady: () => boolean;
  readonly now: () => number;
  readonly onProblem: (problem: Problem) => void;
}

/** How far looking back is. */
export interface LookBackCounts {
  readonly waiting: number;
  readonly days: { readonly done: number; readonly left: number };
  /** Values of events that were looked up. */
  readonly looked: number;
  readonly found: number;
  /** Records that would have been one too many on a day. */
  readonly passedOver: number;
}

interface Search {
  readonly job: LookBackJob;
  readonly index: IndicatorIndex;
  readonly types: readonly ObservedType[];
}

/** Looks for new indicators in what was stored; one job after the other. */
export class LookBack {
  readonly #deps: LookBackDeps;
  #waiting = 0;
  #done = 0;
  #left = 0;
  #looked = 0;
  #found = 0;
  #passedOver = 0;

  constructor(deps: LookBackDeps) {
    this.#deps = deps;
  }

  counts(): LookBackCounts {
    return {
      waiting: this.#waiting,
      days: { done: this.#done, left: this.#left },
      looked: this.#looked,
      found: this.#found,
      passedOver: this.#passedOver,
    };
  }

  /** Puts down what a feed newly told; resolves when a crash cannot lose it. */
  async add(feed: string, lines: readonly string[]): Promise<void> {
    const { dir, days, now } = this.#deps;
    if (days === 0 || lines.length === 0) return;
    const knownAt = toEpochMs(now());
    const fromAt = toEpochMs(knownAt - days * DAY_MS);
    await saveJob(dir, { feed, knownAt, fromAt }, lines);
  }

  /** Does what is to be done until the signal aborts. */
  async work(signal: AbortSignal): Promise<void> {
    const jobs = await listJobs(this.#deps.dir);
    this.#waiting = jobs.length;
    for (const job of jobs) {
      if (signal.aborted || !this.#deps.isReady()) return;
      try {
        await this.#search(job, signal);
      } catch (error) {
        if (!signal.aborted) this.#deps.onProblem(failed(job, error));
        return;
      }
    }
  }

  async #search(job: LookBackJob, signal: AbortSignal): Promise<void> {
    const search = await openSearch(job);
    let at = job.nextAt;
    while (at < job.knownAt && !signal.aborted) {
      this.#left = Math.ceil((job.knownAt - at) / DAY_MS);
      const next = toEpochMs(Math.min(job.knownAt, (Math.floor(at / DAY_MS) + 1) * DAY_MS));
      await this.#searchDay(search, { fromAt: at, toAt: toEpochMs(next - 1) });
      await saveProgress(job, next);
      this.#done += 1;
      at = next;
    }
    if (at < job.knownAt) return;
    await removeJob(job);
    this.#left = 0;
    this.#waiting -= 1;
  }

  async #searchDay(search: Search, day: Span): Promise<void> {
    const offsets = await this.#findRecords(search, day);
    if (offsets.length === 0) return;
    const matcher = createIntelMatcher({
      index: search.index,
      warninglists: this.#deps.warninglists(),
    });
    const signals: Signal[] = [];
    for (let at = 0; at < offsets.length; at += RECORDS_A_QUERY) {
      const some = offsets.slice(at, at + RECORDS_A_QUERY);
      const events = await this.#deps.events.find({ offsets: some, limit: some.length });
      for (const event of events) signals.push(...matcher.match(event));
    }
    const fresh = await this.#leaveKnown(signals);
    if (fresh.length === 0) return;
    await this.#deps.consider(fresh.map((one) => asLookBack(one, search.job.knownAt)));
    this.#found += fresh.length;
  }

  /** Records in which a value first stood that day on a machine, where the index knows the value. */
  async #findRecords({ index, types }: Search, day: Span): Promise<readonly number[]> {
    const offsets = new Set<number>();
    for (const type of types)
      for await (const { value, offset } of this.#observed(type, day))
        if (isObservableKnown(index, type, value)) offsets.add(offset);
    const sorted = [...offsets].sort((a, b) => a - b);
    this.#passedOver += Math.max(0, sorted.length - MAX_RECORDS_A_DAY);
    return sorted.slice(0, MAX_RECORDS_A_DAY);
  }

  /** Every value of the type that day, page by page. */
  async *#observed(type: ObservedType, day: Span): AsyncGenerator<Observed> {
    let after: Observed | undefined;
    do {
      const page = await this.#deps.events.observed({
        ...day,
        type,
        limit: PAGE,
        ...(after ? { after } : {}),
      });
      yield* page;
      this.#looked += page.length;
      after = page.length < PAGE ? undefined : page.at(-1);
    } while (after);
  }

  /** What is not in the store yet. */
  async #leaveKnown(signals: readonly Signal[]): Promise<readonly Signal[]> {
    const fresh: Signal[] = [];
    for (const signal of signals) {
      const [offset = -1] = signal.offsets;
      const there = await this.#deps.state.signalsOf(offset);
      if (!there.some(({ id }) => id === signal.id)) fresh.push(signal);
    }
    return fresh;
  }
}

interface Span {
  readonly fromAt: EpochMs;
  readonly toAt: EpochMs;
}

async function openSearch(job: LookBackJob): Promise<Search> {
  const index = new IndicatorIndex({ seed: randomInt(2 ** 31) });
  const types = new Set<ObservedType>();
  await visitJob(job, (indicator) => {
    if (indicator.role !== 'bad') return;
    index.add(job.feed, indicator);
    for (const type of OBSERVED[indicator.type] ?? []) types.add(type);
  });
  return { job, index: index.seal(), types: [...types] };
}

/** Only for the sentence: what went wrong is tried again at the next look. */
const failed = ({ path }: LookBackJob, error: unknown): Problem => ({
  code: 'store_failed',
  detail: `Stored events could not be searched for new indicators: ${error instanceof Error ? error.message : String(error)}.`,
  hint: 'It goes on where it stopped, in a few seconds.',
  at: { file: path },
  retryable: true,
});
