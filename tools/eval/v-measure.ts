/** One thing with the cluster it was put into and the one it belongs to. */
export interface Clustered {
  readonly cluster: string;
  readonly truth: string;
  readonly weight: number;
}

function tally(
  items: readonly Clustered[],
  keyOf: (item: Clustered) => string,
): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const item of items) sums.set(keyOf(item), (sums.get(keyOf(item)) ?? 0) + item.weight);
  return sums;
}

const entropy = (sums: ReadonlyMap<string, number>, total: number): number =>
  [...sums.values()].reduce((sum, count) => sum - (count / total) * Math.log(count / total), 0);

/** Homogeneity, completeness and their harmonic mean. */
export interface Agreement {
  readonly vMeasure: number;
  readonly homogeneity: number;
  readonly completeness: number;
}

/** V-measure (Rosenberg and Hirschberg, EMNLP 2007): harmonic mean of homogeneity and completeness. */
export const vMeasure = (items: readonly Clustered[]): number => agreement(items).vMeasure;

/** The same with its two halves. */
export function agreement(items: readonly Clustered[]): Agreement {
  const total = items.reduce((sum, { weight }) => sum + weight, 0);
  if (total === 0) return { vMeasure: 1, homogeneity: 1, completeness: 1 };
  const truths = entropy(
    tally(items, ({ truth }) => truth),
    total,
  );
  const clusters = entropy(
    tally(items, ({ cluster }) => cluster),
    total,
  );
  const both = entropy(
    tally(items, ({ truth, cluster }) => `${truth}\n${cluster}`),
    total,
  );
  const homogeneity = truths === 0 ? 1 : 1 - (both - clusters) / truths;
  const completeness = clusters === 0 ? 1 : 1 - (both - truths) / clusters;
  const sum = homogeneity + completeness;
  const mean = sum <= 0 ? 0 : (2 * homogeneity * completeness) / sum;
  return { vMeasure: mean, homogeneity, completeness };
}
