import { EVERYTHING, type Event } from '@cordon/core';
import type { EventQuery } from '../event-query.ts';
import { matchesQuery } from '../event-query.ts';
import type { HuntScope } from '../hunt.ts';
import { addBars, addSeen, addValues, pageOfEvents } from '../hunt-fold.ts';
import { isHunted } from '../hunt-match.ts';
import { pageOfObserved } from '../observed.ts';
import { unpackEvents } from '../packed-events.ts';
import type { EventStore } from '../ports.ts';
import { closedError } from '../store-error.ts';

/** An event store that lives as long as the process: for tests and for investigations without a data directory. */
export function createMemoryEventStore(): EventStore {
  const events = new Map<number, Event>();
  let durable = 0;
  let isClosed = false;
  const open = (): void => {
    if (isClosed) throw closedError();
  };
  const add = (added: readonly Event[]): void => {
    open();
    for (const event of added) events.set(event.provenance.offset, event);
  };
  const find = (query: Omit<EventQuery, 'limit'>): readonly Event[] =>
    [...events.values()].filter((event) => matchesQuery(event, query));
  const hunted = (scope: HuntScope): readonly Event[] => {
    open();
    return [...events.values()].filter((event) => isHunted(event, scope));
  };
  return {
    observed: async (page) =>
      pageOfObserved([], hunted({ hunt: EVERYTHING, fromAt: page.fromAt, toAt: page.toAt }), page),
    hunt: async (page) => pageOfEvents(hunted(page), page),
    huntBars: async (scope, bucketMs) => addBars([], hunted(scope), bucketMs),
    huntTop: async (top) => addValues([], hunted(top), top),
    seenLogsources: async (fromAt) => addSeen([], hunted({ hunt: EVERYTHING, fromAt })),
    add,
    addPacked: (packed) => add(unpackEvents(packed)),
    async flush() {
      open();
      for (const offset of events.keys()) durable = Math.max(durable, offset + 1);
      return durable;
    },
    durableOffset: () => durable,
    size: () => ({ files: 0, bytes: 0 }),
    retire: async () => ({ files: 0, bytes: 0 }),
    async find(query) {
      open();
      return find(query)
        .toSorted((a, b) => a.time - b.time || a.provenance.offset - b.provenance.offset)
        .slice(0, query.limit);
    },
    async count(query) {
      open();
      return find(query).length;
    },
    async close() {
      isClosed = true;
    },
  };
}
