import { crc32 } from 'node:zlib';

/*
 * Which blocks cannot hold a text? Each run of four grams of five bytes gives its smallest hash to a
 * Bloom filter (winnowing): whatever text of eight bytes or more stands in a block, the smallest
 * hashes of its own runs are in the filter of that block. No text is missed, wherever it begins.
 */

const GRAM = 5;
const WINDOW = 4;
/** The shortest text that has a whole run of grams. */
const FULL = GRAM + WINDOW - 1;
const MIN_BITS = 1 << 9;
const MAX_BITS = 1 << 21;
/** A filter is folded in half while it stays emptier than this. */
const MAX_FILL = 0.4;
/** Large blocks are taken in slices, so that nobody else waits long. */
export const SLICE_BYTES = 256 * 1024;

const NONE = 0x7fff_ffff;

/** Where the winnowing of one text stands between two slices of it. */
interface Winnowing {
  low: number;
  seen: number;
  last: number;
  a: number;
  b: number;
  c: number;
}
const startWinnowing = (): Winnowing => ({
  low: 0,
  seen: 0,
  last: NONE,
  a: NONE,
  b: NONE,
  c: NONE,
});

/**
 * Puts the smallest hash of each run of grams into `out`, repeats in a row left out, and says how many
 * there are. Everything in it is a 32-bit integer: it runs over every byte that is ever sealed.
 */
function winnow(data: Uint8Array, state: Winnowing, out: Int32Array): number {
  let { low, last, a, b, c } = state;
  let count = 0;
  const isWarm = state.seen >= FULL;
  for (let index = 0; index < data.length; index += 1) {
    const high = low >>> 24;
    low = (low << 8) | (data[index] as number);
    const mixed = Math.imul(low, 0x9e37_79b1) ^ Math.imul(high + 1, 0x85eb_ca6b);
    const hash = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b_3c6d);
    if (!isWarm && state.seen + index + 1 < GRAM) continue;
    const ab = a < b ? a : b;
    const ch = c < hash ? c : hash;
    const smallest = ab < ch ? ab : ch;
    a = b;
    b = c;
    c = hash;
    if (smallest === last || (!isWarm && state.seen + index + 1 < FULL)) continue;
    last = smallest;
    out[count] = smallest;
    count += 1;
  }
  state.seen = Math.min(FULL, state.seen + data.length);
  Object.assign(state, { low, last, a, b, c });
  return count;
}

/** Two places of a hash; the second from other bits than the first. */
const secondOf = (hash: number): number => Math.imul(hash, 0x27d4_eb2f) >>> 11;

const hasBit = (bits: Uint8Array, place: number): boolean =>
  ((bits[place >>> 3] ?? 0) & (1 << (place & 7))) !== 0;

function countBits(bits: Uint8Array): number {
  let count = 0;
  for (const byte of bits) for (let rest = byte; rest > 0; rest &= rest - 1) count += 1;
  return count;
}

/** Both halves over each other: the same filter with one bit less of each place. */
const fold = (bits: Uint8Array): Uint8Array => {
  const half = bits.length / 2;
  return bits.slice(0, half).map((byte, index) => byte | (bits[half + index] ?? 0));
};

function shrink(bits: Uint8Array): Uint8Array {
  let smallest = bits;
  while (smallest.length * 8 > MIN_BITS) {
    const folded = fold(smallest);
    if (countBits(folded) > folded.length * 8 * MAX_FILL) return smallest;
    smallest = folded;
  }
  return smallest;
}

/** The filter of a block that is given slice by slice. */
export interface FilterBuilder {
  add(slice: Uint8Array): void;
  finish(): Uint8Array;
}

/** A filter for a block of that many bytes: at most one bit a byte. */
export function createFilter(bytes: number): FilterBuilder {
  const wanted = 2 ** Math.ceil(Math.log2(Math.max(1, bytes)));
  const size = Math.min(MAX_BITS, Math.max(MIN_BITS, wanted));
  const bits = new Uint8Array(size / 8);
  const mask = size - 1;
  const state = startWinnowing();
  const set = (place: number): void => {
    bits[place >>> 3] = (bits[place >>> 3] as number) | (1 << (place & 7));
  };
  return {
    add(slice) {
      const smallest = new Int32Array(slice.length);
      const count = winnow(slice, state, smallest);
      for (let index = 0; index < count; index += 1) {
        const hash = smallest[index] as number;
        set(hash & mask);
        set(secondOf(hash) & mask);
      }
    },
    finish: () => shrink(bits),
  };
}

/** What must be in the filter of every block that holds the text; nothing when it is too short to tell. */
export function gramsOf(text: Uint8Array): readonly number[] {
  const grams = new Int32Array(text.length);
  return [...grams.subarray(0, winnow(text, startWinnowing(), grams))];
}

/** False only when the block certainly does not hold the text. */
export function mayHold(filter: Uint8Array, grams: readonly number[]): boolean {
  const mask = filter.length * 8 - 1;
  return grams.every(
    (hash) => hasBit(filter, hash & mask) && hasBit(filter, secondOf(hash) & mask),
  );
}

/** Where the filter of a sealed block lies. */
export interface FilterPlace {
  readonly position: number;
  readonly length: number;
  readonly crc: number;
}

/** The filter as it lies in what was read from `from` on; undefined when it does not fit its checksum. */
export function filterAt(data: Buffer, from: number, place: FilterPlace): Uint8Array | undefined {
  const start = place.position - from;
  const filter = data.subarray(start, start + place.length);
  return filter.length === place.length && crc32(filter) === place.crc ? filter : undefined;
}
