import type { Point } from '../rootcause/telemetry.ts';
import { type EpochMs, toEpochMs } from '../shared/time.ts';
import type { End } from './meaning.ts';

/** Fewer points show no direction. */
const LEAST_POINTS = 10;
/** Of all pairs of points so many must go the same way (Kendall): a wave has no direction. */
const LEAST_AGREEMENT = 0.8;
/** Nobody sees further ahead than so many times as far as back. */
const SIGHT = 12;

/**
 * When a series comes to its end if it goes on as it did: the median of the slopes between all pairs of points
 * (Theil 1950, Sen 1968), which a third of the points may lie about. Undefined when it does not go there,
 * or only further ahead than can be seen. Points in order of time; quadratic in their number.
 */
export function forecastEnd(points: readonly Point[], end: End): EpochMs | undefined {
  const [first] = points;
  const last = points.at(-1);
  if (first === undefined || last === undefined) return undefined;
  if (end.kind === 'ends-at') return last.value > 0 ? toEpochMs(last.value * 1_000) : undefined;
  if (points.length < LEAST_POINTS) return undefined;
  const sign = end.kind === 'rises' ? 1 : -1;
  const slopes = slopesOf(points).map((slope) => slope * sign);
  const slope = slopes[slopes.length >> 1] ?? 0;
  const toGo = (end.to - last.value) * sign;
  if (toGo <= 0) return last.at;
  if (slope <= 0) return undefined;
  const agreeing = slopes.filter((one) => one > 0).length;
  const leftMs = toGo / slope;
  const isSeen = agreeing >= LEAST_AGREEMENT * slopes.length;
  return isSeen && leftMs <= SIGHT * (last.at - first.at) ? toEpochMs(last.at + leftMs) : undefined;
}

/** Between all pairs, in units a millisecond, in order. */
function slopesOf(points: readonly Point[]): Float64Array {
  const slopes = new Float64Array((points.length * (points.length - 1)) / 2);
  let at = 0;
  for (const [nth, later] of points.entries())
    for (let before = 0; before < nth; before += 1) {
      const earlier = points[before];
      if (earlier === undefined) continue;
      slopes[at] = (later.value - earlier.value) / Math.max(1, later.at - earlier.at);
      at += 1;
    }
  return slopes.sort();
}
