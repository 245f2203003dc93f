/** A binary heap: the least first, equal ones in the order they came. */
export class Heap<T> {
  readonly #rows: { readonly key: number; readonly nth: number; readonly value: T }[] = [];
  #nth = 0;

  get size(): number {
    return this.#rows.length;
  }

  /** The least key; undefined when the heap is empty. */
  get least(): number | undefined {
    return this.#rows[0]?.key;
  }

  push(key: number, value: T): void {
    const rows = this.#rows;
    rows.push({ key, nth: this.#nth, value });
    this.#nth += 1;
    let at = rows.length - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#isBefore(at, parent)) break;
      this.#swap(at, parent);
      at = parent;
    }
  }

  /** Takes the least out. */
  pop(): T | undefined {
    const rows = this.#rows;
    const [top] = rows;
    const last = rows.pop();
    if (top === undefined || last === undefined) return undefined;
    if (rows.length > 0) {
      rows[0] = last;
      this.#sink();
    }
    return top.value;
  }

  /** Every value, the least first; the heap stays as it is. */
  sorted(): readonly T[] {
    return [...this.#rows]
      .sort((left, right) => left.key - right.key || left.nth - right.nth)
      .map(({ value }) => value);
  }

  #sink(): void {
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      const right = left + 1;
      let least = at;
      if (left < this.#rows.length && this.#isBefore(left, least)) least = left;
      if (right < this.#rows.length && this.#isBefore(right, least)) least = right;
      if (least === at) return;
      this.#swap(at, least);
      at = least;
    }
  }

  #isBefore(left: number, right: number): boolean {
    const a = this.#rows[left];
    const b = this.#rows[right];
    if (!a || !b) return false;
    return a.key < b.key || (a.key === b.key && a.nth < b.nth);
  }

  #swap(left: number, right: number): void {
    const a = this.#rows[left];
    const b = this.#rows[right];
    if (!a || !b) return;
    this.#rows[left] = b;
    this.#rows[right] = a;
  }
}
