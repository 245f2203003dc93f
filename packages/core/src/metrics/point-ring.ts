import type { Point } from '../rootcause/telemetry.ts';
import { toEpochMs } from '../shared/time.ts';

const POINTS = 120;

/** The last 120 points of a series. */
export class PointRing {
  readonly #times = new Float64Array(POINTS);
  readonly #values = new Float64Array(POINTS);
  #size = 0;
  #next = 0;

  add({ at, value }: Point): void {
    this.#times[this.#next] = at;
    this.#values[this.#next] = value;
    this.#next = (this.#next + 1) % POINTS;
    this.#size = Math.min(POINTS, this.#size + 1);
  }

  /** Oldest first. */
  points(): readonly Point[] {
    return Array.from({ length: this.#size }, (_, nth) => {
      const place = (this.#next - this.#size + nth + POINTS) % POINTS;
      return { at: toEpochMs(this.#times[place] ?? 0), value: this.#values[place] ?? 0 };
    });
  }
}
