import type { Json } from '../shared/json.ts';
import { HOUR_MS } from '../shared/time.ts';
import { numbersOf } from './tail.ts';

/** In which ways a value may be out of the ordinary. */
export const DEVIATIONS = [
  'residual',
  'rise',
  'seasonal',
  'delta',
  'level',
  'slow-level',
  'range',
  'wide-range',
] as const;
export type Deviation = (typeof DEVIATIONS)[number];

const LEVEL_SHARE = 1 / 20;
const FAST = 1 / 12;
const MEDIUM = 1 / 48;
const SLOW = 1 / 288;
const SLOWEST = 1 / 1_000;
const SHARES = [LEVEL_SHARE, FAST, MEDIUM, SLOW, SLOWEST] as const;
const NARROW_POINTS = 24;
const WIDE_POINTS = 96;
const HOURS = 24;
const LEAST_OF_HOUR = 2;
const LEAST_HOUR_SHARE = 0.02;

/**
 * How far each value of a series is from where it was expected, in eight ways: from the level just
 * before (both ways, and upwards), from what is usual at that hour of the day (UTC), from the last value;
 * a level of an hour from that of a day, and of hours from that of days (12, 48, 288 and 1,000 points);
 * and how far values of the last 24 and 96 points lie apart. Every figure uses only what came before.
 */
export class Deviations {
  /** Moving means: the level just before, then over 12, 48, 288 and 1,000 points. */
  #means: number[] = [];
  #last = 0;
  #seen = 0;
  #recent: number[] = [];
  readonly #hourMeans: number[] = new Array(HOURS).fill(0);
  readonly #hourCounts: number[] = new Array(HOURS).fill(0);

  /** The level the next value is expected at; undefined before the first. */
  get level(): number | undefined {
    return this.#means[0];
  }

  /** In the order of {@link DEVIATIONS}. */
  observe(value: number, time: number): readonly number[] {
    if (this.#means.length === 0) {
      this.#means = [value, value, value, value, value];
      this.#last = value;
    }
    const expected = this.#means[0] ?? value;
    const seasonal = this.#observeHour(value, time);
    const delta = Math.abs(value - this.#last);
    this.#last = value;
    for (const [nth, share] of SHARES.entries()) {
      const mean = this.#means[nth] ?? value;
      this.#means[nth] = mean + (value - mean) * Math.max(share, 1 / (this.#seen + 1));
    }
    const [, fast = 0, medium = 0, slow = 0, slowest = 0] = this.#means;
    this.#seen += 1;
    this.#recent.push(value);
    if (this.#recent.length > WIDE_POINTS) this.#recent.shift();
    return [
      Math.abs(value - expected),
      Math.max(0, value - expected),
      seasonal,
      delta,
      Math.abs(fast - slow),
      Math.abs(medium - slowest),
      spanOf(this.#recent, NARROW_POINTS),
      spanOf(this.#recent, WIDE_POINTS),
    ];
  }

  #observeHour(value: number, time: number): number {
    const hour = ((Math.floor(time / HOUR_MS) % HOURS) + HOURS) % HOURS;
    const count = this.#hourCounts[hour] ?? 0;
    const mean = this.#hourMeans[hour] ?? 0;
    const share = Math.max(LEAST_HOUR_SHARE, 1 / (count + 1));
    this.#hourMeans[hour] = count === 0 ? value : mean + (value - mean) * share;
    this.#hourCounts[hour] = count + 1;
    return count < LEAST_OF_HOUR ? 0 : Math.abs(value - mean);
  }

  snapshot(): Json {
    return [this.#seen, this.#means, this.#last, this.#recent, this.#hourMeans, this.#hourCounts];
  }

  /** Takes a snapshot back; what is none changes nothing. */
  restore(from: Json | undefined): void {
    if (!Array.isArray(from)) return;
    const [seen, means, last, recent, hourMeans, hourCounts] = from as readonly Json[];
    if (typeof seen !== 'number' || typeof last !== 'number') return;
    if (numbersOf(means).length !== SHARES.length) return;
    this.#seen = seen;
    this.#means = numbersOf(means);
    this.#last = last;
    this.#recent = numbersOf(recent).slice(-WIDE_POINTS);
    numbersOf(hourMeans)
      .slice(0, HOURS)
      .forEach((one, hour) => {
        this.#hourMeans[hour] = one;
      });
    numbersOf(hourCounts)
      .slice(0, HOURS)
      .forEach((one, hour) => {
        this.#hourCounts[hour] = one;
      });
  }
}

function spanOf(values: readonly number[], points: number): number {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (let at = Math.max(0, values.length - points); at < values.length; at += 1) {
    const value = values[at] ?? 0;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return most - least;
}
