import { type Event, toEpochMs } from '@cordon/core';
import type { HuntBar, HuntPage, HuntTop, HuntValue, SeenLogsource } from './hunt.ts';
import { huntValues } from './hunt-match.ts';

/*
 * What a hunt counts, over events in memory: all of it in the memory store, and in the others what
 * is added to the files' counts.
 */

const compare = (a: Event, b: Event): number =>
  a.time - b.time || a.provenance.offset - b.provenance.offset;

/** In the order asked for, from where the page before ended. */
export function pageOfEvents(
  events: readonly Event[],
  { order, after, limit }: Pick<HuntPage, 'order' | 'after' | 'limit'>,
): readonly Event[] {
  const sign = order === 'newest' ? -1 : 1;
  const isBeyond = ({ time, provenance: { offset } }: Event): boolean =>
    after === undefined || sign * (time - after.time || offset - after.offset) > 0;
  return events
    .filter(isBeyond)
    .sort((a, b) => sign * compare(a, b))
    .slice(0, limit);
}

export function addBars(
  bars: readonly HuntBar[],
  events: readonly Event[],
  bucketMs: number,
): readonly HuntBar[] {
  const sums = new Map<number, number>(bars.map(({ at, count }) => [at, count]));
  for (const { time } of events) {
    const at = Math.floor(time / bucketMs) * bucketMs;
    sums.set(at, (sums.get(at) ?? 0) + 1);
  }
  return [...sums].map(([at, count]) => ({ at: toEpochMs(at), count })).sort((a, b) => a.at - b.at);
}

export function addValues(
  values: readonly HuntValue[],
  events: readonly Event[],
  { field, limit }: Pick<HuntTop, 'field' | 'limit'>,
): readonly HuntValue[] {
  const sums = new Map(values.map(({ value, count }) => [value, count]));
  for (const event of events)
    for (const value of new Set(huntValues(event, field).map(String)))
      sums.set(value, (sums.get(value) ?? 0) + 1);
  return [...sums]
    .map(([value, count]) => ({ value, count }))
    .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
    .slice(0, limit);
}

/** Log sources that are the same thing, whatever order their members were written in, are one. */
export function addSeen(
  seen: readonly SeenLogsource[],
  events: readonly Event[],
): readonly SeenLogsource[] {
  const sums = new Map<string, SeenLogsource>();
  const fresh = events.map((event) => ({
    logsource: event.provenance.logsource,
    classUid: event.class_uid,
    count: 1,
    lastAt: event.time,
  }));
  for (const one of [...seen, ...fresh]) {
    const { product, products, service, categories } = one.logsource;
    const key = JSON.stringify([product, products, service, categories, one.classUid]);
    const there = sums.get(key);
    sums.set(key, {
      ...one,
      count: one.count + (there?.count ?? 0),
      lastAt: toEpochMs(Math.max(one.lastAt, there?.lastAt ?? 0)),
    });
  }
  return [...sums.values()].sort((a, b) => b.count - a.count);
}
