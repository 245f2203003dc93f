import { EVERYTHING } from '@cordon/core';
import type { EventStore } from '../ports.ts';
import { toStoreError } from '../store-error.ts';
import { openEngine } from './engine.ts';
import { peekEventSegments } from './event-segment.ts';
import { type Ask, findHunted, readBars, readSeen, readTop } from './hunt-read.ts';
import { ask as askSegments } from './select.ts';

/** The hunting half of an event store. */
export type EventReader = Pick<
  EventStore,
  'hunt' | 'huntBars' | 'huntTop' | 'seenLogsources' | 'close'
>;

const ATTEMPTS = 5;

/**
 * The events of a directory, to hunt in: changes nothing there and may stand beside a process that
 * writes and merges. What that process has not written yet is not seen. Rejects with `StoreError`.
 */
export async function peekParquetEvents({ dir }: { readonly dir: string }): Promise<EventReader> {
  const engine = await openEngine();
  // A merge may take files away between the listing and the reading: then it is listed anew.
  const ask: Ask = async (question) => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await askSegments(await peekEventSegments(dir), engine.hunt, question);
      } catch (error) {
        if (attempt === ATTEMPTS) throw toStoreError(error);
      }
    }
  };
  return {
    hunt: (page) => findHunted(ask, page, []),
    huntBars: (scope, bucketMs) => readBars(ask, { ...scope, bucketMs }, []),
    huntTop: (top) => readTop(ask, top, []),
    seenLogsources: (fromAt) => readSeen(ask, { hunt: EVERYTHING, fromAt }, []),
    close: async () => engine.close(),
  };
}
