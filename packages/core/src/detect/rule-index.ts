import { type EventView, type FieldTable, MANY, MISSING, ONE } from '../sigma/event-view.ts';
import type { EventProfile } from './event-profile.ts';
import type { FieldProfile } from './field-profile.ts';
import { GramTable, guessGram } from './gram-table.ts';
import { type Atom, baseName, isWide, type Witness } from './witness.ts';

/** The atoms of one field, each with the rules whose witness it is. */
class FieldIndex {
  readonly slot: number;
  readonly #equal = new Map<string, number[]>();
  readonly #base = new Map<string, number[]>();
  readonly #wide: number[] = [];
  readonly #there: number[] = [];
  readonly #parts = new Map<string, number[]>();
  #grams: GramTable | undefined;

  constructor(slot: number) {
    this.slot = slot;
  }

  add({ kind, text }: Atom, rule: number): void {
    if (kind === 'there') this.#there.push(rule);
    else if (kind === 'wide') this.#wide.push(rule);
    else
      put(kind === 'equal' ? this.#equal : kind === 'base' ? this.#base : this.#parts, text, rule);
  }

  /** After the last `add`. */
  build(profile: FieldProfile | undefined): void {
    const choose = (text: string) => (profile ? profile.rarestGram(text).at : guessGram(text));
    if (this.#parts.size > 0) this.#grams = new GramTable(this.#parts, choose);
  }

  present(found: (rules: readonly number[]) => void): void {
    if (this.#there.length > 0) found(this.#there);
  }

  /** One value of the field, folded. */
  value(lower: string, found: (rules: readonly number[]) => void): void {
    const equal = this.#equal.get(lower);
    if (equal) found(equal);
    if (this.#base.size > 0) {
      const base = this.#base.get(baseName(lower));
      if (base) found(base);
    }
    this.#grams?.scan(lower, found);
    if (this.#wide.length > 0 && isWide(lower)) found(this.#wide);
  }
}

function put(map: Map<string, number[]>, text: string, rule: number): void {
  const there = map.get(text);
  if (there) there.push(rule);
  else map.set(text, [rule]);
}

/** A rule by its place, and its witness; none: it is always asked. */
export interface Witnessed {
  readonly place: number;
  readonly witness: Witness | undefined;
}

/**
 * Finds the rules that an event can match: those with a witness in it, and those that have none.
 * Sound: a rule that matches is always among them.
 */
export class RuleIndex {
  readonly #fields: FieldIndex[] = [];
  #everything: FieldIndex | undefined;
  /** Rules without a witness: always asked. */
  readonly #always: number[] = [];
  readonly #seenAt: Uint32Array;
  #round = 0;
  readonly #found: number[] = [];

  constructor(rules: readonly Witnessed[], table: FieldTable, seen?: EventProfile) {
    this.#seenAt = new Uint32Array(Math.max(0, ...rules.map(({ place }) => place + 1)));
    const byField = new Map<string | null, FieldIndex>();
    for (const { place, witness } of rules) {
      if (!witness) this.#always.push(place);
      for (const atom of witness?.atoms ?? []) {
        const index = byField.get(atom.field) ?? new FieldIndex(slotOf(table, atom.field));
        byField.set(atom.field, index);
        index.add(atom, place);
      }
    }
    for (const [field, index] of byField) {
      index.build(seen?.of(field));
      if (field === null) this.#everything = index;
      else this.#fields.push(index);
    }
  }

  /** The candidates, ascending; valid until the next call. */
  candidates(view: EventView): readonly number[] {
    this.#round += 1;
    this.#found.length = 0;
    this.#take(this.#always);
    for (const index of this.#fields) this.#probe(index, view);
    if (this.#everything) {
      this.#everything.present(this.#take);
      for (const { lower } of view.everything()) this.#everything.value(lower, this.#take);
    }
    return this.#found.sort(ascending);
  }

  #probe(index: FieldIndex, view: EventView): void {
    const kind = view.load(index.slot);
    if (kind === MISSING) return;
    index.present(this.#take);
    if (kind === ONE) index.value(view.lowers[index.slot] ?? '', this.#take);
    else if (kind === MANY)
      for (const { lower } of view.lists[index.slot] ?? []) index.value(lower, this.#take);
  }

  readonly #take = (rules: readonly number[]): void => {
    for (const rule of rules) {
      if (this.#seenAt[rule] === this.#round) continue;
      this.#seenAt[rule] = this.#round;
      this.#found.push(rule);
    }
  };
}

const ascending = (left: number, right: number): number => left - right;
const slotOf = (table: FieldTable, field: string | null): number =>
  field === null ? -1 : table.slotOf(field);
