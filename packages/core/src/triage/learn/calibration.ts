import type { Json } from '../../shared/json.ts';
import { toProbability } from '../combine.ts';

/*
 * Says the odds as they turned out: logit p = a·score + c (Platt scaling), fitted to the scores that
 * alerts had before the verdict on them was known. Held to a = 1, c = 0 until verdicts say otherwise.
 */

const KEPT = 2_000;
const REFIT_EVERY = 50;
const MIN_VERDICTS = 100;
const MIN_GENUINE = 5;
/** How strongly "as it is" is believed: worth so many verdicts. */
const RIDGE = 2;
const MAX_STEPS = 25;
const MAX_SCORE = 12;

type Outcome = readonly [score: number, genuine: 0 | 1];

/** `logit p = slope·score + shift`. */
export interface Scaling {
  readonly slope: number;
  readonly shift: number;
}

const AS_IT_IS: Scaling = { slope: 1, shift: 0 };

export class Calibration {
  #outcomes: Outcome[] = [];
  #scaling = AS_IT_IS;
  #sinceFit = 0;

  /** What calibration adds to a score, in nats. */
  shiftOf(score: number): number {
    return this.#scaling.slope * score + this.#scaling.shift - score;
  }

  /** How many outcomes it rests on. */
  get outcomes(): number {
    return this.#outcomes.length;
  }

  /** Were there enough verdicts to set the odds? */
  get isFitted(): boolean {
    return this.#scaling.slope !== AS_IT_IS.slope || this.#scaling.shift !== AS_IT_IS.shift;
  }

  learn(score: number, isGenuine: boolean): void {
    const bounded = Math.min(MAX_SCORE, Math.max(-MAX_SCORE, score));
    this.#outcomes.push([bounded, isGenuine ? 1 : 0]);
    if (this.#outcomes.length > KEPT) this.#outcomes = this.#outcomes.slice(-KEPT);
    this.#sinceFit += 1;
    if (this.#sinceFit < REFIT_EVERY || this.#outcomes.length < MIN_VERDICTS) return;
    this.#sinceFit = 0;
    const genuine = this.#outcomes.filter(([, one]) => one === 1).length;
    this.#scaling = genuine < MIN_GENUINE ? AS_IT_IS : fitScaling(this.#outcomes);
  }

  snapshot(): Json {
    return {
      outcomes: [...this.#outcomes],
      scaling: this.#scaling,
      sinceFit: this.#sinceFit,
    } as unknown as Json;
  }

  restore(from: Json): void {
    const { outcomes, scaling, sinceFit } = from as unknown as {
      readonly outcomes: readonly Outcome[];
      readonly scaling: Scaling;
      readonly sinceFit: number;
    };
    this.#outcomes = [...outcomes];
    this.#scaling = scaling;
    this.#sinceFit = sinceFit;
  }
}

/** Newton's method on the log-loss with a ridge; the slope never turns the order around. */
export function fitScaling(outcomes: readonly Outcome[]): Scaling {
  let { slope, shift } = AS_IT_IS;
  for (let step = 0; step < MAX_STEPS; step += 1) {
    const sums = { a: RIDGE * (slope - 1), c: RIDGE * shift, aa: RIDGE, ac: 0, cc: RIDGE };
    for (const [score, genuine] of outcomes) {
      const p = toProbability(slope * score + shift);
      const miss = p - genuine;
      const curve = p * (1 - p);
      sums.a += miss * score;
      sums.c += miss;
      sums.aa += curve * score * score;
      sums.ac += curve * score;
      sums.cc += curve;
    }
    const determinant = sums.aa * sums.cc - sums.ac * sums.ac;
    const byA = (sums.cc * sums.a - sums.ac * sums.c) / determinant;
    const byC = (sums.aa * sums.c - sums.ac * sums.a) / determinant;
    slope = Math.max(0.1, slope - byA);
    shift -= byC;
    if (Math.abs(byA) + Math.abs(byC) < 1e-9) break;
  }
  return { slope, shift };
}
