/** Levels of a count are written as one digit of base 36; two levels are a factor of two. */
const LEVELS = 36;
const FULL = 65_535;

/**
 * How often things were seen, by a hash of the thing: a few kilobytes whatever comes. Different
 * things may share a place, so a count is at least the true one (a count-min sketch of one row).
 */
export class Counts {
  readonly #rows: Uint16Array;

  /** `size` is a power of two. */
  constructor(size: number) {
    this.#rows = new Uint16Array(size);
  }

  add(hash: number): void {
    const place = hash & (this.#rows.length - 1);
    const count = this.#rows[place] ?? 0;
    if (count < FULL) this.#rows[place] = count + 1;
  }

  of(hash: number): number {
    return this.#rows[hash & (this.#rows.length - 1)] ?? 0;
  }

  /** The counts rounded to half powers of two, runs of nothing as `.N.` (N in base 36). */
  toText(): string {
    const digits = Array.from(this.#rows, (count) => levelOf(count).toString(LEVELS));
    return digits.join('').replaceAll(/0{5,}/g, (run) => `.${run.length.toString(LEVELS)}.`);
  }

  /** The inverse of {@link toText}; what is not of its form counts as nothing seen. */
  static from(text: string, size: number): Counts {
    const counts = new Counts(size);
    if (text.length > size * 2) return counts;
    let place = 0;
    for (const [part] of text.matchAll(/\.([0-9a-z]{1,4})\.|[0-9a-z]/g)) {
      if (part.startsWith('.')) place += Number.parseInt(part.slice(1, -1), LEVELS);
      else {
        if (place < size) counts.#rows[place] = countOf(Number.parseInt(part, LEVELS));
        place += 1;
      }
    }
    return counts;
  }
}

const levelOf = (count: number): number => Math.round(2 * Math.log2(count + 1));
const countOf = (level: number): number => Math.min(FULL, Math.round(2 ** (level / 2)) - 1);

/** FNV-1a over the UTF-16 units of a text, the first 512 of them. */
export function textHash(text: string): number {
  let hash = 0x811c9dc5;
  const end = Math.min(text.length, 512);
  for (let at = 0; at < end; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return (hash ^ (hash >>> 15)) >>> 0;
}

/** Spreads the hash of a gram, whose low bits are mostly of one character. */
export const gramPlace = (hash: number): number => Math.imul(hash, 0x9e3779b1) >>> 16;
