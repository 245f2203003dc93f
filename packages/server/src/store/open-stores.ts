import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openWorkerEventStore } from './duckdb/worker-event-store.ts';
import type { EventStore, RecordLog, StateStore } from './ports.ts';
import { openSegmentLog } from './segments/segment-log.ts';
import { openSqliteStateStore } from './sqlite/sqlite-state-store.ts';

/** The three stores of one data folder. */
export interface Stores {
  readonly log: RecordLog;
  readonly state: StateStore;
  readonly events: EventStore;
  close(): Promise<void>;
}

/** Opens the embedded stores; the log's lock keeps a second process out. */
export async function openStores(dataDir: string): Promise<Stores> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const log = await openSegmentLog({ dir: join(dataDir, 'records') });
  const state = await openSqliteStateStore({ file: join(dataDir, 'state.sqlite') });
  const events = await openWorkerEventStore({
    dir: join(dataDir, 'events'),
    onRefused: (letters) => state.addDeadLetters(letters),
  });
  return {
    log,
    state,
    events,
    async close() {
      await events.close();
      await state.close();
      await log.close();
    },
  };
}
