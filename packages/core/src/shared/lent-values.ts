/**
 * Values that are written in place and that a snapshot may hold as well: the first write after `lend`
 * goes to a copy, so that what was lent stays as it was, and lending itself costs nothing.
 */
export class LentValues<V extends object> {
  #own = new WeakSet<V>();
  readonly #copy: (value: V) => V;

  constructor(copy: (value: V) => V) {
    this.#copy = copy;
  }

  /** A value that is new, and nobody else's. */
  own(value: V): V {
    this.#own.add(value);
    return value;
  }

  /** The value where it may be written; a copy, to be kept in its place, where it is lent. */
  toWrite(value: V): V {
    if (this.#own.has(value)) return value;
    return this.own(this.#copy(value));
  }

  /** Every value there is belongs to somebody else as well from now on. */
  lend(): void {
    this.#own = new WeakSet();
  }
}
