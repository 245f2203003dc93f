import { DAY_MS, type EpochMs, toEpochMs } from '../shared/time.ts';

/** A calendar week (from Monday) or month, in UTC. */
export type PeriodKind = 'week' | 'month';

/** From its first moment to the first one after it. */
export interface Period {
  readonly kind: PeriodKind;
  readonly from: EpochMs;
  readonly to: EpochMs;
}

/** 1970-01-01 was a Thursday. */
const FIRST_MONDAY_MS = 4 * DAY_MS;
const WEEK_MS = 7 * DAY_MS;

/** The week or month that holds a moment, or one that many before it. */
export function periodAt(kind: PeriodKind, at: number, back = 0): Period {
  if (kind === 'week') {
    const week = Math.floor((at - FIRST_MONDAY_MS) / WEEK_MS) - back;
    const from = FIRST_MONDAY_MS + week * WEEK_MS;
    return { kind, from: toEpochMs(from), to: toEpochMs(from + WEEK_MS) };
  }
  const day = new Date(at);
  const start = (month: number) =>
    toEpochMs(Date.UTC(day.getUTCFullYear(), day.getUTCMonth() - back + month, 1));
  return { kind, from: start(0), to: start(1) };
}
