import { setImmediate } from 'node:timers/promises';
import type { Analysis, Analyst, RawRecord } from '@cordon/core';

/**
 * Records that are thought about in one go: some milliseconds. Whoever waits for the loop (a probe that
 * answered, a question to the API) waits for one slice, not for the whole batch.
 */
const SLICE_RECORDS = 100;

/** Thinks about a batch slice by slice and lets others have their turn in between. */
export async function analyseInSlices(
  analyst: Pick<Analyst, 'analyse'>,
  records: readonly RawRecord[],
): Promise<Analysis> {
  const parts: Analysis[] = [];
  for (let at = 0; at < records.length; at += SLICE_RECORDS) {
    if (at > 0) await setImmediate();
    parts.push(analyst.analyse(records.slice(at, at + SLICE_RECORDS)));
  }
  const [first] = parts;
  return first !== undefined && parts.length === 1 ? first : joinParts(parts);
}

/** One analysis of several; of an alert or incident that several changed, the last stands. */
const joinParts = (parts: readonly Analysis[]): Analysis => ({
  outcomes: parts.flatMap((part) => part.outcomes),
  setAside: parts.flatMap((part) => part.setAside),
  events: parts.flatMap((part) => part.events),
  signals: parts.flatMap((part) => part.signals),
  muted: parts.flatMap((part) => part.muted),
  decisions: {
    outcomes: parts.flatMap(({ decisions }) => decisions.outcomes),
    alerts: lastOfEach(parts.flatMap(({ decisions }) => decisions.alerts)),
    incidents: lastOfEach(parts.flatMap(({ decisions }) => decisions.incidents)),
  },
});

const lastOfEach = <T extends { readonly id: string }>(things: readonly T[]): readonly T[] => [
  ...new Map(things.map((thing) => [thing.id, thing])).values(),
];
