import type { Json } from '../shared/json.ts';

/*
 * How often each of many keys came, in fixed memory: a count-min sketch (Cormode and Muthukrishnan
 * 2005) with conservative update and exponential decay by forward weights (Cormode et al. 2009): a
 * hit weighs 2^(age of the sketch / half-life), and an answer is divided by the weight of its time.
 *
 * Never below the true decayed count. Above it by more than 2.72/8192 = 0.033 % of all decayed hits
 * with a probability of at most e^-4 = 1.8 %. 128 KB.
 */

const WIDTH = 8_192;
const DEPTH = 4;
/** Weights are brought back to 1 before they leave the range that doubles hold well. */
const MAX_HALVINGS = 64;
/** What is left of one hit after ten half-lives is nothing. */
const NOTHING = 2 ** -10;

interface Saved {
  readonly origin: number;
  /** Index and value in turn, only what is not zero. */
  readonly cells: readonly number[];
}

/** What a key is counted under: FNV-1a over UTF-16 code units, mixed at the end. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1)
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}

export class CountMin {
  readonly #halfLifeMs: number;
  readonly #cells = new Float32Array(WIDTH * DEPTH);
  #origin: number | undefined;

  constructor(halfLifeMs: number) {
    this.#halfLifeMs = halfLifeMs;
  }

  /** Counts one hit of a hashed key at a time; a little out of order is right, too. */
  add(hash: number, at: number): void {
    this.#origin ??= at;
    if (at - this.#origin > MAX_HALVINGS * this.#halfLifeMs) this.#rebase(at);
    const raised = this.#least(hash) + this.#weight(at);
    for (let row = 0; row < DEPTH; row += 1) {
      const cell = this.#cellOf(hash, row);
      if ((this.#cells[cell] ?? 0) < raised) this.#cells[cell] = raised;
    }
  }

  /** The decayed count at a time. */
  count(hash: number, at: number): number {
    if (this.#origin === undefined) return 0;
    return this.#least(hash) / this.#weight(at);
  }

  snapshot(): Json {
    const cells: number[] = [];
    for (let at = 0; at < this.#cells.length; at += 1) {
      const value = this.#cells[at] ?? 0;
      if (value > 0) cells.push(at, value);
    }
    return { origin: this.#origin ?? 0, cells };
  }

  restore(from: Json): void {
    const { origin, cells } = from as unknown as Saved;
    this.#origin = origin;
    this.#cells.fill(0);
    for (let at = 0; at + 1 < cells.length; at += 2)
      this.#cells[cells[at] ?? 0] = cells[at + 1] ?? 0;
  }

  #weight(at: number): number {
    const age = (at - (this.#origin ?? at)) / this.#halfLifeMs;
    return 2 ** Math.max(-MAX_HALVINGS, age);
  }

  #least(hash: number): number {
    let least = Number.POSITIVE_INFINITY;
    for (let row = 0; row < DEPTH; row += 1)
      least = Math.min(least, this.#cells[this.#cellOf(hash, row)] ?? 0);
    return least;
  }

  /** Double hashing (Kirsch and Mitzenmacher 2006): row i looks at h1 + i·h2. */
  #cellOf(hash: number, row: number): number {
    const step = ((hash >>> 17) | 1) * row;
    return row * WIDTH + ((hash + step) & (WIDTH - 1));
  }

  #rebase(at: number): void {
    const weight = this.#weight(at);
    for (let cell = 0; cell < this.#cells.length; cell += 1) {
      const left = (this.#cells[cell] ?? 0) / weight;
      this.#cells[cell] = left < NOTHING ? 0 : left;
    }
    this.#origin = at;
  }
}
