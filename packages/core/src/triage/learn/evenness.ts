/*
 * Is a pace more even than chance allows? Index of dispersion (Fisher): for counts that come by
 * chance (Poisson), D = Σ(x−m)²/m follows χ² with k−1 degrees of freedom; a small D means a clock.
 */

const MIN_SLOTS = 8;
const MIN_MEAN = 3;
const MAX_TERMS = 500;

/** ln Γ(x) for x > 0 (Lanczos, g = 7, n = 9; relative error below 1e-14). */
function logGamma(x: number): number {
  const terms = [
    676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406,
    12.507343278686905, -0.13857109526572012, 9.984369578019572e-6, 1.5056327351493116e-7,
  ];
  const at = x - 1;
  const sum = terms.reduce((all, term, index) => all + term / (at + index + 1), 0.9999999999998099);
  const t = at + 7.5;
  return 0.5 * Math.log(2 * Math.PI) + (at + 0.5) * Math.log(t) - t + Math.log(sum);
}

/** ln P(s, x), the lower regularised incomplete gamma function, by its series; for x up to about s. */
function logLowerGamma(s: number, x: number): number {
  if (x <= 0) return Number.NEGATIVE_INFINITY;
  let term = 1 / s;
  let sum = term;
  for (let n = 1; n < MAX_TERMS && term > sum * 1e-12; n += 1) {
    term *= x / (s + n);
    sum += term;
  }
  return Math.min(0, s * Math.log(x) - x - logGamma(s) + Math.log(sum));
}

/**
 * ln of the probability that counts of equal spans would be this even by chance, or more so;
 * undefined when there are fewer than 8 or they average below 3.
 */
export function logChanceOfEvenness(counts: readonly number[]): number | undefined {
  if (counts.length < MIN_SLOTS) return undefined;
  const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  if (mean < MIN_MEAN) return undefined;
  const dispersion = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / mean;
  const freedom = counts.length - 1;
  if (dispersion >= freedom) return 0;
  // Counts that are all alike stand for rounding: never less than a twelfth of a count squared.
  return logLowerGamma(freedom / 2, Math.max(dispersion, freedom / (12 * mean)) / 2);
}
