import type { Event } from '../event/event.ts';
import { resolveField } from './field.ts';

/** A scalar of an event as text, with its lower case made once. */
export interface FieldValue {
  readonly text: string;
  readonly lower: string;
}

/** What an event holds under a name: nothing, an explicit null, or values (arrays: each element). */
export type FieldReading =
  | { readonly kind: 'missing' }
  | { readonly kind: 'null' }
  | { readonly kind: 'values'; readonly values: readonly FieldValue[] };

const MISSING: FieldReading = { kind: 'missing' };
const NULL: FieldReading = { kind: 'null' };
const MAX_TEXT = 16_384;
const MAX_DEPTH = 4;

/** One event under evaluation; each field is read and folded once, whatever the number of rules. */
export class EventView {
  readonly event: Event;
  readonly #readings = new Map<string, FieldReading>();
  #everything: readonly FieldValue[] | undefined;

  constructor(event: Event) {
    this.event = event;
  }

  read(field: string): FieldReading {
    const there = this.#readings.get(field);
    if (there) return there;
    const reading = toReading(resolveField(field)(this.event));
    this.#readings.set(field, reading);
    return reading;
  }

  /** The first value of a field as text, or undefined. */
  text(field: string): string | undefined {
    const reading = this.read(field);
    return reading.kind === 'values' ? reading.values[0]?.text : undefined;
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

function toReading(raw: unknown): FieldReading {
  if (raw === undefined) return MISSING;
  if (raw === null) return NULL;
  const values: FieldValue[] = [];
  collect(raw, values, 0);
  return values.length === 0 ? NULL : { kind: 'values', values };
}

function collect(raw: unknown, into: FieldValue[], depth: number): void {
  if (raw === undefined || raw === null || depth > MAX_DEPTH) return;
  if (typeof raw === 'object') {
    for (const value of Object.values(raw)) collect(value, into, depth + 1);
    return;
  }
  const text = String(raw).slice(0, MAX_TEXT);
  into.push({ text, lower: text.toLowerCase() });
}
