import type { EpochMs } from '../shared/time.ts';

/**
 * What a number says about its subject. The quantity decides which direction is bad and whether a
 * neighbour can be the reason: see `quantity.ts`.
 */
export type Quantity =
  | 'cpu'
  | 'memory'
  | 'disk'
  | 'descriptors'
  | 'restarts'
  | 'latency'
  | 'self-time'
  | 'transfer-time'
  | 'calls'
  | 'errors';

/** A service, or the calls of one service to another. */
export type Subject =
  | { readonly kind: 'service'; readonly service: string }
  | { readonly kind: 'call'; readonly from: string; readonly to: string };

export interface Point {
  readonly at: EpochMs;
  /** Times in milliseconds; everything else in any unit, the same throughout the series. */
  readonly value: number;
}

/** One measured number over time, in order of time; spaced evenly (a metric) or not (spans of a trace). */
export interface Series {
  readonly subject: Subject;
  readonly quantity: Quantity;
  /** As the people who run it call it: `CpuUsageRate(%)`, `SELECT orders`. */
  readonly name: string;
  readonly points: readonly Point[];
  /** What there is at most, where it is known: 100 of a share in percent. */
  readonly limit?: number;
}

/** A line of a service's log. */
export interface LogLine {
  readonly at: EpochMs;
  readonly service: string;
  readonly text: string;
}

/** Something that was done: a deploy, a setting, an action of our own. */
export interface Change {
  readonly at: EpochMs;
  readonly service: string;
  /** One sentence. */
  readonly text: string;
}

/** Everything known around an onset. Absent kinds of evidence are simply not counted. */
export interface Telemetry {
  readonly series: readonly Series[];
  readonly logs: readonly LogLine[];
  readonly changes: readonly Change[];
}
