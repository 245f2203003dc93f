/* Upper bounds of tail chances that need no table and hold for every sample size. */

/** Chance of `hits` or more of `tries` when each has the chance `each` (Chernoff-Hoeffding bound). */
export function binomialTail(hits: number, tries: number, each: number): number {
  const share = hits / tries;
  if (!(tries > 0) || !(share > each)) return 1;
  if (each <= 0) return 0;
  const more = share * Math.log(share / each);
  const less = share >= 1 ? 0 : (1 - share) * Math.log((1 - share) / (1 - each));
  return Math.min(1, Math.exp(-tries * (more + less)));
}

/**
 * Chance of lying `deviations` or more above the middle, whatever the distribution as long as it has
 * one peak (one-sided Vysochanskij-Petunin inequality; Mercadier and Strobel 2021).
 */
export const unimodalTail = (deviations: number): number =>
  deviations <= Math.sqrt(5 / 3) ? 1 : 4 / (9 * (1 + deviations ** 2));

/**
 * Good-Turing: chance that the next observation is one never seen before. `once` of `total`
 * observations were of kinds seen once only; `prior` counts as `weight` observations.
 */
export function unseenMass(
  seen: { readonly once: number; readonly total: number },
  prior = 1,
  weight = 1,
): number {
  return Math.min(1, (seen.once + prior * weight) / (seen.total + weight));
}
