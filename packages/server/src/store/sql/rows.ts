import { toPage } from '../cursor.ts';
import type { Page, PageQuery } from '../lists.ts';
import type { StateStore } from '../ports.ts';

/** One part of the state store. */
export type Side<K extends keyof StateStore> = Pick<StateStore, K>;

/** What every list is read from: the number a row got when first written, and the whole thing as JSON. */
export interface Row {
  readonly seq: number;
  readonly body: string;
}
type Body = Pick<Row, 'body'>;

export const parse = <T>(row: Body | undefined): T | undefined =>
  row ? (JSON.parse(row.body) as T) : undefined;

export const parseAll = <T>(rows: readonly Body[]): readonly T[] =>
  rows.map((row) => JSON.parse(row.body) as T);

/** Takes up to `limit + 1` rows in descending order. */
export const pageOf = <T>(rows: readonly Row[], query: PageQuery): Page<T> =>
  toPage(
    rows.map((row) => ({ seq: Number(row.seq), value: JSON.parse(row.body) as T })),
    query.limit,
  );

/** The values of an `IN` list; PostgreSQL takes no empty one, and no status or level is an empty text. */
export const oneOf = (values: readonly string[] | undefined): readonly string[] =>
  values && values.length > 0 ? values : [''];
