import {
  createDetectionEngine,
  DAY_MS,
  type EntityRef,
  type EpochMs,
  EVERYTHING,
  type Event,
  MINUTE_MS,
  type SigmaDocument,
  type Signal,
  toEpochMs,
} from '@cordon/core';
import type { EventStore } from '../store/ports.ts';

/** What a rule would have done over stored events. */
export interface Backtest {
  readonly from: EpochMs;
  readonly to: EpochMs;
  /** Events it was shown. */
  readonly events: number;
  readonly fired: number;
  /** Firings by UTC day, every day of the span. */
  readonly days: readonly { readonly at: EpochMs; readonly count: number }[];
  /** On whom, the most frequent first. */
  readonly entities: readonly (Pick<EntityRef, 'kind' | 'id'> & { readonly count: number })[];
  /** How many different entities there were at least; counting stops at a bound. */
  readonly entityCount: number;
  /** The first and the last few of them. */
  readonly samples: readonly Signal[];
}

export interface BacktestOptions {
  /** The rule and all rules it refers to, linked. */
  readonly rules: readonly SigmaDocument[];
  readonly ruleId: string;
  readonly events: Pick<EventStore, 'hunt' | 'huntBars'>;
  readonly from: EpochMs;
  readonly to: EpochMs;
  readonly signal?: AbortSignal;
  readonly onProgress?: (fraction: number, events: number, fired: number) => void;
}

const PAGE = 5_000;
const MAX_BARS = 50_000;
const SHOWN_ENTITIES = 50;
const MAX_ENTITIES = 20_000;
const FIRST_SAMPLES = 10;
const LAST_SAMPLES = 10;

/**
 * Shows a rule every stored event of a span, in the order they happened, and tells what it would have
 * done. It fires nowhere and changes nothing. Gives way to other work between pages; rejects with the
 * signal's reason when that aborts.
 */
export async function backtest(options: BacktestOptions): Promise<Backtest> {
  const { ruleId, from, to, signal, onProgress } = options;
  const engine = createDetectionEngine({ rules: closureOf(options.rules, ruleId) });
  const tally = new Tally(from, to);
  const own = (signals: readonly Signal[]) =>
    tally.take(signals.filter(({ rule }) => rule.id === ruleId));
  let events = 0;
  for await (const page of readPages(options)) {
    signal?.throwIfAborted();
    for (const event of page) own(engine.evaluate(event));
    events += page.length;
    const at = page.at(-1)?.time ?? to;
    onProgress?.(
      Math.min(1, Math.max(0, (at - from) / Math.max(1, to - from))),
      events,
      tally.fired,
    );
  }
  own(engine.finish());
  return { from, to, events, ...tally.result() };
}

/** The events in the order they happened; each question is about a span that holds about a page. */
async function* readPages(options: BacktestOptions): AsyncGenerator<readonly Event[]> {
  for (const { fromAt, toAt } of await readSpans(options)) {
    let after: { readonly time: EpochMs; readonly offset: number } | undefined;
    for (;;) {
      const page = await options.events.hunt({
        hunt: EVERYTHING,
        fromAt,
        toAt,
        order: 'oldest',
        limit: PAGE,
        ...(after === undefined ? {} : { after }),
      });
      if (page.length > 0) yield page;
      const last = page.at(-1);
      if (last === undefined || page.length < PAGE) break;
      after = { time: last.time, offset: last.provenance.offset };
    }
  }
}

/** Spans without a gap from the first event to the end, cut where a page is full. */
async function readSpans({ events, from, to }: BacktestOptions) {
  const scope = { hunt: EVERYTHING, fromAt: from, toAt: to };
  const bucketMs = Math.max(MINUTE_MS, Math.ceil((to - from) / MAX_BARS));
  const spans: { readonly fromAt: EpochMs; readonly toAt: EpochMs }[] = [];
  let fromAt = from;
  let held = 0;
  for (const { at, count } of await events.huntBars(scope, bucketMs)) {
    if (held > 0 && held + count > PAGE && at > fromAt) {
      spans.push({ fromAt, toAt: toEpochMs(at - 1) });
      fromAt = at;
      held = 0;
    }
    held += count;
  }
  if (held > 0) spans.push({ fromAt, toAt: to });
  return spans;
}

/** The rule and whatever it refers to, so that nothing else is asked. */
export function closureOf(
  rules: readonly SigmaDocument[],
  ruleId: string,
): readonly SigmaDocument[] {
  const wanted = new Set([ruleId]);
  for (let size = 0; size !== wanted.size; ) {
    size = wanted.size;
    for (const rule of rules)
      if (rule.kind === 'correlation' && isNamedIn(rule, wanted))
        for (const name of rule.rules) wanted.add(name);
  }
  return rules.filter((rule) => isNamedIn(rule, wanted));
}

const isNamedIn = ({ id, name }: SigmaDocument, names: ReadonlySet<string>): boolean =>
  names.has(id) || (name !== undefined && names.has(name));

/** Counts firings in bounded space. */
class Tally {
  fired = 0;
  readonly #days = new Map<number, number>();
  readonly #entities = new Map<string, { kind: EntityRef['kind']; id: string; count: number }>();
  readonly #first: Signal[] = [];
  readonly #last: Signal[] = [];

  constructor(from: EpochMs, to: EpochMs) {
    for (let day = dayOf(from); day <= to; day += DAY_MS) this.#days.set(day, 0);
  }

  take(signals: readonly Signal[]): void {
    for (const signal of signals) {
      this.fired += 1;
      const day = dayOf(signal.at);
      this.#days.set(day, (this.#days.get(day) ?? 0) + 1);
      for (const { kind, id } of signal.entities) this.#count(kind, id);
      if (this.#first.length < FIRST_SAMPLES) this.#first.push(signal);
      else {
        this.#last.push(signal);
        if (this.#last.length > LAST_SAMPLES) this.#last.shift();
      }
    }
  }

  #count(kind: EntityRef['kind'], id: string): void {
    const key = `${kind} ${id}`;
    const there = this.#entities.get(key);
    if (there) there.count += 1;
    else if (this.#entities.size < MAX_ENTITIES) this.#entities.set(key, { kind, id, count: 1 });
  }

  result(): Pick<Backtest, 'fired' | 'days' | 'entities' | 'entityCount' | 'samples'> {
    const entities = [...this.#entities.values()].sort(
      (a, b) => b.count - a.count || (a.id < b.id ? -1 : 1),
    );
    return {
      fired: this.fired,
      days: [...this.#days]
        .sort(([a], [b]) => a - b)
        .map(([at, count]) => ({ at: toEpochMs(at), count })),
      entities: entities.slice(0, SHOWN_ENTITIES),
      entityCount: entities.length,
      samples: [...this.#first, ...this.#last],
    };
  }
}

const dayOf = (at: number): number => Math.floor(at / DAY_MS) * DAY_MS;
