import type { Event } from '../event/event.ts';
import { type Accessor, resolveField } from './field.ts';

/** What an event holds under a name. Arrays and objects in arrays: each element; see {@link EventView}. */
export const MISSING = 0;
export const NULL = 1;
export const ONE = 2;
export const MANY = 3;
/** There, but an object: it has parts, not a value. */
export const OBJECT = 4;

const MAX_TEXT = 16_384;
const MAX_DEPTH = 4;

/** A scalar of an event as text, with its lower case. */
export interface FieldValue {
  readonly text: string;
  readonly lower: string;
}

/** The field names that the rules of one engine speak of, each with its place in a view. */
export class FieldTable {
  readonly accessors: Accessor[] = [];
  readonly names: string[] = [];
  readonly #slots = new Map<string, number>();

  slotOf(name: string): number {
    const there = this.#slots.get(name);
    if (there !== undefined) return there;
    const slot = this.accessors.length;
    this.#slots.set(name, slot);
    this.names.push(name);
    this.accessors.push(resolveField(name));
    return slot;
  }
}

/**
 * The event under evaluation. One view serves all events of an engine, one after the other: each
 * field is read and folded at most once for each event, whatever the number of rules, and nothing
 * is allocated for fields with one value.
 */
export class EventView {
  /** Of each slot: one of MISSING, NULL, ONE, MANY, OBJECT. Valid after {@link load}. */
  readonly kinds: number[] = [];
  readonly texts: string[] = [];
  readonly lowers: string[] = [];
  readonly lists: (readonly FieldValue[])[] = [];
  readonly #fields: FieldTable;
  readonly #readAt: number[] = [];
  #round = 0;
  #event: Event | undefined;
  #everything: readonly FieldValue[] | undefined;

  constructor(fields: FieldTable) {
    this.#fields = fields;
  }

  /** Turns to the next event. */
  show(event: Event): this {
    this.#event = event;
    this.#round += 1;
    this.#everything = undefined;
    return this;
  }

  get event(): Event {
    if (!this.#event) throw new Error('invariant: a view is read after it was shown an event');
    return this.#event;
  }

  /** Reads a slot, once for each event; returns its kind. */
  load(slot: number): number {
    if (this.#readAt[slot] === this.#round) return this.kinds[slot] ?? MISSING;
    this.#readAt[slot] = this.#round;
    const kind = this.#read(slot, this.#fields.accessors[slot]?.(this.event));
    this.kinds[slot] = kind;
    return kind;
  }

  /** The same for a value that was read already. */
  loadFrom(slot: number, raw: unknown): number {
    if (this.#readAt[slot] === this.#round) return this.kinds[slot] ?? MISSING;
    this.#readAt[slot] = this.#round;
    const kind = this.#read(slot, raw);
    this.kinds[slot] = kind;
    return kind;
  }

  #read(slot: number, raw: unknown): number {
    if (raw === undefined) return MISSING;
    if (raw === null) return NULL;
    if (typeof raw !== 'object') {
      const text = toText(raw);
      this.texts[slot] = text;
      this.lowers[slot] = fold(text);
      return ONE;
    }
    if (!Array.isArray(raw)) return OBJECT;
    const values: FieldValue[] = [];
    for (const item of raw) if (typeof item !== 'object') collect(item, values, 0);
    this.lists[slot] = values;
    if (values.length > 0) return MANY;
    return raw.length > 0 && raw.every((item) => item === null) ? NULL : OBJECT;
  }

  /** The values of a field as written; none when it has none. */
  values(name: string): readonly FieldValue[] {
    const slot = this.#fields.slotOf(name);
    const kind = this.load(slot);
    if (kind === ONE) return [{ text: this.texts[slot] ?? '', lower: this.lowers[slot] ?? '' }];
    return kind === MANY ? (this.lists[slot] ?? []) : [];
  }

  /** The first value of a field as text, or undefined. */
  text(name: string): string | undefined {
    return this.values(name)[0]?.text;
  }

  /** The message and every value of the record's own fields: what keywords search. */
  everything(): readonly FieldValue[] {
    if (this.#everything) return this.#everything;
    const found: FieldValue[] = [];
    collect(this.event.message, found, 0);
    for (const value of Object.values(this.event.provenance.fields)) collect(value, found, 0);
    this.#everything = found;
    return found;
  }
}

/** Lower case as comparisons use it; final sigma is a sigma. */
export const fold = (text: string): string => {
  const lower = text.toLowerCase();
  return lower.includes('ς') ? lower.replaceAll('ς', 'σ') : lower;
};

const toText = (raw: unknown): string => {
  const text = typeof raw === 'string' ? raw : String(raw);
  return text.length > MAX_TEXT ? text.slice(0, MAX_TEXT) : text;
};

/** Shown texts of at least so many units. */
export interface TextVisitor {
  readonly least: number;
  readonly look: (text: string) => void;
}

/** The texts in a value as they are, one by one, as {@link EventView.everything} holds them. */
export function eachText(raw: unknown, visitor: TextVisitor): void {
  if (typeof raw !== 'string') visit(raw, visitor, 0);
  else if (raw.length >= visitor.least) visitor.look(toText(raw));
}

function visit(raw: unknown, visitor: TextVisitor, depth: number): void {
  if (raw === undefined || raw === null || depth > MAX_DEPTH) return;
  if (typeof raw === 'object') {
    for (const value of Object.values(raw)) visit(value, visitor, depth + 1);
    return;
  }
  const text = toText(raw);
  if (text.length >= visitor.least) visitor.look(text);
}

function collect(raw: unknown, into: FieldValue[], depth: number): void {
  if (raw === undefined || raw === null || depth > MAX_DEPTH) return;
  if (typeof raw === 'object') {
    for (const value of Object.values(raw)) collect(value, into, depth + 1);
    return;
  }
  const text = toText(raw);
  into.push({ text, lower: fold(text) });
}
