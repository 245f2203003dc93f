/** The tail beyond a threshold: a generalised Pareto distribution with shape γ and scale σ > 0. */
export interface ParetoTail {
  readonly gamma: number;
  readonly sigma: number;
}

const MIN_GAMMA = -0.2;
const MAX_GAMMA = 0.4;
const LEAST_SIGMA = 1e-9;
const EPSILON = 1e-8;

/**
 * The tail of excesses over a threshold (all above 0) by the method of moments, γ kept within
 * [-0.2, 0.4] (methods 6.1; against Grimshaw's likelihood fit see docs/adr).
 */
export function fitParetoTail(excesses: readonly number[]): ParetoTail {
  const n = Math.max(1, excesses.length);
  let mean = 0;
  for (const y of excesses) mean += y / n;
  let variance = 0;
  for (const y of excesses) variance += (y - mean) ** 2 / n;
  const moment = variance > 0 ? 0.5 * (1 - (mean * mean) / variance) : MIN_GAMMA;
  const gamma = Math.min(MAX_GAMMA, Math.max(MIN_GAMMA, moment));
  return { gamma, sigma: Math.max(LEAST_SIGMA, mean * (1 - gamma)) };
}

/** Chance that an excess is above `y`. */
export function beyond({ gamma, sigma }: ParetoTail, y: number): number {
  if (y <= 0) return 1;
  if (Math.abs(gamma) < EPSILON) return Math.exp(-y / sigma);
  const inner = 1 + (gamma * y) / sigma;
  return inner <= 0 ? 0 : inner ** (-1 / gamma);
}
