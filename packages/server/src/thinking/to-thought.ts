import type { Analysis, Event, RawRecord } from '@cordon/core';
import { toDeadLetters, toTallies } from '../pipeline/books.ts';
import { toLetter } from '../store/event-letter.ts';
import { packEvents } from '../store/packed-events.ts';
import type { SourceEnd, Thought } from './thinker.ts';

/** The watch over clocks keeps so many differences of a source: more of one batch would be for nothing. */
const KEPT_CLOCKS = 64;

/** An analysis as it crosses to whoever commits it: outcomes as sums, events packed. */
export function toThought(analysis: Analysis, records: readonly RawRecord[]): Thought {
  const { unfit, ...events } = packEvents(analysis.events);
  return {
    tallies: toTallies(analysis.outcomes),
    deadLetters: [
      ...toDeadLetters(analysis.setAside),
      ...unfit.map(({ event, error }) => toLetter(event, error)),
    ],
    signals: analysis.signals,
    muted: analysis.muted,
    decisions: analysis.decisions,
    events,
    ends: toEnds(analysis, records),
  };
}

interface Count {
  records: number;
  read: number;
  readonly clocks: [number, number][];
  readonly times: { events: number; unusable: number; shown?: string };
}

function toEnds({ outcomes, events }: Analysis, records: readonly RawRecord[]): SourceEnd[] {
  const counts = new Map<string, Count>();
  for (const { sourceId, outcome } of outcomes) {
    const count = counts.get(sourceId) ?? {
      records: 0,
      read: 0,
      clocks: [],
      times: { events: 0, unusable: 0 },
    };
    counts.set(sourceId, count);
    count.records += 1;
    if (outcome === 'parsed' || outcome === 'skipped') count.read += 1;
  }
  addClocks(counts, events, records);
  for (const event of events) countTime(counts.get(event.provenance.sourceId), event);
  return [...counts].map(([sourceId, count]) => ({ sourceId, ...count }));
}

function countTime(count: Count | undefined, { provenance: { timing } }: Event): void {
  if (!count) return;
  count.times.events += 1;
  if (timing?.unusable === undefined) return;
  count.times.unusable += 1;
  count.times.shown = timing.unusable;
}

/** Events that have no time of their own carry the time of their record and say nothing. */
function addClocks(
  counts: ReadonlyMap<string, Count>,
  events: readonly Event[],
  records: readonly RawRecord[],
): void {
  let index = records.length - 1;
  for (let at = events.length - 1; at >= 0; at -= 1) {
    const { time, provenance } = events[at] as Event;
    while ((records[index]?.offset ?? -1) > provenance.offset) index -= 1;
    const record = records[index];
    if (record?.offset !== provenance.offset || provenance.timing || time === record.receivedAt)
      continue;
    const clocks = counts.get(record.sourceId)?.clocks;
    if (clocks && clocks.length < KEPT_CLOCKS) clocks.push([time, record.receivedAt]);
  }
  for (const { clocks } of counts.values()) clocks.reverse();
}
