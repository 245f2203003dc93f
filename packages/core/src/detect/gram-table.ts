import { gramHash } from './field-profile.ts';

/** One text sought, and the rules that want it. */
interface Needle {
  readonly text: string;
  /** Where its gram begins in it. */
  readonly offset: number;
  readonly rules: readonly number[];
}

/** Says where the gram of a text begins by which it is found. */
export type ChooseGram = (text: string) => number;

const MIN_SIZE = 256;

/**
 * Many texts sought at once in one value: each stands in a hash table under one of its grams of
 * three characters, and only where that gram is in the value is the whole text compared. Texts of
 * less than three characters are sought one by one.
 */
export class GramTable {
  readonly #heads: Int32Array;
  readonly #next: number[] = [];
  readonly #needles: Needle[] = [];
  readonly #short: Needle[] = [];
  readonly #mask: number;

  constructor(texts: ReadonlyMap<string, readonly number[]>, chooseGram: ChooseGram) {
    let size = MIN_SIZE;
    while (size < texts.size * 8) size *= 2;
    this.#mask = size - 1;
    this.#heads = new Int32Array(size).fill(-1);
    for (const [text, rules] of texts) this.#add(text, rules, chooseGram);
  }

  #add(text: string, rules: readonly number[], chooseGram: ChooseGram): void {
    if (text.length < 3) {
      this.#short.push({ text, offset: 0, rules });
      return;
    }
    const offset = chooseGram(text);
    const place =
      gramHash(text.charCodeAt(offset), text.charCodeAt(offset + 1), text.charCodeAt(offset + 2)) &
      this.#mask;
    this.#next.push(this.#heads[place] ?? -1);
    this.#heads[place] = this.#needles.length;
    this.#needles.push({ text, offset, rules });
  }

  /** Tells `found` the rules of each text that is in the value, perhaps more than once. */
  scan(value: string, found: (rules: readonly number[]) => void): void {
    for (const { text, rules } of this.#short) if (value.includes(text)) found(rules);
    const heads = this.#heads;
    const mask = this.#mask;
    let a = value.charCodeAt(0);
    let b = value.charCodeAt(1);
    for (let at = 2; at < value.length; at += 1) {
      const c = value.charCodeAt(at);
      const head = heads[gramHash(a, b, c) & mask] ?? -1;
      if (head >= 0) this.#compare({ value, at: at - 2, head }, found);
      a = b;
      b = c;
    }
  }

  #compare(
    { value, at, head }: { readonly value: string; readonly at: number; readonly head: number },
    found: (rules: readonly number[]) => void,
  ): void {
    for (let nth = head; nth >= 0; nth = this.#next[nth] ?? -1) {
      const needle = this.#needles[nth];
      if (needle && value.startsWith(needle.text, at - needle.offset) && at >= needle.offset)
        found(needle.rules);
    }
  }
}

/** Frequent letters first; what is not among them is rare. */
const FREQUENT = 'eiatosnrlcdmpu\\.xhfgwbyv/-_ 0123456789k:jqz';

/** The gram of the rarest letters, for want of anything seen. */
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
