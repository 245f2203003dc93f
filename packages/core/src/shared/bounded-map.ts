/** A value between the one written before it and the one written after it. */
interface Entry<K, V> {
  readonly key: K;
  value: V;
  older: Entry<K, V> | undefined;
  newer: Entry<K, V> | undefined;
}

/**
 * A map with a hard cap: when full, the entry that was written longest ago goes. Iteration is in
 * order of the last write, so a snapshot of the entries restores the same map. The order is a list
 * of its own: a `Map` would need each entry taken out and put in again, and an iterator that stays
 * at its oldest entry keeps every table that the map ever grew out of.
 */
export class BoundedMap<K, V> {
  readonly #entries = new Map<K, Entry<K, V>>();
  readonly #capacity: number;
  #oldest: Entry<K, V> | undefined;
  #newest: Entry<K, V> | undefined;
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
    return this.#entries.get(key)?.value;
  }

  set(key: K, value: V): void {
    const there = this.#entries.get(key);
    if (there === undefined) {
      const entry: Entry<K, V> = { key, value, older: undefined, newer: undefined };
      this.#entries.set(key, entry);
      this.#append(entry);
      if (this.#entries.size > this.#capacity) this.#evict();
      return;
    }
    there.value = value;
    if (there === this.#newest) return;
    this.#unlink(there);
    this.#append(there);
  }

  #append(entry: Entry<K, V>): void {
    entry.older = this.#newest;
    entry.newer = undefined;
    if (this.#newest) this.#newest.newer = entry;
    else this.#oldest = entry;
    this.#newest = entry;
  }

  #unlink({ older, newer }: Entry<K, V>): void {
    if (older) older.newer = newer;
    else this.#oldest = newer;
    if (newer) newer.older = older;
    else this.#newest = older;
  }

  #evict(): void {
    const entry = this.#oldest;
    if (!entry) return;
    this.#unlink(entry);
    this.#entries.delete(entry.key);
    this.#evicted += 1;
  }

  entries(): readonly (readonly [K, V])[] {
    const all: (readonly [K, V])[] = [];
    for (let at = this.#oldest; at; at = at.newer) all.push([at.key, at.value]);
    return all;
  }

  fill(entries: Iterable<readonly [K, V]>): void {
    this.#entries.clear();
    this.#oldest = undefined;
    this.#newest = undefined;
    for (const [key, value] of entries) this.set(key, value);
  }
}
