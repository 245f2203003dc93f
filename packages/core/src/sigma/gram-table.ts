/** Says where the gram of a text begins by which it is found. */
export type ChooseGram = (text: string) => number;

const GRAM = 3;
const BITS = 15;
const MASK = (1 << BITS) - 1;
/** So few grams make do with a smaller set. */
const FEW = 48;
const FEW_MASK = (1 << 11) - 1;
/** Each character moves the ones before it up by so many bits, the third one out. */
const STEP = BITS / GRAM;

/** A hash of three characters, as {@link GramTable} rolls it over a text. */
export const gramHash = (a: number, b: number, c: number): number =>
  ((a << (2 * STEP)) ^ (b << STEP) ^ c) & MASK;

/** A table of more texts than this looks at every place: too many grams would be found. */
const MAX_LEAPING = 100;
const MAX_STRIDE = 16;

/**
 * Many texts sought at once in one value: each stands in a hash table under one of its grams of
 * three characters, and only where that gram is in the value is the whole text compared. Texts of
 * less than three characters are sought one by one. Few long texts stand under several grams, so
 * that it is enough to look at every n-th place of the value.
 */
export class GramTable<T> {
  /** No text is shorter. */
  readonly least: number;
  /** Of each gram (its low bits, where there are few): is there a text under it? Stays in the nearest cache. */
  readonly #bits: Uint32Array;
  readonly #low: number;
  /** By the gram, spread over twice as many rows as there are grams. */
  readonly #rows: (readonly Needle<T>[] | undefined)[];
  readonly #shift: number;
  readonly #short: Needle<T>[] = [];
  readonly #stride: number;

  constructor(texts: ReadonlyMap<string, T>, chooseGram: ChooseGram = guessGram) {
    this.least = Math.min(...[...texts.keys()].map(({ length }) => length));
    this.#stride =
      texts.size > MAX_LEAPING ? 1 : Math.max(1, Math.min(this.least - GRAM + 1, MAX_STRIDE));
    this.#low = texts.size * this.#stride > FEW ? MASK : FEW_MASK;
    this.#bits = new Uint32Array((this.#low + 1) >>> 5);
    this.#shift = Math.clz32(texts.size * this.#stride) - 1;
    this.#rows = new Array(2 ** (32 - this.#shift)).fill(undefined);
    for (const [text, item] of texts) {
      if (text.length < GRAM) this.#short.push({ text, item, offset: 0, first: 0 });
      else if (this.#stride === 1) this.#add(text, item, chooseGram(text));
      else for (let at = 0; at < this.#stride; at += 1) this.#add(text, item, at);
    }
  }

  #add(text: string, item: T, offset: number): void {
    const gram = gramAt(text, offset);
    const needle = { text, item, offset, first: text.charCodeAt(0) };
    const row = this.#rowOf(gram);
    this.#rows[row] = [...(this.#rows[row] ?? []), needle];
    const place = (gram & this.#low) >>> 5;
    this.#bits[place] = (this.#bits[place] ?? 0) | (1 << (gram & 31));
  }

  #rowOf(gram: number): number {
    return Math.imul(gram, 0x9e3779b1) >>> this.#shift;
  }

  /** Tells `found` the item of each text that is in the value, perhaps more than once, until it returns true. */
  scan(value: string, found: (item: T) => boolean): boolean {
    for (const { text, item } of this.#short) if (value.includes(text) && found(item)) return true;
    if (this.#stride > 1) return this.#leap(value, found);
    const bits = this.#bits;
    const low = this.#low;
    const end = value.length;
    let gram = (value.charCodeAt(0) << STEP) ^ value.charCodeAt(1);
    for (let at = 2; at < end; at += 1) {
      gram = ((gram << STEP) ^ value.charCodeAt(at)) & MASK;
      if (((bits[(gram & low) >>> 5] ?? 0) & (1 << (gram & 31))) !== 0)
        if (this.#compare({ value, at: at - 2, gram }, found)) return true;
    }
    return false;
  }

  #leap(value: string, found: (item: T) => boolean): boolean {
    const end = value.length - GRAM;
    for (let at = 0; at <= end; at += this.#stride) {
      const gram = gramAt(value, at);
      if (this.#has(gram)) if (this.#compare({ value, at, gram }, found)) return true;
    }
    return false;
  }

  #has(gram: number): boolean {
    return ((this.#bits[(gram & this.#low) >>> 5] ?? 0) & (1 << (gram & 31))) !== 0;
  }

  /**
   * Can a text be in the lower case of the value? Looks at the value as it is, so that most values
   * need not be folded. True when in doubt.
   */
  mayHold(value: string): boolean {
    if (value.length < this.least) return false;
    if (this.#short.length > 0 || FOLDS_TO_ASCII.some((char) => value.includes(char))) return true;
    const end = value.length - GRAM;
    for (let at = 0; at <= end; at += this.#stride) {
      const gram = gramHash(
        lowerCode(value.charCodeAt(at)),
        lowerCode(value.charCodeAt(at + 1)),
        lowerCode(value.charCodeAt(at + 2)),
      );
      if (this.#has(gram)) return true;
    }
    return false;
  }

  #compare({ value, at, gram }: Place, found: (item: T) => boolean): boolean {
    for (const { text, item, offset, first } of this.#rows[this.#rowOf(gram)] ?? NO_NEEDLES) {
      const from = at - offset;
      if (value.charCodeAt(from) === first && value.startsWith(text, from) && found(item))
        return true;
    }
    return false;
  }
}

/** The characters beyond ASCII whose lower case holds ASCII; asked of an ASCII value this costs nothing. */
const FOLDS_TO_ASCII: readonly string[] = ['\u212a', '\u0130'];

const lowerCode = (code: number): number => (code >= 65 && code <= 90 ? code | 32 : code);

/** One text sought, what it stands for, where its gram begins in it, and its first character. */
interface Needle<T> {
  readonly text: string;
  readonly item: T;
  readonly offset: number;
  readonly first: number;
}

const NO_NEEDLES: readonly never[] = [];

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
