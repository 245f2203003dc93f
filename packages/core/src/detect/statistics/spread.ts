/* Robust measures of a small sample, as RITA uses them for connection intervals and sizes. */

/** Value at the share `at` of a sorted sample, linear between neighbours; 0 of an empty one. */
export function quantile(sorted: readonly number[], at: number): number {
  const place = (sorted.length - 1) * at;
  const below = sorted[Math.floor(place)] ?? 0;
  const above = sorted[Math.ceil(place)] ?? below;
  return below + (above - below) * (place - Math.floor(place));
}

export const ascending = (values: readonly number[]): readonly number[] =>
  [...values].sort((a, b) => a - b);

export const medianOf = (values: readonly number[]): number => quantile(ascending(values), 0.5);

/** Median distance from the median. */
export function madOf(values: readonly number[]): number {
  const median = medianOf(values);
  return medianOf(values.map((value) => Math.abs(value - median)));
}

/**
 * Bowley's skewness, -1 to 1: 0 for a sample that is even around its median. 0 as well where the
 * middle half is narrower than `narrow` or the median lies on a quartile (RITA v5, `analysis/beacons.go`).
 */
export function bowleyOf(values: readonly number[], narrow = 10): number {
  const sorted = ascending(values);
  const [low, middle, high] = [0.25, 0.5, 0.75].map((at) => quantile(sorted, at)) as [
    number,
    number,
    number,
  ];
  if (high - low < narrow || middle === low || middle === high) return 0;
  return (low + high - 2 * middle) / (high - low);
}

/** RITA's score of regularity, 0 to 1: half evenness, half closeness to the median. */
export function regularityOf(values: readonly number[]): number {
  const median = medianOf(values);
  const closeness = median > 0 ? Math.max(0, (median - madOf(values)) / median) : 0;
  return (1 - Math.abs(bowleyOf(values)) + closeness) / 2;
}
