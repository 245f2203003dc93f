/** What has a time at which it was last seen, in epoch milliseconds. */
interface Seen {
  readonly lastAt: number;
}

/** A map with a hard cap in order of the last touch; what falls out is handed back, never lost. */
export class AgeingMap<V extends Seen> {
  readonly #entries = new Map<string, V>();
  readonly #capacity: number;
  #evicted = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** How many had to go because the map was full. */
  get evicted(): number {
    return this.#evicted;
  }

  get(key: string): V | undefined {
    return this.#entries.get(key);
  }

  take(key: string): V | undefined {
    const value = this.#entries.get(key);
    this.#entries.delete(key);
    return value;
  }

  /** Puts a value last; gives back the one that had to go for it. */
  touch(key: string, value: V): V | undefined {
    this.#entries.delete(key);
    this.#entries.set(key, value);
    if (this.#entries.size <= this.#capacity) return undefined;
    this.#evicted += 1;
    return this.takeOldest();
  }

  /** Takes out what was not touched since that time. */
  *expire(before: number): Generator<V> {
    for (const [key, value] of this.#entries) {
      if (value.lastAt >= before) return;
      this.#entries.delete(key);
      yield value;
    }
  }

  /** Takes out everything, the oldest first. */
  *drain(): Generator<V> {
    yield* this.expire(Number.POSITIVE_INFINITY);
  }

  private takeOldest(): V | undefined {
    const oldest = this.#entries.keys().next();
    return oldest.done ? undefined : this.take(oldest.value);
  }
}
