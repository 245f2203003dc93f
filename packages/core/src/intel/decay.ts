import type { EpochMs } from '../shared/time.ts';
import { DAY_MS } from '../shared/time.ts';
import type { IndicatorType } from './indicator.ts';

/** After so many days an indicator that was not confirmed is worth half: addresses change hands, files do not. */
export const HALF_LIFE_DAYS: Readonly<Partial<Record<IndicatorType, number>>> = {
  ip: 30,
  cidr: 60,
  url: 30,
  domain: 90,
  hostname: 60,
  email: 180,
  ja3: 365,
};

/** What is left of a confidence at a time, 0 to 100; files and what has no date do not fade. */
export function decayed(
  indicator: {
    readonly type: IndicatorType;
    readonly confidence: number;
    readonly validFrom?: EpochMs;
  },
  at: number,
): number {
  const halfLife = HALF_LIFE_DAYS[indicator.type];
  if (halfLife === undefined || indicator.validFrom === undefined) return indicator.confidence;
  const age = Math.max(0, at - indicator.validFrom);
  return indicator.confidence * 2 ** (-age / (halfLife * DAY_MS));
}

/** Does it hold at that time? What is not yet valid holds too: an event is often older than its report. */
export const isValidAt = (indicator: { readonly validUntil?: EpochMs }, at: number): boolean =>
  indicator.validUntil === undefined || at < indicator.validUntil;
