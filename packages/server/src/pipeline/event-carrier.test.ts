import { type Event, toEpochMs } from '@cordon/core';
import { describe, expect, it } from 'vitest';
import { createMemoryEventStore } from '../store/memory/memory-event-store.ts';
import { packEvents } from '../store/packed-events.ts';
import type { EventStore } from '../store/ports.ts';
import { EventCarrier } from './event-carrier.ts';

const toEvent = (offset: number): Event => ({
  id: `evt_${offset}`,
  time: toEpochMs(offset),
  class_uid: 0,
  activity_id: 0,
  severity_id: 1,
  observables: [],
  provenance: {
    offset,
    sourceId: 'src',
    parserId: 'any',
    logsource: { categories: [] },
    fields: {},
  },
});

function createCarrier(events: EventStore) {
  let at = 1_000;
  const failures: unknown[] = [];
  const carrier = new EventCarrier({
    events,
    now: () => toEpochMs(at),
    onFailure: async (error) => void failures.push(error),
  });
  const pass = (ms: number): void => {
    at += ms;
  };
  return { carrier, failures, pass };
}

describe('the event carrier', () => {
  it('writes what has become old without another event coming', async () => {
    const events = createMemoryEventStore();
    const { carrier, pass } = createCarrier(events);
    const ending = new AbortController();
    const running = carrier.run(ending.signal);
    await carrier.add(packEvents([toEvent(0), toEvent(1)]));
    expect(events.durableOffset()).toBe(0);
    pass(5_000);
    await expect.poll(() => events.durableOffset(), { interval: 5, timeout: 20_000 }).toBe(2);
    ending.abort();
    await running;
  });

  it('writes a full file at once and the rest at the end', async () => {
    const events = createMemoryEventStore();
    const { carrier } = createCarrier(events);
    await carrier.add(packEvents(Array.from({ length: 50_000 }, (_, offset) => toEvent(offset))));
    await expect.poll(() => events.durableOffset(), { interval: 5, timeout: 20_000 }).toBe(50_000);
    await carrier.add(packEvents([toEvent(50_000)]));
    await carrier.finish();
    expect(events.durableOffset()).toBe(50_001);
  });

  it('tells of a failure and tries again', async () => {
    const store = createMemoryEventStore();
    let left = 1;
    const flush = () => (left-- > 0 ? Promise.reject(new Error('disk full')) : store.flush());
    const { carrier, failures, pass } = createCarrier({ ...store, flush });
    const ending = new AbortController();
    const running = carrier.run(ending.signal);
    await carrier.add(packEvents([toEvent(0)]));
    pass(5_000);
    await expect.poll(() => store.durableOffset(), { interval: 5, timeout: 20_000 }).toBe(1);
    expect(failures).toHaveLength(1);
    ending.abort();
    await running;
  });
});
