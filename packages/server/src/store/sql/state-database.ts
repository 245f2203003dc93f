import type { Kysely, Transaction } from 'kysely';
import { closedError, toStoreError } from '../store-error.ts';
import type { StateTables } from './tables.ts';

export type Db = Kysely<StateTables>;

/** One database, used by one caller at a time. */
export interface StateDatabase {
  read<T>(work: (db: Db) => Promise<T>): Promise<T>;
  /** All or nothing. */
  write<T>(work: (tx: Transaction<StateTables>) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/**
 * Puts calls in a row, so that nobody reads the middle of a transaction and the audit chain and the
 * change feed have one order; `lockWriter` keeps other processes out for the time of a transaction.
 */
export function createStateDatabase(
  db: Db,
  lockWriter: (tx: Transaction<StateTables>) => Promise<void>,
): StateDatabase {
  let last: Promise<unknown> = Promise.resolve();
  let isClosed = false;
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    if (isClosed) return Promise.reject(closedError());
    const mine = last.then(work).catch((error: unknown) => {
      throw toStoreError(error);
    });
    last = mine.catch(() => undefined);
    return mine;
  };
  return {
    read: (work) => inTurn(() => work(db)),
    write: (work) =>
      inTurn(() =>
        db.transaction().execute(async (tx) => {
          await lockWriter(tx);
          return work(tx);
        }),
      ),
    async close() {
      if (isClosed) return;
      const closing = inTurn(() => db.destroy());
      isClosed = true;
      await closing;
    },
  };
}
