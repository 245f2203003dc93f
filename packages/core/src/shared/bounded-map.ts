/**
 * A map with a hard cap: when full, the entry that was written longest ago goes. Iteration is in
 * order of the last write, so a snapshot of the entries restores the same map.
 */
export class BoundedMap<K, V> {
  readonly #entries = new Map<K, V>();
  readonly #capacity: number;
  #evicted = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** How many entries had to go; never silent. */
  get evicted(): number {
    return this.#evicted;
  }

  get(key: K): V | undefined {
    return this.#entries.get(key);
  }

  set(key: K, value: V): void {
    this.#entries.delete(key);
    this.#entries.set(key, value);
    if (this.#entries.size <= this.#capacity) return;
    const oldest = this.#entries.keys().next();
    if (oldest.done) return;
    this.#entries.delete(oldest.value);
    this.#evicted += 1;
  }

  entries(): readonly (readonly [K, V])[] {
    return [...this.#entries];
  }

  fill(entries: Iterable<readonly [K, V]>): void {
    this.#entries.clear();
    for (const [key, value] of entries) this.set(key, value);
  }
}
