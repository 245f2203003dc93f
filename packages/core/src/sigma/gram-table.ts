/** Says where the gram of a text begins by which it is found. */
export type ChooseGram = (text: string) => number;

const GRAM = 3;
const BITS = 15;
const MASK = (1 << BITS) - 1;
/** Each character moves the ones before it up by so many bits, the third one out. */
const STEP = BITS / GRAM;

/** A hash of three characters, as {@link GramTable} rolls it over a text. */
export const gramHash = (a: number, b: number, c: number): number =>
  ((a << (2 * STEP)) ^ (b << STEP) ^ c) & MASK;

/**
 * Many texts sought at once in one value: each stands in a hash table under one of its grams of
 * three characters, and only where that gram is in the value is the whole text compared. Texts of
 * less than three characters are sought one by one.
 */
export class GramTable<T> {
  /** Of each gram: is there a text under it? Small enough to stay in the nearest cache. */
  readonly #bits = new Uint32Array(1 << (BITS - 5));
  readonly #rows = new Map<number, Needle<T>[]>();
  readonly #short: Needle<T>[] = [];

  constructor(texts: Iterable<readonly [string, T]>, chooseGram: ChooseGram = guessGram) {
    for (const [text, item] of texts) this.#add(text, item, chooseGram);
  }

  #add(text: string, item: T, chooseGram: ChooseGram): void {
    if (text.length < GRAM) {
      this.#short.push({ text, item, offset: 0, first: 0 });
      return;
    }
    const offset = chooseGram(text);
    const gram = gramAt(text, offset);
    const needle = { text, item, offset, first: text.charCodeAt(0) };
    const row = this.#rows.get(gram);
    if (row) row.push(needle);
    else this.#rows.set(gram, [needle]);
    this.#bits[gram >>> 5] = (this.#bits[gram >>> 5] ?? 0) | (1 << (gram & 31));
  }

  /** Tells `found` the item of each text that is in the value, perhaps more than once, until it returns true. */
  scan(value: string, found: (item: T) => boolean): boolean {
    for (const { text, item } of this.#short) if (value.includes(text) && found(item)) return true;
    const bits = this.#bits;
    const end = value.length;
    let gram = (value.charCodeAt(0) << STEP) ^ value.charCodeAt(1);
    for (let at = 2; at < end; at += 1) {
      gram = ((gram << STEP) ^ value.charCodeAt(at)) & MASK;
      if (((bits[gram >>> 5] ?? 0) & (1 << (gram & 31))) !== 0)
        if (this.#compare({ value, at: at - 2, gram }, found)) return true;
    }
    return false;
  }

  #compare({ value, at, gram }: Place, found: (item: T) => boolean): boolean {
    for (const { text, item, offset, first } of this.#rows.get(gram) ?? []) {
      const from = at - offset;
      if (value.charCodeAt(from) === first && value.startsWith(text, from) && found(item))
        return true;
    }
    return false;
  }
}

/** One text sought, what it stands for, where its gram begins in it, and its first character. */
interface Needle<T> {
  readonly text: string;
  readonly item: T;
  readonly offset: number;
  readonly first: number;
}

interface Place {
  readonly value: string;
  readonly at: number;
  readonly gram: number;
}

const gramAt = (text: string, at: number): number =>
  gramHash(text.charCodeAt(at), text.charCodeAt(at + 1), text.charCodeAt(at + 2));

/** Frequent letters first; what is not among them is rare. */
const FREQUENT = 'eiatosnrlcdmpu\\.xhfgwbyv/-_ 0123456789k:jqz';

/** Where the gram of the rarest letters begins, for want of anything seen. */
export function guessGram(text: string): number {
  let best = 0;
  let bestScore = -1;
  for (let at = 0; at + 2 < text.length; at += 1) {
    const score = rarity(text, at) + rarity(text, at + 1) + rarity(text, at + 2);
    if (score > bestScore) {
      best = at;
      bestScore = score;
    }
  }
  return best;
}

function rarity(text: string, at: number): number {
  const rank = FREQUENT.indexOf(text.charAt(at));
  return rank < 0 ? FREQUENT.length : rank;
}
