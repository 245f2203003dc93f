import type { EventView } from '../sigma/event-view.ts';
import type { SigmaRule } from '../sigma/rule.ts';
import type { Bucket } from './bucket.ts';

/** What a rule has cost and brought. */
export interface RuleCost {
  readonly ruleId: string;
  /** Events of which it was asked, after the index. */
  readonly asked: number;
  readonly matched: number;
  /** Mean time of one asking, in microseconds, over sampled events; 0 without a clock. */
  readonly microseconds: number;
}

interface Row {
  asked: number;
  matched: number;
  timed: number;
  ms: number;
}

/** One event in so many is timed, rule by rule. */
const TIME_EVERY = 64;

/** Asks rules of events and keeps account of it. */
export class RuleLedger {
  readonly #rows = new Map<string, Row>();
  readonly #clock: (() => number) | undefined;
  #events = 0;

  constructor(clock: (() => number) | undefined) {
    this.#clock = clock;
  }

  /** The rules of the bucket that match what the view shows, in their order. */
  ask(bucket: Bucket, view: EventView): readonly SigmaRule[] {
    const candidates = bucket.candidates(view);
    if (candidates.length === 0) return NONE;
    this.#events += 1;
    const clock = this.#events % TIME_EVERY === 0 ? this.#clock : undefined;
    let matched: SigmaRule[] | undefined;
    for (const place of candidates) {
      const rule = bucket.rules[place];
      const matches = bucket.predicates[place];
      if (!rule || !matches) continue;
      const row = this.#rowOf(rule.id);
      row.asked += 1;
      if (!(clock ? timed({ row, clock }, () => matches(view)) : matches(view))) continue;
      row.matched += 1;
      matched ??= [];
      matched.push(rule);
    }
    return matched ?? NONE;
  }

  #rowOf(id: string): Row {
    const there = this.#rows.get(id);
    if (there) return there;
    const row = { asked: 0, matched: 0, timed: 0, ms: 0 };
    this.#rows.set(id, row);
    return row;
  }

  /** Of every rule that was asked, the most costly in all first. */
  costs(): readonly RuleCost[] {
    const rows = [...this.#rows].map(([ruleId, { asked, matched, timed: count, ms }]) => ({
      ruleId,
      asked,
      matched,
      microseconds: count === 0 ? 0 : (1_000 * ms) / count,
    }));
    return rows.sort((a, b) => b.asked * b.microseconds - a.asked * a.microseconds);
  }
}

const NONE: readonly SigmaRule[] = [];

function timed(
  { row, clock }: { readonly row: Row; readonly clock: () => number },
  run: () => boolean,
): boolean {
  const from = clock();
  const result = run();
  row.ms += clock() - from;
  row.timed += 1;
  return result;
}
