import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../shared/time.ts';
import { type Finding, sayDuration } from './notice.ts';

/** Differences are gathered for a minute of arrival, and so many minutes are looked at. */
const WINDOW_MS = MINUTE_MS;
const KEPT_WINDOWS = 15;
const MIN_WINDOWS = 5;
/** So many differences of a minute are kept; further ones take the place of earlier ones in turn. */
const KEPT_DIFFERENCES = 64;
/** A little is what networks and batches do. */
const AHEAD_MS = 30 * SECOND_MS;
const BEHIND_MS = 2 * MINUTE_MS;
/** A clock that is wrong is wrong by the same amount all the time; a late delivery is not. */
const STEADY_MS = 10 * SECOND_MS;
const STEADY_SHARE = 0.02;
const ZONE_STEP_MS = 15 * MINUTE_MS;
const ZONE_SLACK_MS = MINUTE_MS;

/** What is remembered of the differences; plain data. */
export interface SkewState {
  window: number;
  seen: number;
  differences: number[];
  medians: { readonly window: number; readonly ms: number }[];
}

/**
 * How far the sender's clock is from ours: the median over minutes of the upper quartile of event
 * time minus received time. Delay only ever makes that smaller, so the upper end of each minute is
 * nearest to the clock; and a replay of old records drifts from minute to minute, which a wrong
 * clock does not.
 */
export class ClockSkew {
  private readonly state: SkewState;

  constructor(state?: SkewState) {
    this.state = state
      ? { ...state, differences: [...state.differences], medians: [...state.medians] }
      : { window: 0, seen: 0, differences: [], medians: [] };
  }

  /** An event said it happened then, and its record was received then. */
  observe(eventAt: number, receivedAt: number): void {
    const { state } = this;
    const window = Math.floor(receivedAt / WINDOW_MS);
    if (window > state.window) this.close(window);
    const place = state.seen % KEPT_DIFFERENCES;
    state.differences[place] = eventAt - receivedAt;
    state.seen += 1;
  }

  /** The estimate; undefined while too little is known or it does not stay the same. */
  estimate(now: number): number | undefined {
    const from = Math.floor(now / WINDOW_MS) - 2 * KEPT_WINDOWS;
    const values = this.state.medians.filter(({ window }) => window >= from).map(({ ms }) => ms);
    if (values.length < MIN_WINDOWS) return undefined;
    const middle = quantile(values, 0.5);
    const spread = quantile(
      values.map((value) => Math.abs(value - middle)),
      0.5,
    );
    return spread <= Math.max(STEADY_MS, STEADY_SHARE * Math.abs(middle)) ? middle : undefined;
  }

  check(now: number): Finding | undefined {
    const skew = this.estimate(now);
    if (skew === undefined || (skew < AHEAD_MS && skew > -BEHIND_MS)) return undefined;
    const way = skew > 0 ? 'ahead of' : 'behind';
    return {
      text: `Its clock is ${sayDuration(Math.abs(skew))} ${way} this machine's, by the median of the last minutes.`,
      hint: isZone(skew)
        ? 'That is a difference of time zones: let the sender write the zone or UTC.'
        : 'Let both machines take their time from NTP.',
    };
  }

  snapshot(): SkewState {
    const { state } = this;
    return { ...state, differences: [...state.differences], medians: [...state.medians] };
  }

  private close(next: number): void {
    const { state } = this;
    if (state.differences.length > 0) {
      const ms = quantile(state.differences, 0.75);
      state.medians = [...state.medians, { window: state.window, ms }].slice(-KEPT_WINDOWS);
    }
    state.window = next;
    state.seen = 0;
    state.differences = [];
  }
}

function isZone(skew: number): boolean {
  const size = Math.abs(skew);
  const rest = size % ZONE_STEP_MS;
  const isStep = Math.min(rest, ZONE_STEP_MS - rest) <= ZONE_SLACK_MS;
  return isStep && size >= HOUR_MS - ZONE_SLACK_MS && size <= 14 * HOUR_MS + ZONE_SLACK_MS;
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}
