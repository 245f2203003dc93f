import { EVERYTHING } from '@cordon/core';
import type { EventStore } from '../ports.ts';
import { toStoreError } from '../store-error.ts';
import { openEngine } from './engine.ts';
import { fromSegments, peekEventSegments } from './event-segment.ts';
import { type Ask, findHunted, readBars, readSeen, readTop } from './hunt-read.ts';

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
        const segments = await peekEventSegments(dir);
        if (segments.length === 0) return [];
        const { clause, head, tail = '', limit } = question;
        const values = limit === undefined ? clause.values : { ...clause.values, limit };
        return await engine.query(
          `${head} FROM ${fromSegments(segments)} WHERE ${clause.where} ${tail}`,
          values,
        );
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
