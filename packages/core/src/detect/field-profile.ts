import type { Json } from '../shared/json.ts';
import { gramHash } from '../sigma/gram-table.ts';
import { Counts, gramPlace, textHash } from './counts.ts';
import { baseName } from './witness.ts';

const GRAMS = 4_096;
const VALUES = 1_024;
const BASES = 256;

/** The rarest gram of a text and where it begins. */
export interface RareGram {
  readonly at: number;
  readonly count: number;
}

/**
 * What was seen of one field in the sampled events that have it: how often each value, each last path segment and
 * each gram of three characters. It holds counts only, no text of an event, in at most 11 KB.
 */
export class FieldProfile {
  present = 0;
  wide = 0;
  #grams = new Counts(GRAMS);
  #values = new Counts(VALUES);
  #bases = new Counts(BASES);

  /** The values of one sampled event that has the field, folded. */
  observe(values: readonly string[]): void {
    this.present += 1;
    let isWide = false;
    for (const value of values) {
      this.#values.add(textHash(value));
      this.#bases.add(textHash(baseName(value)));
      if (this.#observeGrams(value)) isWide = true;
    }
    if (isWide) this.wide += 1;
  }

  /** Is there a character beyond ASCII? */
  #observeGrams(text: string): boolean {
    let a = text.charCodeAt(0);
    let b = text.charCodeAt(1);
    let all = a | b;
    for (let at = 2; at < text.length; at += 1) {
      const c = text.charCodeAt(at);
      all |= c;
      this.#grams.add(gramPlace(gramHash(a, b, c)));
      a = b;
      b = c;
    }
    return all > 127;
  }

  countOf = (value: string): number => this.#values.of(textHash(value));
  countOfBase = (base: string): number => this.#bases.of(textHash(base));

  /** For a text of at least three characters. */
  rarestGram(text: string): RareGram {
    let best: RareGram = { at: 0, count: Number.POSITIVE_INFINITY };
    for (let at = 0; at + 2 < text.length; at += 1) {
      const hash = gramHash(text.charCodeAt(at), text.charCodeAt(at + 1), text.charCodeAt(at + 2));
      const count = this.#grams.of(gramPlace(hash));
      if (count < best.count) best = { at, count };
    }
    return best;
  }

  toJson(): Json {
    const sketches = [this.#grams, this.#values, this.#bases].map((counts) => counts.toText());
    return [this.present, this.wide, ...sketches];
  }

  /** What is not of the form of {@link toJson} is taken as nothing seen. */
  static from(json: Json): FieldProfile {
    const profile = new FieldProfile();
    if (!Array.isArray(json)) return profile;
    const [present, wide, grams, values, bases] = json as readonly Json[];
    profile.present = toCount(present);
    profile.wide = toCount(wide);
    profile.#grams = Counts.from(toText(grams), GRAMS);
    profile.#values = Counts.from(toText(values), VALUES);
    profile.#bases = Counts.from(toText(bases), BASES);
    return profile;
  }
}

/** A count as it stands in JSON; anything else is none. */
export const toCount = (json: Json | undefined): number =>
  typeof json === 'number' && json > 0 ? Math.floor(json) : 0;
const toText = (json: Json | undefined): string => (typeof json === 'string' ? json : '');
