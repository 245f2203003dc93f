import type { EpochMs } from '../shared/time.ts';
import { toEpochMs } from '../shared/time.ts';
import { toAddress } from './canonical.ts';
import { refang } from './defang.ts';
import { fingerprint, print, visitSuffixes } from './fingerprint.ts';
import type { Indicator, IndicatorType, Term, Tlp } from './indicator.ts';
import { RangeTable } from './range-table.ts';
import { ValueStore } from './value-store.ts';

/*
 * Millions of indicators in a few flat arrays: an open-addressed table of fingerprints (half of one
 * is compared in the table, the other half chose the place), and a compact store that holds the value
 * itself, with which every find is confirmed.
 */

/** What entries have in common is held once. */
export interface EntryOrigin {
  /** Id of the feed or the warninglist. */
  readonly feed: string;
  readonly type: IndicatorType;
  readonly label: string;
  readonly confidence: number;
  readonly role: Indicator['role'];
  readonly tlp?: Tlp;
  readonly port?: number;
}

/** One indicator as it is found again. */
export interface Entry extends EntryOrigin {
  readonly value: string;
  readonly validFrom?: EpochMs;
  readonly validUntil?: EpochMs;
  readonly reference?: string;
  readonly also?: readonly Term[];
  /** Found by a name that lies below the domain. */
  readonly isBelow?: true;
}

/** Types that are looked for under the same values share a number. */
const SPACES: Readonly<Record<IndicatorType, number>> = {
  ip: 1,
  cidr: 1,
  domain: 2,
  hostname: 2,
  url: 3,
  email: 4,
  hash: 5,
  file_name: 6,
  file_path: 7,
  registry_key: 8,
  process: 9,
  command_line: 10,
  mutex: 11,
  user_agent: 12,
  ja3: 13,
  certificate: 14,
  cve: 15,
  text: 16,
};
const NONE: readonly Entry[] = [];
const MINUTE = 60_000;
const FIRST_ENTRIES = 1_024;
/** Above this share of slots in use the table doubles. */
const MOST_FULL = 0.7;

const grown = (array: Uint32Array, length: number): Uint32Array => {
  const next = new Uint32Array(length);
  next.set(array.subarray(0, Math.min(array.length, length)));
  return next;
};

const toMinutes = (time: number | undefined): number =>
  time === undefined || time < 0 ? 0 : Math.min(0xffffffff, Math.ceil(time / MINUTE));
const fromMinutes = (minutes: number): EpochMs | undefined =>
  minutes === 0 ? undefined : toEpochMs(minutes * MINUTE);

/** Indicators by value. Filled once, sealed, then only read; a change makes a new one. */
export class IndicatorIndex {
  readonly #seed: number;
  readonly #values = new ValueStore();
  readonly #ranges = new RangeTable();
  readonly #origins: EntryOrigin[] = [];
  readonly #originIds = new Map<string, number>();
  readonly #also = new Map<number, readonly Term[]>();
  #checks: Uint32Array;
  #refs: Uint32Array;
  #mask: number;
  #used = 0;
  #count = 0;
  #places: Uint32Array;
  #froms: Uint32Array;
  #untils: Uint32Array;
  #originOf: Uint32Array;

  /** `expected` saves growing; `seed` should differ from process to process. */
  constructor({ expected = 0, seed = 1 }: { expected?: number; seed?: number } = {}) {
    this.#seed = seed | 0;
    const slots = 2 ** Math.ceil(Math.log2(Math.max(64, expected / MOST_FULL)));
    this.#checks = new Uint32Array(slots);
    this.#refs = new Uint32Array(slots);
    this.#mask = slots - 1;
    const entries = Math.max(FIRST_ENTRIES, expected);
    this.#places = new Uint32Array(entries);
    this.#froms = new Uint32Array(entries);
    this.#untils = new Uint32Array(entries);
    this.#originOf = new Uint32Array(entries);
  }

  get size(): number {
    return this.#count;
  }

  /** Bytes of the arrays; what a map of origins takes beside them is small. */
  get bytes(): number {
    const arrays = [
      this.#checks,
      this.#refs,
      this.#places,
      this.#froms,
      this.#untils,
      this.#originOf,
    ];
    const flat = arrays.reduce((sum, array) => sum + array.byteLength, 0);
    return flat + this.#values.size + this.#ranges.size;
  }

