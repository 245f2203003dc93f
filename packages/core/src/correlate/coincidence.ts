import { likelihoodText } from '../shared/likelihood.ts';
import type { EpochMs } from '../shared/time.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../shared/time.ts';
import type { Tie } from './tie.ts';
import type { Trace } from './trace.ts';

/*
 * A tie by the clock. Where incidents begin every few days, two likely signs that begin within minutes
 * on different machines are one attack rather than two: that a second one would begin so soon by chance
 * is 1 - e^(-rate * time) for beginnings that come by chance (Poisson). Where they begin every few
 * minutes it ties nothing. What addresses outside do is left out: strangers knock at all hours.
 */

/** What began here, incidents or notable alerts, and since when that was watched. */
export interface Beginnings {
  readonly watchingSince: EpochMs;
  /** How many began in that time, both ends included. */
  readonly countIn: (from: number, to: number) => number;
}

const MIN_WATCHED_MS = DAY_MS;
const MAX_SILENCE_MS = HOUR_MS;
const LOOK_BACK_MS = 14 * DAY_MS;
const MAX_CHANCE = 0.05;

/** How likely it is that another begins by chance within so long, seen from `at`; undefined before a day was watched. */
export function chanceOfAnother(
  { watchingSince, countIn }: Beginnings,
  at: EpochMs,
  withinMs: number,
): number | undefined {
  const watchedMs = Math.min(LOOK_BACK_MS, at - watchingSince);
  if (watchedMs < MIN_WATCHED_MS) return undefined;
  const began = countIn(at - watchedMs, at);
  return 1 - Math.exp((-(began + 1) / watchedMs) * withinMs);
}

/** Two likely signs on different machines, too close to each other for chance. */
export function tieByCoincidence(a: Trace, b: Trace, beginnings: Beginnings): Tie | undefined {
  if (a.isAddressOnly || b.isAddressOnly) return undefined;
  const silenceMs = Math.abs(a.firstAt - b.firstAt);
  if (silenceMs > MAX_SILENCE_MS) return undefined;
  const at = (a.firstAt < b.firstAt ? a.firstAt : b.firstAt) as EpochMs;
  const chance = chanceOfAnother(beginnings, at, Math.max(MINUTE_MS, silenceMs));
  if (chance === undefined || chance > MAX_CHANCE) return undefined;
  const minutes = Math.max(1, Math.round(silenceMs / MINUTE_MS));
  return {
    weight: 1,
    isCausal: true,
    why: `Both began within ${minutes} ${minutes === 1 ? 'minute' : 'minutes'} of each other; that something as telling begins here so soon by chance has a likelihood of ${likelihoodText(chance)}`,
  };
}
