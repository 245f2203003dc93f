import type { Json, JsonObject } from '../shared/json.ts';
import { baseName } from './witness.ts';

const GRAMS = 4_096;
const MAX_VALUES = 2_000;

/** The place of three characters in tables of `size` (a power of two). */
export const gramHash = (a: number, b: number, c: number): number =>
  (Math.imul(a, 0x9e37) ^ Math.imul(b, 0x85eb) ^ Math.imul(c, 0xc2b3) ^ (c << 3)) >>> 1;

/** The rarest gram of a text and where it begins. */
export interface RareGram {
  readonly at: number;
  readonly count: number;
}

/**
 * What was seen of one field in sampled events: values, last path segments, and in how many events
 * each gram of three characters was. Bounded: values beyond 2,000 different ones count as rare.
 */
export class FieldProfile {
  events = 0;
  present = 0;
  wide = 0;
  #grams: Uint16Array | undefined;
  #lastSeen: Uint16Array | undefined;
  readonly #values = new Map<string, number>();
  readonly #bases = new Map<string, number>();

  /** One sampled event: the field's values, folded; none when it is not there. */
  observe(values: readonly string[]): void {
    this.events += 1;
    if (values.length === 0) return;
    this.present += 1;
    let isWide = false;
    for (const value of values) {
      countUp(this.#values, value);
      countUp(this.#bases, baseName(value));
      if (this.#observeGrams(value)) isWide = true;
    }
    if (isWide) this.wide += 1;
  }

  /** Counts each gram once for this event; is there a character beyond ASCII? */
  #observeGrams(text: string): boolean {
    this.#grams ??= new Uint16Array(GRAMS);
    this.#lastSeen ??= new Uint16Array(GRAMS);
    const grams = this.#grams;
    const lastSeen = this.#lastSeen;
    let a = text.charCodeAt(0);
    let b = text.charCodeAt(1);
    let all = a | b;
    for (let at = 2; at < text.length; at += 1) {
      const c = text.charCodeAt(at);
      all |= c;
      const place = gramHash(a, b, c) & (GRAMS - 1);
      if (lastSeen[place] !== this.events) {
        lastSeen[place] = this.events;
        grams[place] = (grams[place] ?? 0) + 1;
      }
      a = b;
      b = c;
    }
    return all > 127;
  }

  countOf = (value: string): number => this.#values.get(value) ?? 0;
  countOfBase = (base: string): number => this.#bases.get(base) ?? 0;

  /** For a text of at least three characters. */
  rarestGram(text: string): RareGram {
    let best: RareGram = { at: 0, count: Number.POSITIVE_INFINITY };
    for (let at = 0; at + 2 < text.length; at += 1) {
      const place =
        gramHash(text.charCodeAt(at), text.charCodeAt(at + 1), text.charCodeAt(at + 2)) &
        (GRAMS - 1);
      const count = this.#grams?.[place] ?? 0;
      if (count < best.count) best = { at, count };
    }
    return best;
  }

  toJson(): JsonObject {
    return {
      events: this.events,
      present: this.present,
      wide: this.wide,
      grams: [...(this.#grams ?? [])],
      values: [...this.#values],
      bases: [...this.#bases],
    };
  }

  /** What is not of the form of {@link toJson} is taken as nothing seen. */
  static from(json: Json | undefined): FieldProfile {
    const profile = new FieldProfile();
    if (typeof json !== 'object' || json === null || Array.isArray(json)) return profile;
    const { events, present, wide, grams, values, bases } = json as JsonObject;
    profile.events = toCount(events);
    profile.present = toCount(present);
    profile.wide = toCount(wide);
    if (Array.isArray(grams)) {
      profile.#grams = new Uint16Array(GRAMS);
      profile.#grams.set(grams.slice(0, GRAMS).map(toCount));
    }
    fill(profile.#values, values);
    fill(profile.#bases, bases);
    return profile;
  }
}

const toCount = (json: Json | undefined): number => (typeof json === 'number' ? json : 0);

function fill(map: Map<string, number>, json: Json | undefined): void {
  for (const row of Array.isArray(json) ? (json as readonly Json[]) : []) {
    if (!Array.isArray(row)) continue;
    const [key, count] = row as readonly Json[];
    if (typeof key === 'string' && map.size < MAX_VALUES) map.set(key, toCount(count));
  }
}

function countUp(map: Map<string, number>, key: string): void {
  const count = map.get(key);
  if (count !== undefined) map.set(key, count + 1);
  else if (map.size < MAX_VALUES && key.length <= 512) map.set(key, 1);
}
