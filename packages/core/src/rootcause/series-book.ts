import type { Point, Series } from './telemetry.ts';

type SeriesKey = Omit<Series, 'points'>;

/** Points gathered by what they measure, each series in order of time. */
export class SeriesBook {
  readonly #all = new Map<string, SeriesKey & { points: Point[] }>();

  add(key: SeriesKey, point: Point): void {
    const text = JSON.stringify([key.subject, key.quantity, key.name]);
    const known = this.#all.get(text);
    if (known === undefined) this.#all.set(text, { ...key, points: [point] });
    else known.points.push(point);
  }

  series(): readonly Series[] {
    return [...this.#all.values()].map((one) => ({
      ...one,
      points: one.points.sort((a, b) => a.at - b.at),
    }));
  }
}

/** The difference of two quantiles out of buckets is no finer than this share of them. */
const HISTOGRAM_STEP = 0.25;

/** How a call of which both ends were timed by a histogram spent its time on the way, in milliseconds. */
export const transferMs = (waitedMs: number, tookMs: number): number =>
  Math.max(waitedMs - tookMs, waitedMs * HISTOGRAM_STEP);
