import { err, ok, type Problem, type Result, readStixObjects, type StixObject } from '@cordon/core';
import type { FeedConfig } from '@cordon/kit';
import type { FeedClient } from './fetch-feed.ts';

/*
 * A TAXII 2.1 client: discovery, API roots, collections, pages of objects. The address may be any of
 * the first three. Everything stays on the origin that was configured, whatever the answers say.
 */

const ACCEPT = 'application/taxii+json;version=2.1';
const PAGE = 1_000;
const MAX_PAGES = 10_000;

type Row = Readonly<Record<string, unknown>>;

/** Where the last reading of each collection ended, by its address. */
export type Marks = Readonly<Record<string, string>>;

/** Everything that was added since the marks. */
export interface TaxiiReading {
  readonly objects: readonly StixObject[];
  readonly collections: number;
  readonly pages: number;
  readonly marks: Marks;
}

const broken = (url: string, detail: string): Problem => ({
  code: 'feed_broken',
  detail,
  hint: 'Nothing of it was taken; what the feed gave before stays in use.',
  at: { file: url },
  retryable: true,
});

const slashed = (url: string): string => (url.endsWith('/') ? url : `${url}/`);

function parseRow(text: string, url: string): Result<Row> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return ok(value as Row);
  } catch {
    // Told below, like any other wrong answer.
  }
  return err(broken(url, 'The answer is not a TAXII resource.'));
}

const textsOf = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];

class TaxiiReader {
  readonly #client: FeedClient;
  readonly #feed: FeedConfig;
  #pages = 0;

  constructor(client: FeedClient, feed: FeedConfig) {
    this.#client = client;
    this.#feed = feed;
  }

  async read(marks: Marks): Promise<Result<TaxiiReading>> {
    const collections = await this.#findCollections();
    if (!collections.ok) return collections;
    const objects: StixObject[] = [];
    const ends: Record<string, string> = {};
    for (const url of collections.value) {
      const read = await this.#readCollection(url, marks[url]);
      if (!read.ok) return read;
      for (const object of read.value.objects) objects.push(object);
      const end = read.value.end ?? marks[url];
      if (end !== undefined) ends[url] = end;
    }
    return ok({ objects, collections: collections.value.length, pages: this.#pages, marks: ends });
  }

  async #get(url: string): Promise<
    Result<{
      readonly row: Row;
      readonly last?: string;
      readonly link?: string;
      readonly text: string;
    }>
  > {
    const fetched = await this.#client.get(url, { accept: ACCEPT });
    if (!fetched.ok) return fetched;
    if (fetched.value.kind === 'unchanged') return err(broken(url, 'The answer is empty.'));
    const { text, header } = fetched.value;
    const row = parseRow(text, url);
    if (!row.ok) return row;
    const last = header('x-taxii-date-added-last');
    const link = /<([^>]+)>\s*;\s*rel="?next"?/i.exec(header('link') ?? '')?.[1];
    return ok({
      row: row.value,
      text,
      ...(last === undefined ? {} : { last }),
      ...(link === undefined ? {} : { link }),
    });
  }

  /** An address that the server names, if it is on its own origin. */
  #inside(text: string, from: string): Result<string> {
    const url = URL.canParse(text, from) ? new URL(text, from) : undefined;
    if (url?.origin === new URL(this.#feed.url).origin) return ok(url.href);
    return err(broken(from, `It leads to another server, ${text.slice(0, 200)}.`));
  }

  async #findCollections(): Promise<Result<readonly string[]>> {
    const { url } = this.#feed;
    const first = await this.#get(url);
    if (!first.ok) return first;
    const { row } = first.value;
    if ('can_read' in row) return ok([slashed(url)]);
    if (Array.isArray(row['collections'])) return ok(this.#chosen(row, slashed(url)));
    const roots = [...textsOf(row['api_roots'])];
    if (roots.length === 0 && !('versions' in row))
      return err(broken(url, 'It is neither a discovery, nor an API root, nor a collection.'));
    const found: string[] = [];
    for (const root of roots.length === 0 ? [slashed(url)] : roots) {
      const inside = this.#inside(root, url);
      if (!inside.ok) return inside;
      const base = `${slashed(inside.value)}collections/`;
      const listed = await this.#get(base);
      if (!listed.ok) return listed;
      found.push(...this.#chosen(listed.value.row, base));
    }
    return found.length > 0
      ? ok(found)
      : err(broken(url, 'None of its collections can be read or was chosen.'));
  }

  #chosen(row: Row, base: string): readonly string[] {
    const wanted = this.#feed.collections;
    const rows = Array.isArray(row['collections']) ? (row['collections'] as readonly Row[]) : [];
    return rows
      .filter((item) => typeof item === 'object' && item !== null && item['can_read'] === true)
      .filter(
        ({ id, title, alias }) =>
          wanted.length === 0 || [id, title, alias].some((name) => wanted.includes(String(name))),
      )
      .map(({ id }) => `${base}${encodeURIComponent(String(id))}/`);
  }

  async #readCollection(
    url: string,
    after: string | undefined,
  ): Promise<Result<{ readonly objects: readonly StixObject[]; readonly end?: string }>> {
    const objects: StixObject[] = [];
    const seen = new Set<string>();
    let page: string | undefined = pageOf(url, { added_after: after });
    let end: string | undefined;
    while (page !== undefined) {
      if (seen.has(page) || this.#pages >= MAX_PAGES)
        return err(broken(page, 'Its pages do not come to an end.'));
      seen.add(page);
      this.#pages += 1;
      const got = await this.#get(page);
      if (!got.ok) return got;
      const read = readStixObjects(got.value.text, page);
      if (!read.ok) return read;
      for (const object of read.value) objects.push(object);
      end = got.value.last ?? end;
      const next = this.#nextOf(got.value, { url, after, page });
      if (!next.ok) return next;
      page = next.value;
    }
    return ok({ objects, ...(end === undefined ? {} : { end }) });
  }

  /** By `next`, by a Link header, or from the last date of the page on. */
  #nextOf(
    got: { readonly row: Row; readonly last?: string; readonly link?: string },
    at: { readonly url: string; readonly after: string | undefined; readonly page: string },
  ): Result<string | undefined> {
    const { more, next } = got.row;
    if (got.link !== undefined) return this.#inside(got.link, at.page);
    if (more !== true) return ok(undefined);
    if (typeof next === 'string' && next !== '')
      return ok(pageOf(at.url, { added_after: at.after, next }));
    if (got.last !== undefined) return ok(pageOf(at.url, { added_after: got.last }));
    return err(broken(at.page, 'It says that there is more and not where.'));
  }
}

function pageOf(url: string, query: Readonly<Record<string, string | undefined>>): string {
  const page = new URL(`${slashed(url)}objects/`);
  page.searchParams.set('limit', String(PAGE));
  for (const [name, value] of Object.entries(query))
    if (value !== undefined) page.searchParams.set(name, value);
  return page.href;
}

/** Reads all chosen collections of a TAXII server; one page that cannot be read refuses the whole. */
export const readTaxii = (
  client: FeedClient,
  feed: FeedConfig,
  marks: Marks,
): Promise<Result<TaxiiReading>> => new TaxiiReader(client, feed).read(marks);
