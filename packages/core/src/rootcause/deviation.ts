import { type EpochMs, MINUTE_MS, SECOND_MS } from '../shared/time.ts';
import type { Point } from './telemetry.ts';

/** How a number behaves after the onset, against itself before. */
export interface Deviation {
  /** Median before, in the unit of the series. */
  readonly before: number;
  /** What it came to after, in the unit of the series. */
  readonly after: number;
  /** ln(after / before). */
  readonly logRatio: number;
  /** ln(1 + |robust z|), signed: about 1 is ordinary, above 2.5 is told. */
  readonly surprise: number;
}

/** What counts as before and after; without more: half an hour, and three metrics by the minute. */
export interface Windows {
  readonly onset: EpochMs;
  readonly beforeMs?: number;
  readonly afterMs?: number;
}

const BEFORE_MS = 30 * MINUTE_MS;
const AFTER_MS = 200 * SECOND_MS;

/** On which side of the onset a moment lies; undefined outside of both windows. */
export function sideOf(at: EpochMs, windows: Windows): 'before' | 'after' | undefined {
  const { onset, beforeMs = BEFORE_MS, afterMs = AFTER_MS } = windows;
  if (at < onset - beforeMs || at >= onset + afterMs) return undefined;
  return at < onset ? 'before' : 'after';
}

const LEAST_BEFORE = 2;
/** A spread below a tenth (in logarithms) is not believed: too few points lie alike by chance. */
const LEAST_SPREAD = 0.1;
/** The share of a normal distribution that lies below one deviation under its middle. */
const LOW_SHARE = 0.16;
const MAX_Z = 10_000;
const FEW = 4;

/**
 * The deviation of a series in the logarithm of its values, so that bytes, seconds and shares are
 * compared alike. Median and quartiles outlast a wrong onset and faults that lie further back (BARO,
 * FSE 2024). Undefined where there are too few points on either side.
 */
export function deviationOf(points: readonly Point[], windows: Windows): Deviation | undefined {
  const on = (side: 'before' | 'after') =>
    points.filter(({ at }) => sideOf(at, windows) === side).map(({ value }) => value);
  const before = on('before').sort((a, b) => a - b);
  const after = on('after');
  if (before.length < LEAST_BEFORE || after.length === 0) return undefined;
  const middle = quantile(before, 0.5);
  const unit = Math.max(Math.abs(middle), quantile(before, 0.95)) * 0.01 || 1e-9;
  const toLog = (value: number) => Math.log(Math.max(value, unit));
  const spread = Math.max(LEAST_SPREAD, quietSpread(before.map(toLog)));
  const reached = steady(after.map(toLog), toLog(middle));
  const logRatio = reached - toLog(middle);
  const trust = Math.min(1, Math.sqrt(after.length / 3));
  const z = Math.min(MAX_Z, (trust * Math.abs(logRatio)) / spread);
  return {
    before: middle,
    after: Math.exp(reached),
    logRatio,
    surprise: Math.sign(logRatio) * Math.log1p(z),
  };
}

/**
 * One deviation, read on the quiet side only: what rose within the half hour before, an earlier fault as
 * a rule, does not make the present one ordinary.
 */
function quietSpread(sorted: readonly number[]): number {
  const middle = quantile(sorted, 0.5);
  return Math.min(middle - quantile(sorted, LOW_SHARE), quantile(sorted, 1 - LOW_SHARE) - middle);
}

/** Where the values stand: among many the median, among few the second furthest from before. */
function steady(values: readonly number[], middle: number): number {
  if (values.length > FEW)
    return quantile(
      [...values].sort((a, b) => a - b),
      0.5,
    );
  const furthest = [...values].sort((a, b) => Math.abs(b - middle) - Math.abs(a - middle));
  return furthest[1] ?? furthest[0] ?? middle;
}

/** The value below which a share of a sorted list lies, between neighbours in proportion. */
export function quantile(sorted: readonly number[], share: number): number {
  const place = share * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(place)] ?? 0, sorted[Math.ceil(place)] ?? 0];
  return low + (high - low) * (place - Math.floor(place));
}
