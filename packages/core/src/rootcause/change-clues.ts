import { MINUTE_MS } from '../shared/time.ts';
import type { CauseClue } from './cause-clue.ts';
import type { Windows } from './deviation.ts';
import type { Change } from './telemetry.ts';

/** A change breaks something soon or not at all: mean of twenty minutes. */
const MEAN_DELAY_MS = 20 * MINUTE_MS;
const REACH_MS = 6 * MEAN_DELAY_MS;
/** Chance that a change nothing is wrong with happens in the same window. */
const BASE_NATS = 3;

/** Changes shortly before an onset speak for the service they were made on, the sooner the more. */
export function changeClues(changes: readonly Change[], { onset }: Windows): readonly CauseClue[] {
  return changes
    .filter(({ at }) => at <= onset && onset - at < REACH_MS)
    .map(({ at, service, text }) => ({
      service,
      kind: 'change',
      nats: BASE_NATS * Math.exp(-(onset - at) / MEAN_DELAY_MS),
      text: `${text}, ${Math.round((onset - at) / MINUTE_MS)} min before`,
    }));
}
