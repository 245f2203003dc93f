import type { IdPrefix } from '@cordon/core';
import type { Page, PageQuery } from '../store/ports.ts';
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

/** An id of that kind; anything else names nothing. */
export function toId<P extends IdPrefix>(prefix: P, text: string): `${P}_${string}` {
  if (!text.startsWith(`${prefix}_`)) throw notFound('such id');
  return text as `${P}_${string}`;
}
