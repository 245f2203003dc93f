import type { Json } from '../shared/json.ts';
import { numbersOf } from './tail.ts';

/** Means that forget: each takes a share of every new value, at the start the share of a plain mean. */
export class MovingMeans {
  readonly #shares: readonly number[];
  #seen = 0;
  #values: number[] = [];

  constructor(shares: readonly number[]) {
    this.#shares = shares;
  }

  /** One for each share; empty before the first value. */
  get values(): readonly number[] {
    return this.#values;
  }

  /** One new value for each mean. */
  add(news: readonly number[]): void {
    this.#seen += 1;
    this.#values = this.#shares.map((share, nth) => {
      const value = news[nth] ?? 0;
      const mean = this.#values[nth] ?? value;
      return mean + (value - mean) * Math.max(share, 1 / this.#seen);
    });
  }

  snapshot(): Json {
    return [this.#seen, ...this.#values];
  }

  /** Takes a snapshot back; what is none changes nothing. */
  restore(from: Json | undefined): void {
    const [seen, ...values] = numbersOf(from);
    if (seen === undefined || (values.length !== 0 && values.length !== this.#shares.length))
      return;
    this.#seen = seen;
    this.#values = values;
  }
}
