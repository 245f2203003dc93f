import type { Signal } from '../detect/signal.ts';
import { DAY_MS, type EpochMs, HOUR_MS } from '../shared/time.ts';

const count = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;

/** How long before, in whole days, or in hours on the same day. */
function sayLead(ms: number): string {
  if (ms >= DAY_MS) return count(Math.floor(ms / DAY_MS), 'day');
  return ms >= HOUR_MS ? count(Math.floor(ms / HOUR_MS), 'hour') : 'less than an hour';
}

/** A find in what was stored before the indicator was known, saying so. Keeps its id: found twice is once. */
export function asLookBack(signal: Signal, knownAt: EpochMs): Signal {
  const lead = knownAt - signal.at;
  if (lead <= 0) return signal;
  const text = `seen ${sayLead(lead)} before the indicator was known`;
  return {
    ...signal,
    text: `${signal.text} It was ${text}.`,
    matched: { ...signal.matched, look_back: text },
  };
}
