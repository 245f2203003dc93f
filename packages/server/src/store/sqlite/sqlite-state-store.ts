import { Kysely, SqliteDialect } from 'kysely';
import type { StateStore } from '../ports.ts';
import { migrate } from '../sql/migrate.ts';
import { createSqlStateStore } from '../sql/sql-state-store.ts';
import { createStateDatabase } from '../sql/state-database.ts';
import type { StateTables } from '../sql/tables.ts';
import { toStoreError } from '../store-error.ts';
import { openNodeSqlite } from './node-sqlite-database.ts';

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
