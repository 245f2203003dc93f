import type { Json } from '../shared/json.ts';
import { numbersOf } from './tail.ts';

const HOURS = 24;
const LEAST = 2;
const LEAST_SHARE = 0.02;

/** What is usual in each hour of the day. */
export class HourMeans {
  #means: number[] = new Array(HOURS).fill(0);
  #counts: number[] = new Array(HOURS).fill(0);

  /** How far a value is from its hour's mean so far; 0 for the first two of an hour. `hour` counts from the epoch. */
  observe(value: number, hour: number): number {
    const place = ((hour % HOURS) + HOURS) % HOURS || 0;
    const count = this.#counts[place] ?? 0;
    const mean = count === 0 ? value : (this.#means[place] ?? value);
    this.#means[place] = mean + (value - mean) * Math.max(LEAST_SHARE, 1 / (count + 1));
    this.#counts[place] = count + 1;
    return count < LEAST ? 0 : Math.abs(value - mean);
  }

  snapshot(): Json {
    return [...this.#means, ...this.#counts];
  }

  /** Takes a snapshot back; what is none changes nothing. */
  restore(from: Json | undefined): void {
    const numbers = numbersOf(from);
    if (numbers.length !== 2 * HOURS) return;
    this.#means = numbers.slice(0, HOURS);
    this.#counts = numbers.slice(HOURS);
  }
}
