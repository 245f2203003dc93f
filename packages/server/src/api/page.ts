import type { IdPrefix } from '@cordon/core';
import type { Page, PageQuery } from '../store/lists.ts';
import { notFound } from './problem-json.ts';

const DEFAULT_LIMIT = 50;
const CHUNK = 200;

/** The page part of a query as the stores take it. */
export const toPageQuery = (
  query: { limit?: number | undefined; cursor?: string | undefined } = {},
): PageQuery => ({
  limit: query.limit ?? DEFAULT_LIMIT,
  ...(query.cursor === undefined ? {} : { cursor: query.cursor }),
});

/** The items of all pages up to a bound; the list tells whether there were more. */
export async function readPages<T>(
  read: (query: PageQuery) => Promise<Page<T>>,
  max: number,
): Promise<readonly T[]> {
  const items: T[] = [];
  let cursor: string | undefined;
  do {
    const page = await read({
      limit: Math.min(CHUNK, max - items.length),
      ...(cursor === undefined ? {} : { cursor }),
    });
    items.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== undefined && items.length < max);
  return items;
}

/** One page of a list that is at hand; its cursor is the place where the next begins. */
export function pageOfList<T>(list: readonly T[], { limit, cursor }: PageQuery): Page<T> {
  const from = Math.max(0, Number.parseInt(cursor ?? '0', 10) || 0);
  const items = list.slice(from, from + limit);
  const next = from + items.length;
  return { items, ...(next < list.length ? { nextCursor: String(next) } : {}) };
}

/** An id of that kind; anything else names nothing. */
export function toId<P extends IdPrefix>(prefix: P, text: string): `${P}_${string}` {
  if (!text.startsWith(`${prefix}_`)) throw notFound('such id');
  return text as `${P}_${string}`;
}
