import type { Json } from '../shared/json.ts';
import { leavesOf } from '../sigma/ast.ts';
import type { EventView, FieldTable } from '../sigma/event-view.ts';
import type { SigmaRule } from '../sigma/rule.ts';
import { guessCost, learnedCost } from './atom-cost.ts';
import { EventProfile } from './event-profile.ts';
import { RuleIndex } from './rule-index.ts';
import { witnessOf } from './witness.ts';

/** One event in so many is looked at for the profile, until so many were. */
const SAMPLE_EVERY = 16;
const LEARN_AT: readonly number[] = [200, 1_000, 4_000];

/** A rule with its place in the engine. */
export interface PlacedRule {
  readonly place: number;
  readonly rule: SigmaRule;
}

/**
 * The index of one log source's rules. The first index rests on guesses; what is seen of the fields
 * in sampled events makes better ones. Then only the profile's JSON is kept.
 */
export class Bucket {
  readonly #rules: readonly PlacedRule[];
  readonly #table: FieldTable;
  readonly #names: ReadonlySet<string | null>;
  #seen: EventProfile | undefined;
  #profile: Json | undefined;
  #index: RuleIndex;
  #events = 0;

  constructor(
    rules: readonly PlacedRule[],
    table: FieldTable,
    { profile, isLearning }: { readonly profile: Json | undefined; readonly isLearning: boolean },
  ) {
    this.#rules = rules;
    this.#table = table;
    this.#names = new Set(rules.flatMap(({ rule }) => fieldsOf(rule)));
    this.#seen = EventProfile.from(profile);
    this.#index = this.#build(this.#seen);
    if (this.#seen.events > 0) this.#profile = profile;
    if (!isLearning || isEnough(this.#seen) || rules.length === 0) this.#seen = undefined;
  }

  #build(seen: EventProfile): RuleIndex {
    const costOf = seen.events > 0 ? learnedCost(seen) : guessCost;
    const witnesses = this.#rules.map(({ place, rule }) => ({
      place,
      witness: witnessOf(rule.detection, costOf),
    }));
    return new RuleIndex(witnesses, this.#table, seen);
  }

  /** Places of the rules that can match, ascending; valid until the next call. */
  candidates(view: EventView): readonly number[] {
    this.#events += 1;
    if (this.#seen && this.#events % SAMPLE_EVERY === 0) this.#learn(this.#seen, view);
    return this.#index.candidates(view);
  }

  #learn(seen: EventProfile, view: EventView): void {
    seen.observe(view, this.#names, this.#table);
    if (!LEARN_AT.includes(seen.events)) return;
    this.#index = this.#build(seen);
    this.#profile = seen.toJson();
    if (isEnough(seen)) this.#seen = undefined;
  }

  /** What was seen when the index was last built; undefined: it still rests on guesses. */
  get profile(): Json | undefined {
    return this.#profile;
  }
}

const isEnough = ({ events }: EventProfile): boolean => events >= (LEARN_AT.at(-1) ?? 0);

const fieldsOf = ({ detection }: SigmaRule): readonly (string | null)[] =>
  [...leavesOf(detection)].map((leaf) => leaf.field);
