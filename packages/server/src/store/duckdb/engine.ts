import type { DuckDBValue } from '@duckdb/node-api';
import { DuckDBInstance } from '@duckdb/node-api';

/**
 * One in-process DuckDB that holds nothing itself: it writes and reads Parquet files. `run`, `query`
 * and `hunt` have a connection each, so that a question never waits for a file to be written, nor
 * what decides on an action for what somebody searches.
 */
export interface Engine {
  run(sql: string): Promise<void>;
  /** Values come in by name (`$ip`), never inside the text. */
  query(
    sql: string,
    values: Readonly<Record<string, DuckDBValue>>,
  ): Promise<readonly Record<string, unknown>[]>;
  /** Like `query`, for what may take long. */
  hunt: Engine['query'];
  close(): void;
}

/** A path of our own as SQL text; for the places where DuckDB takes no parameter. */
export const sqlPath = (path: string): string => `'${path.replaceAll("'", "''")}'`;

export async function openEngine(): Promise<Engine> {
  const instance = await DuckDBInstance.create(':memory:', {
    threads: '2',
    memory_limit: '512MB',
    autoinstall_known_extensions: 'false',
  });
  const writer = await instance.connect();
  const reader = await instance.connect();
  const hunter = await instance.connect();
  return {
    async run(sql) {
      await writer.run(sql);
    },
    async query(sql, values) {
      return (await reader.runAndReadAll(sql, { ...values })).getRowObjects();
    },
    async hunt(sql, values) {
      return (await hunter.runAndReadAll(sql, { ...values })).getRowObjects();
    },
    close() {
      writer.closeSync();
      reader.closeSync();
      hunter.closeSync();
      instance.closeSync();
    },
  };
}
