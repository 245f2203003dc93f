import type { Json } from '../shared/json.ts';
import { beyond, fitParetoTail, type ParetoTail } from './pareto.ts';

const THRESHOLD_QUANTILE = 0.98;
const MAX_EXCESSES = 200;
const LEAST_TO_FIT = 3;
const LEAST_P = 1e-30;
/** The tail is never narrower than so much of the way from the median to the threshold: a few equal excesses say little. */
const LEAST_SPREAD = 0.1;
/** Less likely than this is an alarm, in decades. */
const ALARM_DECADES = 4;

/**
 * How unlikely large values of a stream are: SPOT (Siffer et al. 2017). Learns a threshold as the 98 %
 * quantile of the first values; what exceeds it follows a generalised Pareto tail, fitted anew with
 * every excess over the last 200 of them.
 */
export class Tail {
  readonly #learnCount: number;
  readonly #isForgiving: boolean;
  #seen = 0;
  #over = 0;
  #threshold = 0;
  #spread = 0;
  #learning: number[] = [];
  #excesses: number[] = [];
  #tail: ParetoTail = { gamma: 0, sigma: 1 };

  /**
   * `isForgiving`: what alarmed becomes part of the tail, so that a repetition is less of a surprise;
   * otherwise the tail stays what it was, as in the paper.
   */
  constructor(options: { readonly learnCount: number; readonly isForgiving: boolean }) {
    this.#learnCount = options.learnCount;
    this.#isForgiving = options.isForgiving;
  }

  /** −log10 of the chance of such a value or a larger one; 0 at or below the threshold and while learning. */
  observe(value: number): number {
    if (this.#seen < this.#learnCount) {
      this.#learn(value);
      return 0;
    }
    const excess = value - this.#threshold;
    const decades = excess > 0 ? this.#decadesOf(excess) : 0;
    this.#seen += 1;
    if (excess > 0 && (this.#isForgiving || decades < ALARM_DECADES)) this.#take(excess);
    return decades;
  }

  #learn(value: number): void {
    this.#learning.push(value);
    this.#seen += 1;
    if (this.#seen < this.#learnCount) return;
    const sorted = [...this.#learning].sort((a, b) => a - b);
    const place = Math.min(sorted.length - 1, Math.floor(THRESHOLD_QUANTILE * sorted.length));
    this.#threshold = sorted[place] ?? 0;
    this.#spread = this.#threshold - (sorted[sorted.length >> 1] ?? 0);
    this.#excesses = this.#learning
      .filter((one) => one > this.#threshold)
      .map((one) => one - this.#threshold);
    this.#over = this.#excesses.length;
    this.#learning = [];
    this.#fit();
  }

  #decadesOf(excess: number): number {
    const share = (this.#over + 1) / (this.#seen + 1);
    return -Math.log10(share * Math.max(LEAST_P, beyond(this.#tail, excess)));
  }

  #take(excess: number): void {
    this.#over += 1;
    this.#excesses.push(excess);
    if (this.#excesses.length > MAX_EXCESSES) this.#excesses.shift();
    this.#fit();
  }

  #fit(): void {
    const few = this.#excesses.length < LEAST_TO_FIT;
    const { gamma, sigma } = few ? exponentialTail(this.#excesses) : fitParetoTail(this.#excesses);
    this.#tail = { gamma, sigma: Math.max(sigma, LEAST_SPREAD * this.#spread) };
  }

  snapshot(): Json {
    return [
      this.#seen,
      this.#over,
      this.#threshold,
      this.#spread,
      [...this.#learning],
      [...this.#excesses],
    ];
  }

  /** Takes a snapshot back; what is none changes nothing. */
  restore(from: Json | undefined): void {
    if (!Array.isArray(from)) return;
    const [seen, over, threshold, spread, learning, excesses] = from as readonly Json[];
    if (![seen, over, threshold, spread].every((one) => typeof one === 'number')) return;
    this.#seen = seen as number;
    this.#over = over as number;
    this.#threshold = threshold as number;
    this.#spread = spread as number;
    this.#learning = numbersOf(learning).slice(0, this.#learnCount);
    this.#excesses = numbersOf(excesses).slice(-MAX_EXCESSES);
    this.#fit();
  }
}

/** The numbers of a list; anything else is left out. */
export const numbersOf = (json: Json | undefined): number[] =>
  Array.isArray(json) ? json.filter((one): one is number => typeof one === 'number') : [];

function exponentialTail(excesses: readonly number[]): ParetoTail {
  const mean = excesses.reduce((sum, one) => sum + one, 0) / Math.max(1, excesses.length);
  return { gamma: 0, sigma: Math.max(Number.MIN_VALUE * 1e10, mean || 1e-9) };
}
