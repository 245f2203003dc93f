import { sliceItems } from '../json-slices.ts';
import type { Cursor, Manifest } from './manifest.ts';

/** An item as it was written, with its id when it has one. */
export interface Item {
  readonly text: string;
  readonly id: string | undefined;
}

/** One page. */
export interface Page {
  readonly items: readonly Item[];
  /** Where the next page is; undefined at the end of the window. */
  readonly next: string | undefined;
}

const valueAt = (value: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>(
    (at, name) =>
      typeof at === 'object' && at !== null && Object.hasOwn(at, name)
        ? (at as Readonly<Record<string, unknown>>)[name]
        : undefined,
    value,
  );

const textAt = (value: unknown, path: readonly string[]): string | undefined => {
  const found = valueAt(value, path);
  return typeof found === 'number' || (typeof found === 'string' && found !== '')
    ? String(found)
    : undefined;
};

/** The address after `rel="next"` of a Link header (RFC 8288). */
export function nextLink(header: string | undefined): string | undefined {
  for (const [, address, parameters = ''] of (header ?? '').matchAll(/<([^>]*)>([^<]*)/g))
    if (/;\s*rel="?next"?/i.test(parameters)) return address;
  return undefined;
}

interface Reading {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The cursor this page was asked for with. */
  readonly cursor: string | undefined;
}

function nextOf(cursor: Cursor, document: unknown, page: Reading & { count: number }) {
  switch (cursor.kind) {
    case 'none':
      return undefined;
    case 'link':
      return nextLink(page.headers['link']);
    case 'url':
    case 'token':
      return textAt(document, cursor.at);
    case 'offset':
      return page.count < cursor.pageSize
        ? undefined
        : String(Number(page.cursor ?? 0) + page.count);
  }
}

/** Reads a page; undefined when it is cut off, no JSON, or has no array where the items should be. */
export function readPage(manifest: Manifest, reading: Reading): Page | undefined {
  let document: unknown;
  try {
    document = JSON.parse(reading.body);
  } catch {
    return undefined;
  }
  // Google leaves the array out of a page without items.
  const isEmpty = manifest.items.length > 0 && valueAt(document, manifest.items) === undefined;
  const isObject = typeof document === 'object' && document !== null && !Array.isArray(document);
  const slices = sliceItems(reading.body, manifest.items) ?? (isEmpty && isObject ? [] : undefined);
  if (slices === undefined) return undefined;
  const items = slices.map((text) => ({
    text,
    id: textAt(JSON.parse(text) as unknown, manifest.itemId),
  }));
  const next = nextOf(manifest.cursor, document, { ...reading, count: items.length });
  // A page without items that points on, or one that points to itself, would be asked for without end.
  const isEnd = next === reading.cursor || (items.length === 0 && manifest.cursor.kind === 'link');
  return { items, next: isEnd ? undefined : next };
}
