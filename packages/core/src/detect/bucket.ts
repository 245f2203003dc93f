import type { Json, JsonObject } from '../shared/json.ts';
import { leavesOf } from '../sigma/ast.ts';
import { compileNode, type Predicate } from '../sigma/compile.ts';
import { type EventView, type FieldTable, MANY, ONE } from '../sigma/event-view.ts';
import type { SigmaRule } from '../sigma/rule.ts';
import { guessCost, learnedCost } from './atom-cost.ts';
import { FieldProfile } from './field-profile.ts';
import { RuleIndex } from './rule-index.ts';
import { witnessOf } from './witness.ts';

/** One event in so many is looked at for the profile, until so many were. */
const SAMPLE_EVERY = 16;
const LEARN_AT: readonly number[] = [500, 4_000];

/**
 * The rules of one log source and their index. The first index rests on guesses; what is seen of
 * the fields in sampled events makes a better one, twice.
 */
export class Bucket {
  readonly rules: readonly SigmaRule[];
  readonly predicates: readonly Predicate[];
  readonly #fields: FieldTable;
  readonly #profiles = new Map<string | null, FieldProfile>();
  #index: RuleIndex;
  #events = 0;
  #samples = 0;

  constructor(rules: readonly SigmaRule[], fields: FieldTable, profile?: Json) {
    this.rules = rules;
    this.#fields = fields;
    this.predicates = rules.map((rule) => compileNode(rule.detection, fields));
    for (const name of new Set(rules.flatMap(fieldsOf)))
      this.#profiles.set(name, FieldProfile.from(readField(profile, name)));
    this.#samples = Math.max(0, ...[...this.#profiles.values()].map(({ events }) => events));
    this.#index = this.#build(this.#samples > 0);
  }

  #build(isLearned: boolean): RuleIndex {
    const costOf = isLearned ? learnedCost(this.#profiles) : guessCost;
    const witnesses = this.rules.map((rule) => witnessOf(rule.detection, costOf));
    return new RuleIndex(witnesses, this.#fields, isLearned ? this.#profiles : new Map());
  }

  /** Places in {@link rules} of those that can match, ascending. */
  candidates(view: EventView): readonly number[] {
    this.#events += 1;
    if (this.#events % SAMPLE_EVERY === 0) this.#sample(view);
    return this.#index.candidates(view);
  }

  #sample(view: EventView): void {
    if (this.#samples >= (LEARN_AT.at(-1) ?? 0)) return;
    for (const [name, profile] of this.#profiles)
      profile.observe(valuesOf(view, name, this.#fields));
    this.#samples += 1;
    if (LEARN_AT.includes(this.#samples)) this.#index = this.#build(true);
  }

  /** What was seen, for the next start. */
  profile(): JsonObject {
    const rows = [...this.#profiles].map(([name, profile]): [string, Json] => [
      name ?? '',
      profile.toJson(),
    ]);
    return Object.fromEntries(rows);
  }
}

const fieldsOf = ({ detection }: SigmaRule): readonly (string | null)[] =>
  [...leavesOf(detection)].map((leaf) => leaf.field);

function readField(profile: Json | undefined, name: string | null): Json | undefined {
  if (typeof profile !== 'object' || profile === null || Array.isArray(profile)) return undefined;
  return (profile as JsonObject)[name ?? ''];
}

function valuesOf(view: EventView, name: string | null, fields: FieldTable): readonly string[] {
  if (name === null) return view.everything().map(({ lower }) => lower);
  const slot = fields.slotOf(name);
  const kind = view.load(slot);
  if (kind === ONE) return [view.lowers[slot] ?? ''];
  return kind === MANY ? (view.lists[slot] ?? []).map(({ lower }) => lower) : [];
}
