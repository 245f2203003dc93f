import { parseCursor, toPage } from '../cursor.ts';
import type { Page, PageQuery } from '../lists.ts';

/** Things by key, each with the number it got when first stored; the memory stores are made of these. */
export interface NumberedTable<T> {
  put(key: string, value: T): void;
  get(key: string): T | undefined;
  delete(key: string): void;
  /** In the order they were first stored. */
  values(): readonly T[];
  /** Newest first. */
  page(query: PageQuery, wanted: (value: T) => boolean): Page<T>;
}

export function createNumberedTable<T>(): NumberedTable<T> {
  const rows = new Map<string, { readonly seq: number; readonly value: T }>();
  let lastSeq = 0;
  return {
    put(key, value) {
      rows.set(key, { seq: rows.get(key)?.seq ?? ++lastSeq, value });
    },
    get: (key) => rows.get(key)?.value,
    delete: (key) => void rows.delete(key),
    values: () => [...rows.values()].map((row) => row.value),
    page(query, wanted) {
      const below = parseCursor(query);
      const found = [...rows.values()]
        .filter((row) => row.seq < below && wanted(row.value))
        .sort((a, b) => b.seq - a.seq)
        .slice(0, query.limit + 1);
      return toPage(found, query.limit);
    },
  };
}
