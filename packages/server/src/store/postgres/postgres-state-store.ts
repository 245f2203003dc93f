import { Kysely, PostgresDialect, sql } from 'kysely';
import { Pool } from 'pg';
import type { StateStore } from '../ports.ts';
import { migrate } from '../sql/migrate.ts';
import { createSqlStateStore } from '../sql/sql-state-store.ts';
import { createStateDatabase } from '../sql/state-database.ts';
import type { StateTables } from '../sql/tables.ts';
import { toStoreError } from '../store-error.ts';

const SERIAL = 'BIGSERIAL PRIMARY KEY';
/** Any fixed number: all writers of one database take the same advisory lock. */
const WRITER_LOCK = 4_372_001;
const CONNECTIONS = 2;

/** Opens, and where needed makes or upgrades, the state store in a PostgreSQL database. Rejects with `StoreError`. */
export async function openPostgresStateStore(options: {
  readonly url: string;
}): Promise<StateStore> {
  const pool = new Pool({ connectionString: options.url, max: CONNECTIONS });
  pool.on('error', () => undefined);
  const db = new Kysely<StateTables>({ dialect: new PostgresDialect({ pool }) });
  try {
    await migrate(db, SERIAL);
    return createSqlStateStore(
      createStateDatabase(db, async (tx) => {
        await sql`SELECT pg_advisory_xact_lock(${sql.lit(WRITER_LOCK)})`.execute(tx);
      }),
    );
  } catch (error) {
    await db.destroy();
    throw toStoreError(error);
  }
}
