/** Five of them, unless one is asked for. */
export const SEEDS = [1, 2, 3, 4, 5] as const;

/** The median of figures, and their spread. */
export function toMedian(values: readonly number[]): {
  readonly median: number;
  readonly spread: number;
} {
  const sorted = values.toSorted((left, right) => left - right);
  const median = sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
  return { median, spread: (sorted.at(-1) ?? 0) - (sorted[0] ?? 0) };
}
