import {
  type EventView,
  eachText,
  type FieldTable,
  MANY,
  MISSING,
  ONE,
  type TextVisitor,
} from '../sigma/event-view.ts';
import { isOwnField } from '../sigma/field.ts';
import type { EventProfile } from './event-profile.ts';
import { FieldIndex } from './field-index.ts';
import type { Witness } from './witness.ts';

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
  /** Fields that are nothing but the record's own: found by going through its keys. */
  readonly #byKey = new Map<string, FieldIndex>();
  /** Fields that may be read from elsewhere: asked for one by one. */
  readonly #others: FieldIndex[] = [];
  #keywords: FieldIndex | undefined;
  /** Shown what keywords search. */
  #reader: TextVisitor | undefined;
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
      if (field === null) {
        this.#keywords = index;
        this.#reader = { least: index.least, look: (text) => index.unfolded(text, this.#take) };
      } else if (isOwnField(field)) this.#byKey.set(field, index);
      else this.#others.push(index);
    }
  }

  /** The candidates, ascending; valid until the next call. */
  candidates(view: EventView): readonly number[] {
    this.#round += 1;
    this.#found.length = 0;
    this.#take(this.#always);
    if (this.#byKey.size > 0 || this.#reader) this.#probeOwn(view);
    for (const index of this.#others) this.#probe(index, view, view.load(index.slot));
    return this.#found.length > 1 ? this.#found.sort(ascending) : this.#found;
  }

  /** The record's own fields, once for those that rules name and for keywords. */
  #probeOwn(view: EventView): void {
    const reader = this.#reader;
    const { message, provenance } = view.event;
    const { fields } = provenance;
    this.#keywords?.present(this.#take);
    if (reader) eachText(message, reader);
    for (const key in fields) {
      const raw = fields[key];
      const index = this.#byKey.get(key);
      if (index) this.#probe(index, view, view.loadFrom(index.slot, raw));
      if (reader) eachText(raw, reader);
    }
  }

  #probe(index: FieldIndex, view: EventView, kind: number): void {
    if (kind === MISSING) return;
    index.present(this.#take);
    if (kind === ONE) index.value(view.lowers[index.slot] ?? '', this.#take);
    else if (kind === MANY)
      for (const { lower } of view.lists[index.slot] ?? []) index.value(lower, this.#take);
  }

  /** Always false: the search goes on. */
  readonly #take = (rules: readonly number[]): boolean => {
    for (const rule of rules) {
      if (this.#seenAt[rule] === this.#round) continue;
      this.#seenAt[rule] = this.#round;
      this.#found.push(rule);
    }
    return false;
  };
}

const ascending = (left: number, right: number): number => left - right;
const slotOf = (table: FieldTable, field: string | null): number =>
  field === null ? -1 : table.slotOf(field);
