import ipaddr from 'ipaddr.js';

/*
 * Address ranges by their beginning. Ranges of prefixes either lie apart or inside one another, so
 * each knows the one around it: the last that begins before an address, or one around that, holds it.
 */

interface Draft {
  readonly bytes: readonly number[];
  readonly bits: number;
  readonly entry: number;
}

const compare = (a: readonly number[], b: readonly number[]): number => {
  for (const [at, byte] of a.entries()) {
    const other = b[at] ?? 0;
    if (byte !== other) return byte - other;
  }
  return 0;
};

const toWords = (bytes: readonly number[]): readonly number[] =>
  Array.from({ length: bytes.length / 4 }, (_, word) =>
    bytes.slice(word * 4, word * 4 + 4).reduce((sum, byte) => sum * 256 + byte, 0),
  );

/** Ranges of one family; `words` numbers of 32 bits make an address. */
class Family {
  readonly #words: number;
  #drafts: Draft[] = [];
  #starts = new Uint32Array(0);
  #bits = new Uint8Array(0);
  #around = new Int32Array(0);
  #entries = new Uint32Array(0);

  constructor(words: number) {
    this.#words = words;
  }

  get size(): number {
    return (
      this.#starts.byteLength +
      this.#bits.byteLength +
      this.#around.byteLength +
      this.#entries.byteLength
    );
  }

  add(draft: Draft): void {
    this.#drafts.push(draft);
  }

  seal(): void {
    const sorted = this.#drafts.sort((a, b) => compare(a.bytes, b.bytes) || a.bits - b.bits);
    this.#starts = Uint32Array.from(sorted.flatMap(({ bytes }) => toWords(bytes)));
    this.#bits = Uint8Array.from(sorted, ({ bits }) => bits);
    this.#entries = Uint32Array.from(sorted, ({ entry }) => entry);
    this.#around = new Int32Array(sorted.length);
    for (let at = 0; at < sorted.length; at += 1) {
      let outer = at - 1;
      const words = [...this.#starts.subarray(at * this.#words, (at + 1) * this.#words)];
      while (outer >= 0 && !this.#holds(outer, words)) outer = this.#around[outer] ?? -1;
      this.#around[at] = outer;
    }
    this.#drafts = [];
  }

  #holds(range: number, address: readonly number[]): boolean {
    const bits = this.#bits[range] ?? 0;
    for (let word = 0; word * 32 < bits; word += 1) {
      const kept = Math.min(32, bits - word * 32);
      const apart = ((this.#starts[range * this.#words + word] ?? 0) ^ (address[word] ?? 0)) >>> 0;
      if (apart >>> (32 - kept) !== 0) return false;
    }
    return true;
  }

  #isAfter(range: number, address: readonly number[]): boolean {
    for (let word = 0; word < this.#words; word += 1) {
      const start = this.#starts[range * this.#words + word] ?? 0;
      const part = address[word] ?? 0;
      if (start !== part) return start > part;
    }
    return false;
  }

  /** Entries of all ranges that hold the address, the narrowest first. */
  find(address: readonly number[], found: number[]): void {
    let low = 0;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#isAfter(middle, address)) high = middle;
      else low = middle + 1;
    }
    let range = low - 1;
    while (range >= 0) {
      if (this.#holds(range, address)) found.push(this.#entries[range] ?? 0);
      range = this.#around[range] ?? -1;
    }
  }

  get isEmpty(): boolean {
    return this.#entries.length === 0;
  }
}

const DOT = 46;
const NONE: readonly number[] = [];

/** The number of a canonical IPv4 text; -1 when it is none. */
export function toNumber(text: string): number {
  let value = 0;
  let octet = 0;
  let dots = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === DOT) {
      value = value * 256 + octet;
      octet = 0;
      dots += 1;
    } else if (code >= 48 && code <= 57) octet = octet * 10 + code - 48;
    else return -1;
  }
  return dots === 3 ? value * 256 + octet : -1;
}

/** Ranges of both families. */
export class RangeTable {
  readonly #four = new Family(1);
  readonly #six = new Family(4);

  /** Adds a canonical range, `203.0.113.0/24`. */
  add(cidr: string, entry: number): void {
    const [address, bits] = ipaddr.parseCIDR(cidr);
    const family = address.kind() === 'ipv4' ? this.#four : this.#six;
    family.add({ bytes: address.toByteArray(), bits, entry });
  }

  seal(): void {
    this.#four.seal();
    this.#six.seal();
  }

  get size(): number {
    return this.#four.size + this.#six.size;
  }

  /** Entries of the ranges that hold a canonical address, the narrowest first. */
  find(ip: string): readonly number[] {
    if (this.#four.isEmpty && this.#six.isEmpty) return NONE;
    const found: number[] = [];
    const four = toNumber(ip);
    if (four >= 0) this.#four.find([four], found);
    else if (!this.#six.isEmpty && ip.includes(':') && ipaddr.isValid(ip))
      this.#six.find(toWords(ipaddr.parse(ip).toByteArray()), found);
    return found;
  }
}