  /** Adds one indicator of a feed; its value is canonical. */
  add(feed: string, indicator: Indicator): void {
    const { type, value, reference, also } = indicator;
    const entry = this.#count;
    if (entry === this.#places.length) this.#resizeEntries(Math.ceil(entry * 1.5));
    this.#count += 1;
    this.#places[entry] = this.#values.add(value, reference);
    this.#froms[entry] = toMinutes(indicator.validFrom);
    this.#untils[entry] = toMinutes(indicator.validUntil);
    this.#originOf[entry] = this.#originIdOf(feed, indicator);
    if (also !== undefined && also.length > 0) this.#also.set(entry, also);
    if (type === 'cidr') this.#ranges.add(value, entry);
    else this.#link(entry, type, value);
  }

  /** Done with adding: gives back what was reserved, makes ranges findable. */
  seal(): this {
    this.#ranges.seal();
    this.#values.trim();
    if (this.#places.length > this.#count) this.#resizeEntries(this.#count);
    return this;
  }

  #resizeEntries(length: number): void {
    this.#places = grown(this.#places, length);
    this.#froms = grown(this.#froms, length);
    this.#untils = grown(this.#untils, length);
    this.#originOf = grown(this.#originOf, length);
  }

  #originIdOf(feed: string, indicator: Indicator): number {
    const { type, label, confidence, role, tlp, port } = indicator;
    const key = `${feed}\n${type}\n${label}\n${confidence}\n${role}\n${tlp ?? ''}\n${port ?? ''}`;
    const known = this.#originIds.get(key);
    if (known !== undefined) return known;
    const id = this.#origins.length;
    this.#originIds.set(key, id);
    this.#origins.push({
      feed,
      type,
      label,
      confidence,
      role,
      ...(tlp === undefined ? {} : { tlp }),
      ...(port === undefined ? {} : { port }),
    });
    return id;
  }

  #seedOf(type: IndicatorType): number {
    return Math.imul(this.#seed + SPACES[type], 0x9e3779b1);
  }

  #link(entry: number, type: IndicatorType, value: string): void {
    if ((this.#used + 1) / this.#checks.length > MOST_FULL) this.#double();
    fingerprint(value, this.#seedOf(type));
    this.#put(print.high, print.low, entry + 1);
  }

  #put(high: number, low: number, ref: number): void {
    let slot = high & this.#mask;
    while (this.#refs[slot] !== 0) slot = (slot + 1) & this.#mask;
    this.#checks[slot] = low;
    this.#refs[slot] = ref;
    this.#used += 1;
  }

  #double(): void {
    const refs = this.#refs;
    const slots = refs.length * 2;
    this.#checks = new Uint32Array(slots);
    this.#refs = new Uint32Array(slots);
    this.#mask = slots - 1;
    this.#used = 0;
    for (const ref of refs) {
      if (ref === 0) continue;
      const { type } = this.#originAt(ref - 1);
      fingerprint(this.#values.textAt(this.#places[ref - 1] ?? 0), this.#seedOf(type));
      this.#put(print.high, print.low, ref);
    }
  }

  #originAt(entry: number): EntryOrigin {
    const origin = this.#origins[this.#originOf[entry] ?? 0];
    if (origin === undefined) throw new Error('invariant: every entry has an origin');
    return origin;
  }

  /** Everything known of a value of that type. `domain` and `hostname` are one kind of value. */
  find(type: IndicatorType, value: string): readonly Entry[] {
    fingerprint(value, this.#seedOf(type));
    return this.#probe(value, 0, NONE);
  }

  /** A name and the domains it lies below. */
  findName(name: string): readonly Entry[] {
    let found = NONE;
    visitSuffixes(name, this.#seedOf('domain'), (start) => {
      found = this.#probe(name, start, found);
    });
    return found;
  }

  /** An address and the ranges it lies in. */
  findAddress(ip: string): readonly Entry[] {
    const exact = this.find('ip', ip);
    const ranges = this.#ranges.find(ip);
    return ranges.length === 0 ? exact : [...exact, ...ranges.map((entry) => this.#entryAt(entry))];
  }

  /** Everything known of a value whose type is not told. */
  search(text: string): readonly Entry[] {
    const address = toAddress(text);
    if (address) return this.findAddress(address.value.split('/')[0] ?? '');
    const value = refang(text);
    return [...new Map(Object.entries(SPACES).map(([type, space]) => [space, type])).values()]
      .map((type) => type as IndicatorType)
      .flatMap((type) =>
        SPACES[type] === SPACES.domain ? this.findName(value) : this.find(type, value),
      );
  }

  #probe(text: string, start: number, found: readonly Entry[]): readonly Entry[] {
    let slot = print.high & this.#mask;
    const check = print.low;
    let all = found;
    for (;;) {
      const ref = this.#refs[slot] ?? 0;
      if (ref === 0) return all;
      if (this.#checks[slot] === check && this.#isMeant(ref - 1, text, start))
        all = [...all, { ...this.#entryAt(ref - 1), ...(start > 0 ? { isBelow: true } : {}) }];
      slot = (slot + 1) & this.#mask;
    }
  }

  /** A `hostname` is meant by itself only, a `domain` with all below it. */
  #isMeant(entry: number, text: string, start: number): boolean {
    if (!this.#values.isAt(this.#places[entry] ?? 0, text, start)) return false;
    return start === 0 || this.#originAt(entry).type === 'domain';
  }

  #entryAt(entry: number): Entry {
    const place = this.#places[entry] ?? 0;
    const validFrom = fromMinutes(this.#froms[entry] ?? 0);
    const validUntil = fromMinutes(this.#untils[entry] ?? 0);
    const reference = this.#values.referenceAt(place);
    const also = this.#also.get(entry);
    return {
      ...this.#originAt(entry),
      value: this.#values.textAt(place),
      ...(validFrom === undefined ? {} : { validFrom }),
      ...(validUntil === undefined ? {} : { validUntil }),
      ...(reference === undefined ? {} : { reference }),
      ...(also === undefined ? {} : { also }),
    };
  }
}
