import { medianOf, regularityOf } from '../statistics/spread.ts';
import { binomialTail } from '../statistics/tail.ts';

const LEAST_GAP_MS = 10_000;
/**
 * Share of intervals that lie within a tenth of the median when calls come at random: 0.07 for a
 * Poisson process (0.5^0.9 - 0.5^1.1). Doubled, since people are not quite random.
 */
const EVEN_SHARE = 0.15;

export interface Measure {
  /** RITA's score, 0 to 1: the mean of how regular intervals and sizes are. */
  readonly score: number;
  /** Chance of so many even intervals for calls that come at random. */
  readonly p: number;
  readonly everyMs: number;
  readonly gaps: number;
  readonly even: number;
}

/** Measures calls in order of time; undefined where they come too fast to be told from one visit. */
export function measureOf(times: readonly number[], sizes: readonly number[]): Measure | undefined {
  const gaps = times
    .slice(1)
    .map((time, at) => time - (times[at] ?? time))
    .filter((gap) => gap > 0);
  const everyMs = medianOf(gaps);
  if (gaps.length < 2 || everyMs < LEAST_GAP_MS) return undefined;
  const even = gaps.filter((gap) => Math.abs(gap - everyMs) <= everyMs / 10).length;
  const bySize = medianOf(sizes) > 0 ? regularityOf(sizes) : 1;
  return {
    score: (regularityOf(gaps) + bySize) / 2,
    p: Math.max(1e-300, binomialTail(even, gaps.length, EVEN_SHARE)),
    everyMs,
    gaps: gaps.length,
    even,
  };
}
