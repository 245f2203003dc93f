import { type EpochMs, HOUR_MS, type Signal } from '@cordon/core';
import type { RuleCount } from './lists.ts';

/** Which hour since the epoch a time lies in. */
export const hourOf = (at: EpochMs): number => Math.floor(at / HOUR_MS);

/** One signal as a count. */
export const countOf = (signal: Signal, cause: RuleCount['cause']): RuleCount => ({
  ruleId: signal.rule.id,
  cause,
  count: 1,
  lastAt: signal.at,
});
