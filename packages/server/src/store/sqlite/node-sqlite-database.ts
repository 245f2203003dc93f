import type { SQLInputValue, StatementSync } from 'node:sqlite';
import { DatabaseSync } from 'node:sqlite';
import type { SqliteDatabase, SqliteStatement } from 'kysely';

const CACHED_STATEMENTS = 200;
const BUSY_TIMEOUT_MS = 5_000;

function toStatement(statement: StatementSync): SqliteStatement {
  const values = (parameters: readonly unknown[]): SQLInputValue[] => parameters as SQLInputValue[];
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => statement.all(...values(parameters)),
    run: (parameters) => statement.run(...values(parameters)),
    iterate: (parameters) => statement.iterate(...values(parameters)),
  };
}

/**
 * What Kysely's SQLite dialect needs, over `node:sqlite`: write-ahead log, each commit on disk before
 * it returns (`synchronous=FULL`), and the last statements kept prepared.
 */
export function openNodeSqlite(file: string): SqliteDatabase {
  const database = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS });
  database.exec(
    'PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA trusted_schema=OFF',
  );
  return toDatabase(database);
}

/** The same to look at: another process may hold the file open and write to it meanwhile. */
export function peekNodeSqlite(file: string): SqliteDatabase {
  const database = new DatabaseSync(file, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
  database.exec('PRAGMA trusted_schema=OFF');
  return toDatabase(database);
}

function toDatabase(database: DatabaseSync): SqliteDatabase {
  const prepared = new Map<string, SqliteStatement>();
  return {
    prepare(sql) {
      const statement = prepared.get(sql) ?? toStatement(database.prepare(sql));
      prepared.delete(sql);
      prepared.set(sql, statement);
      const oldest = prepared.keys().next().value;
      if (prepared.size > CACHED_STATEMENTS && oldest !== undefined) prepared.delete(oldest);
      return statement;
    },
    close() {
      prepared.clear();
      database.close();
    },
  };
}
