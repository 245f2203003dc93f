import type { Page, PageQuery } from './lists.ts';
import { refusal } from './store-error.ts';

/*
 * Cursors of every list: the sequence number of the last item of the page before, opaque to the
 * caller. A sequence number never changes, so a cursor stays good while things are added.
 */

/** A thing with the number it got when it was first stored. */
export interface Numbered<T> {
  readonly seq: number;
  readonly value: T;
}

const printCursor = (seq: number): string => Buffer.from(`s${seq}`).toString('base64url');

/** The number a page starts below; rejects what no list gave out with `bad_cursor`. */
export function parseCursor(query: PageQuery): number {
  if (query.cursor === undefined) return Number.MAX_SAFE_INTEGER;
  const match = /^s(\d{1,15})$/.exec(Buffer.from(query.cursor, 'base64url').toString());
  if (!match) throw refusal('bad_cursor', 'The cursor is not one that this list gave out.');
  return Number(match[1]);
}

/** A page from up to `limit + 1` items in descending order: the one too many says that there is more. */
export function toPage<T>(rows: readonly Numbered<T>[], limit: number): Page<T> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const items = shown.map((row) => row.value);
  return rows.length > limit && last ? { items, nextCursor: printCursor(last.seq) } : { items };
}
