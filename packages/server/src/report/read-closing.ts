import {
  type ClosingReport,
  closingTermsOf,
  DAY_MS,
  type EpochMs,
  type Json,
  reportClosing,
  toEpochMs,
} from '@cordon/core';
import type { StateStore } from '../store/ports.ts';

/** What closing by itself hid in the last days; the state store carries at most seven. */
export async function readClosing(
  state: Pick<StateStore, 'loadPipelineState'>,
  { days, now }: { readonly days: number; readonly now: EpochMs },
): Promise<ClosingReport> {
  const { learnt, alerts } = await state.loadPipelineState();
  const lessons = learnt === undefined ? undefined : (JSON.parse(learnt) as Json);
  const since = toEpochMs(Math.max(0, now - days * DAY_MS));
  return reportClosing(alerts, { terms: closingTermsOf(lessons, now), since });
}
