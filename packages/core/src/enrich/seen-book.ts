import { BoundedMap } from '../shared/bounded-map.ts';
import type { Json } from '../shared/json.ts';
import { DAY_MS, type EpochMs } from '../shared/time.ts';
import { CountMin, hashOf } from './count-min.ts';

/** What is remembered: by name, canonical account, hash, registered domain, canonical address. */
export type SeenKind = 'host' | 'user' | 'hash' | 'domain' | 'ip';

/** One thing that is remembered, in the form that costs least to ask for again. */
export interface SeenKey {
  readonly kind: SeenKind;
  readonly id: string;
  /** Kind and id in one text. */
  readonly text: string;
  readonly hash: number;
}

export function toSeenKey(kind: SeenKind, id: string): SeenKey {
  const text = `${kind}:${id}`;
  return { kind, id, text, hash: hashOf(text) };
}

/** Since when and how often something was seen. */
export interface Seen {
  readonly firstAt: EpochMs;
  /** Within a day of the last time. */
  readonly lastAt: EpochMs;
  /** Hits, halved every seven days; at least the true number, see `CountMin`. */
  readonly count: number;
}

interface Entry {
  readonly firstAt: EpochMs;
  /** The record it was first seen in: that one is marked, however often it is read. */
  readonly firstOffset: number;
  readonly lastAt: EpochMs;
}

interface Saved {
  readonly since?: EpochMs;
  readonly entries: readonly (readonly [string, EpochMs, number, EpochMs])[];
  readonly counts: Json;
}

const MAX_REMEMBERED = 50_000;
/** Writing the last time down anew costs ten look-ups. */
const REFRESH_MS = DAY_MS;
const HALF_LIFE_MS = 7 * DAY_MS;
/** On the first day everything is new and says nothing. */
const LEARNING_MS = DAY_MS;
/** A count below it is that of something long forgotten. */
const ONE_LATELY = 0.5;

/**
 * First and last time of the 50,000 things seen last (to the day), and how often anything was seen lately.
 * Something that had to be let go is not called new again while the sketch still counts it.
 */
export class SeenBook {
  readonly #entries = new BoundedMap<string, Entry>(MAX_REMEMBERED);
  readonly #counts = new CountMin(HALF_LIFE_MS);
  #since: EpochMs | undefined;

  /** How many had to be let go. */
  get evicted(): number {
    return this.#entries.evicted;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Remembers it; says whether this record is the one it was first seen in, after the first day. */
  observe({ text, hash }: SeenKey, at: EpochMs, offset: number): boolean {
    this.#since ??= at;
    const there = this.#entries.get(text);
    if (there === undefined) {
      const isForgotten = this.#counts.count(hash, at) >= ONE_LATELY;
      this.#counts.add(hash, at);
      const entry = { firstAt: at, firstOffset: isForgotten ? -1 : offset, lastAt: at };
      this.#entries.set(text, entry);
      return this.#isFirst(entry, offset);
    }
    if (at - there.lastAt >= REFRESH_MS) this.#entries.set(text, { ...there, lastAt: at });
    this.#counts.add(hash, at);
    return this.#isFirst(there, offset);
  }

  /** The same without remembering. */
  isFirstAt({ text }: SeenKey, offset: number): boolean {
    const there = this.#entries.get(text);
    return there !== undefined && this.#isFirst(there, offset);
  }

  #isFirst({ firstAt, firstOffset }: Entry, offset: number): boolean {
    if (firstOffset !== offset || this.#since === undefined) return false;
    return firstAt - this.#since >= LEARNING_MS;
  }

  find({ text, hash }: SeenKey): Seen | undefined {
    const there = this.#entries.get(text);
    if (there === undefined) return undefined;
    const { firstAt, lastAt } = there;
    return { firstAt, lastAt, count: this.#counts.count(hash, lastAt) };
  }

  snapshot(): Json {
    const saved: Saved = {
      ...(this.#since === undefined ? {} : { since: this.#since }),
      entries: this.#entries
        .entries()
        .map(([key, { firstAt, firstOffset, lastAt }]) => [key, firstAt, firstOffset, lastAt]),
      counts: this.#counts.snapshot(),
    };
    return saved as unknown as Json;
  }

  restore(from: Json): void {
    const { since, entries, counts } = from as unknown as Saved;
    this.#since = since;
    this.#entries.fill(
      entries.map(([key, firstAt, firstOffset, lastAt]) => [key, { firstAt, firstOffset, lastAt }]),
    );
    this.#counts.restore(counts);
  }
}
