/*
 * Below which score an alert may close by itself, with a stated bound on what that misses. Conformal,
 * one-sided (methods 2.2 E): of the scores of m alerts that turned out genuine, the k-th smallest is a
 * threshold below which at most a share `alpha` of genuine alerts falls, with confidence 1 - delta, when
 * P(Binomial(m, alpha) <= k - 1) <= delta. It holds while what comes is like what was decided before.
 */

/** What a threshold is worth. */
export interface Certificate {
  /** An alert with a logit below this closes, in nats. */
  readonly below: number;
  /** At most this share of genuine alerts falls below it. */
  readonly alpha: number;
  readonly confidence: number;
  /** How many genuine verdicts it rests on. */
  readonly genuine: number;
}

/** Strictest first: 1 % takes 299 genuine verdicts, 2 % 149, 5 % 59. */
const ALPHAS = [0.01, 0.02, 0.05] as const;
const DELTA = 0.05;

/** P(Binomial(m, p) <= k), term by term. */
export function binomialCdf(k: number, m: number, p: number): number {
  let term = (1 - p) ** m;
  let sum = 0;
  for (let i = 0; i <= k; i += 1) {
    sum += term;
    term *= ((m - i) / (i + 1)) * (p / (1 - p));
  }
  return Math.min(1, sum);
}

/** The largest k whose threshold keeps the bound; 0 when there are too few scores for any. */
export function rankFor(m: number, alpha: number): number {
  let k = 0;
  while (k < m && binomialCdf(k, m, alpha) <= DELTA) k += 1;
  return k;
}

/** The strictest certificate that scores of genuine alerts allow, in any order; undefined below 59 of them. */
export function certify(scores: readonly number[]): Certificate | undefined {
  const alpha = ALPHAS.find((one) => rankFor(scores.length, one) > 0);
  if (alpha === undefined) return undefined;
  const sorted = [...scores].sort((a, b) => a - b);
  const below = sorted[rankFor(scores.length, alpha) - 1];
  return below === undefined
    ? undefined
    : { below, alpha, confidence: 1 - DELTA, genuine: scores.length };
}
