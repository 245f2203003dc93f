import { ascending, quantile } from '../detect/statistics/spread.ts';

/** Below so many values a median tells of chance, and below so many a 90th percentile or a share. */
export const MIN_MEDIAN = 5;
export const MIN_P90 = 10;
export const MIN_SHARE = 10;

/** Where a set of values lies; what too few values would decide is left out. */
export interface Spread {
  readonly n: number;
  readonly median?: number;
  readonly p90?: number;
}

/** So many of so many; the share and where it lies with 95 % confidence, unless there are too few. */
export interface Share {
  readonly k: number;
  readonly n: number;
  readonly share?: number;
  readonly low?: number;
  readonly high?: number;
}

/** The median and the 90th percentile, linear between neighbours. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = ascending(values);
  return {
    n: values.length,
    ...(values.length >= MIN_MEDIAN && { median: quantile(sorted, 0.5) }),
    ...(values.length >= MIN_P90 && { p90: quantile(sorted, 0.9) }),
  };
}

const Z = 1.959964;

/** A share with its interval by Wilson (1927), which holds for small numbers and near 0 and 1. */
export function shareOf(k: number, n: number): Share {
  if (n < MIN_SHARE) return { k, n };
  const share = k / n;
  const centre = share + (Z * Z) / (2 * n);
  const reach = Z * Math.sqrt((share * (1 - share)) / n + (Z * Z) / (4 * n * n));
  const scale = 1 + (Z * Z) / n;
  return {
    k,
    n,
    share,
    low: Math.max(0, Math.min(share, (centre - reach) / scale)),
    high: Math.min(1, Math.max(share, (centre + reach) / scale)),
  };
}
