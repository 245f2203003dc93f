import { Kysely, SqliteDialect } from 'kysely';
import type { StateStore } from '../ports.ts';
import { isMigrated, migrate } from '../sql/migrate.ts';
import { createSqlStateStore } from '../sql/sql-state-store.ts';
import { createStateDatabase } from '../sql/state-database.ts';
import type { StateTables } from '../sql/tables.ts';
import { StoreError, toStoreError } from '../store-error.ts';
import { openNodeSqlite, peekNodeSqlite } from './node-sqlite-database.ts';

const SERIAL = 'INTEGER PRIMARY KEY AUTOINCREMENT';

/** Opens, and where needed makes or upgrades, the state store in one SQLite file. Rejects with `StoreError`. */
export async function openSqliteStateStore(options: {
  readonly file: string;
}): Promise<StateStore> {
  try {
    const db = new Kysely<StateTables>({
      dialect: new SqliteDialect({ database: openNodeSqlite(options.file) }),
    });
    await migrate(db, SERIAL);
    return createSqlStateStore(createStateDatabase(db, async () => undefined));
  } catch (error) {
    throw toStoreError(error);
  }
}

/**
 * Opens an existing state store to read from, beside whoever writes to it; every write is refused.
 * Rejects with `StoreError`, also when an older Cordon made it.
 */
export async function peekSqliteStateStore(options: {
  readonly file: string;
}): Promise<StateStore> {
  try {
    const db = new Kysely<StateTables>({
      dialect: new SqliteDialect({ database: peekNodeSqlite(options.file) }),
    });
    if (await isMigrated(db))
      return createSqlStateStore(createStateDatabase(db, async () => undefined));
    await db.destroy();
    throw new StoreError({
      code: 'store_failed',
      detail: 'The state store was made by an older Cordon.',
      hint: 'Start this Cordon once (`npm start`); it brings the store up to date.',
      at: { file: options.file },
      retryable: false,
    });
  } catch (error) {
    throw toStoreError(error);
  }
}
