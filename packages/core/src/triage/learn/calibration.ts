import type { Json } from '../../shared/json.ts';
import { toProbability } from '../combine.ts';
import { chanceOfSaying, estimateWrong, type Outcome } from './doubt.ts';

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
/** Keeps what is all but certain from dividing by nothing. */
const MIN_SPREAD = 1e-12;

/** `logit p = slope·score + shift`. */
export interface Scaling {
  readonly slope: number;
  readonly shift: number;
}

const AS_IT_IS: Scaling = { slope: 1, shift: 0 };

export class Calibration {
  #outcomes: Outcome[] = [];
  #scaling = AS_IT_IS;
  #wrong = 0;
  #sinceFit = 0;

  /** What calibration adds to a score, in nats. */
  shiftOf(score: number): number {
    return this.#scaling.slope * score + this.#scaling.shift - score;
  }

  /** How many outcomes it rests on. */
  get outcomes(): number {
    return this.#outcomes.length;
  }

  /** The chance that a verdict is wrong. */
  get wrong(): number {
    return this.#wrong;
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
    this.#wrong = estimateWrong(this.#outcomes);
    this.#scaling = genuine < MIN_GENUINE ? AS_IT_IS : fitScaling(this.#outcomes, this.#wrong);
  }

  snapshot(): Json {
    return {
      outcomes: [...this.#outcomes],
      scaling: this.#scaling,
      wrong: this.#wrong,
      sinceFit: this.#sinceFit,
    } as unknown as Json;
  }

  restore(from: Json): void {
    // Before verdicts were doubted, none was.
    const {
      outcomes,
      scaling,
      wrong = 0,
      sinceFit,
    } = from as unknown as {
      readonly outcomes: readonly Outcome[];
      readonly scaling: Scaling;
      readonly wrong?: number;
      readonly sinceFit: number;
    };
    this.#outcomes = [...outcomes];
    this.#scaling = scaling;
    this.#wrong = wrong;
    this.#sinceFit = sinceFit;
  }
}

/**
 * Fisher scoring on the log-loss with a ridge, where so many verdicts are wrong; the slope never turns
 * the order around.
 */
export function fitScaling(outcomes: readonly Outcome[], wrong: number): Scaling {
  let { slope, shift } = AS_IT_IS;
  for (let step = 0; step < MAX_STEPS; step += 1) {
    const sums = { a: RIDGE * (slope - 1), c: RIDGE * shift, aa: RIDGE, ac: 0, cc: RIDGE };
    for (const [score, genuine] of outcomes) {
      const p = toProbability(slope * score + shift);
      const said = chanceOfSaying(p, wrong);
      const gain = (1 - 2 * wrong) * p * (1 - p);
      const spread = Math.max(MIN_SPREAD, said * (1 - said));
      const miss = ((said - genuine) * gain) / spread;
      const curve = (gain * gain) / spread;
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
