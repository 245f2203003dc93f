import { readdirSync, readFileSync } from 'node:fs';
import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import type { StateTables } from './tables.ts';

const FOLDER = new URL('../migrations/', import.meta.url);

/** The statements of a migration file; comments take whole lines and no statement holds a semicolon. */
const toStatements = (text: string, serial: string): readonly string[] =>
  text
    .replace(/^--.*$/gm, '')
    .replaceAll('{{serial}}', serial)
    .split(';')
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');

/**
 * Brings a database to the newest form: applies the numbered files of `store/migrations` that it has
 * not seen, in order, each in one transaction. `serial` is the dialect's counting primary key.
 */
export async function migrate(db: Kysely<StateTables>, serial: string): Promise<void> {
  await sql`CREATE TABLE IF NOT EXISTS migrations (name TEXT PRIMARY KEY)`.execute(db);
  for (const file of await listMissing(db)) {
    const statements = toStatements(readFileSync(new URL(file, FOLDER), 'utf8'), serial);
    await db.transaction().execute(async (tx) => {
      for (const statement of statements) await sql.raw(statement).execute(tx);
      await sql`INSERT INTO migrations (name) VALUES (${file})`.execute(tx);
    });
  }
}

/** Has the database seen every migration there is? */
export const isMigrated = async (db: Kysely<StateTables>): Promise<boolean> =>
  (await listMissing(db)).length === 0;

async function listMissing(db: Kysely<StateTables>): Promise<readonly string[]> {
  const seen = await sql<{ name: string }>`SELECT name FROM migrations`.execute(db);
  const names = new Set(seen.rows.map((row) => row.name));
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.sql') && !names.has(file))
    .sort();
}
