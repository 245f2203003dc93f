import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { type EventReader, peekParquetEvents } from './duckdb/peek-events.ts';
import type { StateStore } from './ports.ts';
import { peekSegmentLog, type RecordReader } from './segments/peek-log.ts';
import { peekSqliteStateStore } from './sqlite/sqlite-state-store.ts';

/** The stores of a data folder, to look at; whoever runs on it goes on undisturbed. */
export interface DataFolder {
  readonly dir: string;
  readonly state: StateStore;
  /** The record log as it is at the time of the call. */
  records(): Promise<RecordReader>;
  /** Events to hunt in, without those that a running server has not written yet; whoever asks closes it. */
  events(): Promise<EventReader>;
  close(): Promise<void>;
}

/**
 * Opens a data folder to read from, the same whether a server runs on it or not. Undefined when
 * nothing was ever written there; rejects with `StoreError` when it cannot be read.
 */
export async function openDataFolder(dir: string): Promise<DataFolder | undefined> {
  const file = join(dir, 'state.sqlite');
  const isThere = await access(file).then(
    () => true,
    () => false,
  );
  if (!isThere) return undefined;
  const state = await peekSqliteStateStore({ file });
  return {
    dir,
    state,
    records: () => peekSegmentLog({ dir: join(dir, 'records') }),
    events: () => peekParquetEvents({ dir: join(dir, 'events') }),
    close: () => state.close(),
  };
}
