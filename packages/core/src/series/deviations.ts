import type { Json } from '../shared/json.ts';
import { HOUR_MS } from '../shared/time.ts';
import { HourMeans } from './hour-means.ts';
import { MovingMeans } from './moving-means.ts';
import { numbersOf } from './tail.ts';

/** In which ways a value may be out of the ordinary. */
export const DEVIATIONS = [
  'residual',
  'scaled-residual',
  'seasonal',
  'day-before',
  'delta',
  'relative-delta',
  'level',
  'slow-level',
  'range',
  'wide-range',
] as const;
export type Deviation = (typeof DEVIATIONS)[number];

/** Shares of a new value in the means: of the level just before, and over 12, 48, 288 and 1,000 points. */
const LEVEL_SHARES = [1 / 20, 1 / 12, 1 / 48, 1 / 288, 1 / 1_000] as const;
/** Of the size of residuals, of values, and of their distance from the slowest mean. */
const SIZE_SHARES = [1 / 100, 1 / 1_000, 1 / 1_000] as const;
const NARROW_POINTS = 24;
const WIDE_POINTS = 96;
const DAY_POINTS = 288;
const DAY_SLACK = 3;
const KEPT = DAY_POINTS + DAY_SLACK;
const RESIDUAL_FLOOR = 0.05;
const VALUE_FLOOR = 0.1;
const SPREAD_FLOOR = 0.2;
const EPSILON = 1e-12;

/**
 * How far each value of a series is from where it was expected, in ten ways: from the level just before, in
 * the unit of the series and by what is usual there; from what is usual at that hour of the day (UTC); from the
 * values of 288 points before; from the last value, as a difference and as a ratio; a level of 12 points from
 * one of 288, one of 48 from one of 1,000; and how far the last 24 and 96 values lie apart. Every figure uses
 * only what came before.
 */
export class Deviations {
  readonly #levels = new MovingMeans(LEVEL_SHARES);
  readonly #sizes = new MovingMeans(SIZE_SHARES);
  readonly #hours = new HourMeans();
  /** The newest last. */
  #recent: number[] = [];

  /** The level the next value is expected at; undefined before the first. */
  get level(): number | undefined {
    return this.#levels.values[0];
  }

  /** In the order of {@link DEVIATIONS}. */
  observe(value: number, time: number): readonly number[] {
    const last = this.#recent.at(-1) ?? value;
    const residual = Math.abs(value - (this.level ?? value));
    const seasonal = this.#hours.observe(value, Math.floor(time / HOUR_MS));
    const dayBefore = this.#fromDayBefore(value);
    this.#levels.add([value, value, value, value, value]);
    const [, fast = 0, medium = 0, slow = 0, slowest = 0] = this.#levels.values;
    const usual = this.#sizes.values[0] ?? 0;
    this.#sizes.add([residual, Math.abs(value), Math.abs(value - slowest)]);
    const [, size = 0, spread = 0] = this.#sizes.values;
    this.#recent.push(value);
    if (this.#recent.length > KEPT) this.#recent.shift();
    const unit = VALUE_FLOOR * size + SPREAD_FLOOR * spread + EPSILON;
    const ratio = (one: number): number => Math.log1p(Math.abs(one) / unit);
    return [
      residual,
      residual / (usual + RESIDUAL_FLOOR * spread + EPSILON),
      seasonal,
      dayBefore,
      Math.abs(value - last),
      Math.abs(ratio(value) - ratio(last)),
      Math.abs(fast - slow),
      Math.abs(medium - slowest),
      spanOf(this.#recent, NARROW_POINTS),
      spanOf(this.#recent, WIDE_POINTS),
    ];
  }

  /** From the nearest of the seven values about 288 points ago; 0 as long as there are none. */
  #fromDayBefore(value: number): number {
    if (this.#recent.length < KEPT) return 0;
    let least = Number.POSITIVE_INFINITY;
    for (let at = 0; at <= 2 * DAY_SLACK; at += 1)
      least = Math.min(least, Math.abs(value - (this.#recent[at] ?? value)));
    return least;
  }

  snapshot(): Json {
    return [
      this.#levels.snapshot(),
      this.#sizes.snapshot(),
      this.#hours.snapshot(),
      [...this.#recent],
    ];
  }

  /** Takes a snapshot back; what is none changes nothing. */
  restore(from: Json | undefined): void {
    if (!Array.isArray(from)) return;
    const [levels, sizes, hours, recent] = from as readonly Json[];
    this.#levels.restore(levels);
    this.#sizes.restore(sizes);
    this.#hours.restore(hours);
    this.#recent = numbersOf(recent).slice(-KEPT);
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
