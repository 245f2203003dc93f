import type { Point } from '../rootcause/telemetry.ts';
import { toEpochMs } from '../shared/time.ts';

/** Means of what comes within one width of time, one after the other. */
export class MeanBin {
  readonly #widthMs: number;
  #nth: number | undefined;
  #sum = 0;
  #count = 0;

  constructor(widthMs: number) {
    this.#widthMs = widthMs;
  }

  /** Takes a value of this width or a later one; the mean of the width that it ended, if any. */
  add(at: number, value: number): Point | undefined {
    const nth = Math.floor(at / this.#widthMs);
    if (nth === this.#nth) {
      this.#sum += value;
      this.#count += 1;
      return undefined;
    }
    const ended =
      this.#nth === undefined
        ? undefined
        : { at: toEpochMs(this.#nth * this.#widthMs), value: this.#sum / this.#count };
    this.#nth = nth;
    this.#sum = value;
    this.#count = 1;
    return ended;
  }
}
