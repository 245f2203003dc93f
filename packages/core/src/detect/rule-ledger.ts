import { compileNode, type Predicate } from '../sigma/compile.ts';
import type { EventView, FieldTable } from '../sigma/event-view.ts';
import type { SigmaRule } from '../sigma/rule.ts';

/** What a rule has cost and brought. */
export interface RuleCost {
  readonly ruleId: string;
  /** Events of which it was asked, after the index. */
  readonly asked: number;
  readonly matched: number;
  /** Mean time of one asking, in microseconds, over sampled events; 0 without a clock. */
  readonly microseconds: number;
}

/** One event in so many is timed, rule by rule. */
const TIME_EVERY = 64;
/** After an event that took so long, the next ones are timed all, to know what it was. */
const SLOW_MS = 5;
const TIME_AFTER_SLOW = 256;

/** Makes rules run when they are first asked, asks them of events and keeps account of it. */
export class RuleLedger {
  readonly #rules: readonly SigmaRule[];
  readonly #fields: FieldTable;
  readonly #clock: (() => number) | undefined;
  readonly #predicates: (Predicate | undefined)[];
  readonly #asked: Uint32Array;
  readonly #matched: Uint32Array;
  readonly #timed: Uint32Array;
  readonly #ms: Float64Array;
  #events = 0;
  /** So many events are timed from now on. */
  #timeLeft = 0;

  constructor(
    rules: readonly SigmaRule[],
    { fields, clock }: { readonly fields: FieldTable; readonly clock?: (() => number) | undefined },
  ) {
    this.#rules = rules;
    this.#fields = fields;
    this.#clock = clock;
    this.#predicates = rules.map(() => undefined);
    this.#asked = new Uint32Array(rules.length);
    this.#matched = new Uint32Array(rules.length);
    this.#timed = new Uint32Array(rules.length);
    this.#ms = new Float64Array(rules.length);
  }

  /** Of the rules at these places, those that match what the view shows, in their order. */
  ask(places: readonly number[], view: EventView): readonly SigmaRule[] {
    if (places.length === 0) return NONE;
    const clock = this.#clock;
    if (!clock) return this.#askAll(places, view);
    this.#events += 1;
    if (this.#events % TIME_EVERY === 0 && this.#timeLeft === 0) this.#timeLeft = 1;
    const from = clock();
    const matched = this.#askAll(places, view, this.#timeLeft > 0 ? clock : undefined);
    if (this.#timeLeft > 0) this.#timeLeft -= 1;
    if (clock() - from >= SLOW_MS) this.#timeLeft = TIME_AFTER_SLOW;
    return matched;
  }

  #askAll(places: readonly number[], view: EventView, clock?: () => number): readonly SigmaRule[] {
    let matched: SigmaRule[] | undefined;
    for (const place of places) {
      const rule = this.#rules[place];
      if (!rule) continue;
      const matches = this.#predicates[place] ?? this.#compile(rule, place);
      this.#asked[place] = (this.#asked[place] ?? 0) + 1;
      if (!(clock ? this.#time(place, clock, () => matches(view)) : matches(view))) continue;
      this.#matched[place] = (this.#matched[place] ?? 0) + 1;
      matched ??= [];
      matched.push(rule);
    }
    return matched ?? NONE;
  }

  #compile(rule: SigmaRule, place: number): Predicate {
    const predicate = compileNode(rule.detection, this.#fields);
    this.#predicates[place] = predicate;
    return predicate;
  }

  #time(place: number, clock: () => number, run: () => boolean): boolean {
    const from = clock();
    const result = run();
    this.#ms[place] = (this.#ms[place] ?? 0) + clock() - from;
    this.#timed[place] = (this.#timed[place] ?? 0) + 1;
    return result;
  }

  /** Of every rule that was asked, the most costly in all first. */
  costs(): readonly RuleCost[] {
    const rows = this.#rules.flatMap(({ id }, place) => this.#rowOf(id, place));
    return rows.sort((a, b) => b.asked * b.microseconds - a.asked * a.microseconds);
  }

  #rowOf(ruleId: string, place: number): readonly RuleCost[] {
    const asked = this.#asked[place] ?? 0;
    if (asked === 0) return [];
    const timed = this.#timed[place] ?? 0;
    const microseconds = timed === 0 ? 0 : (1_000 * (this.#ms[place] ?? 0)) / timed;
    return [{ ruleId, asked, matched: this.#matched[place] ?? 0, microseconds }];
  }
}

const NONE: readonly SigmaRule[] = [];
