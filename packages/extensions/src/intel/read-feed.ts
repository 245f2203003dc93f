import {
  DAY_MS,
  err,
  type FeedContext,
  type Indicator,
  IndicatorSet,
  type IndicatorSink,
  type Json,
  type JsonObject,
  ok,
  type Result,
  readAdvisories,
  readAdvisoryList,
  readEpss,
  readJsonRows,
  readKev,
  readMispEvents,
  readMispManifest,
  readReport,
  readRolie,
  readStix,
  readStixObjects,
  readTable,
  readWarninglist,
  type TableShape,
  toEpochMs,
  type Warninglist,
} from '@cordon/core';
import type { FeedConfig, FeedReading, ReadFeed } from '@cordon/kit';
import { type FeedClient, openFeedClient, type Version } from './fetch-feed.ts';
import { type Marks, readTaxii } from './taxii.ts';

/** After so long everything is read again: what a server takes away it does not announce. */
const WHOLE_AGAIN_MS = 7 * DAY_MS;

type Read = Extract<FeedReading, { kind: 'read' }>;
type Around = Parameters<ReadFeed>[2];

interface Given {
  readonly feed: FeedConfig;
  readonly client: FeedClient;
  readonly memory: JsonObject;
  readonly now: number;
  readonly sink: IndicatorSink;
  readonly set: IndicatorSet;
}

const toMemory = (memory: Json | undefined): JsonObject =>
  typeof memory === 'object' && memory !== null && !Array.isArray(memory)
    ? (memory as JsonObject)
    : {};

/** An end for what has none. */
function withEnd(set: IndicatorSet, feed: FeedConfig, now: number): IndicatorSink {
  const days = feed.valid_days;
  if (days === undefined) return set;
  const end = (indicator: Indicator): Indicator =>
    indicator.validUntil === undefined
      ? { ...indicator, validUntil: toEpochMs((indicator.validFrom ?? now) + days * DAY_MS) }
      : indicator;
  return { refuse: set.refuse, keep: (indicator) => set.keep(end(indicator)) };
}

const toShape = (feed: FeedConfig): TableShape => {
  const shape = {
    separator: feed.format === 'list' ? (feed.separator ?? '\n') : feed.separator,
    comment: feed.comment,
    value: feed.value,
    type: feed.type as TableShape['type'],
    typeColumn: feed.type_column,
    label: feed.label_column,
    confidence: feed.confidence_column,
    time: feed.time_column,
    hasHeader: feed.header,
  };
  return Object.fromEntries(Object.entries(shape).filter(([, value]) => value !== undefined));
};

/** What one document gave beside its indicators. */
interface Document {
  readonly facts?: Readonly<Record<string, number>>;
  readonly warninglists?: readonly Warninglist[];
}

type DocumentReader = (text: string, context: FeedContext, given: Given) => Result<Document>;

const counted = (name: string, read: Result<number>): Result<Document> =>
  read.ok ? ok({ facts: { [name]: read.value } }) : read;

const table: DocumentReader = (text, context, { feed, sink }) =>
  counted('rows', readTable(text, { shape: toShape(feed), context, sink }));

const DOCUMENTS: Readonly<
  Record<Exclude<FeedConfig['format'], 'taxii' | 'misp_feed'>, DocumentReader>
> = {
  stix: (text, context, { sink }) => {
    const objects = readStixObjects(text, context.where);
    if (!objects.ok) return objects;
    const { relationships, sightings } = readStix(objects.value, context, sink);
    return ok({ facts: { objects: objects.value.length, relationships, sightings } });
  },
  misp: (text, context, { sink }) => {
    const read = readMispEvents(text, context, sink);
    return read.ok ? ok({ facts: { ...read.value } }) : read;
  },
  warninglist: (text, context, { feed }) => {
    const read = readWarninglist(text, context.where, feed.id);
    return read.ok
      ? ok({ warninglists: [read.value], facts: { entries: read.value.entries.length } })
      : read;
  },
  list: table,
  csv: table,
  json: (text, context, { feed, sink }) =>
    counted('rows', readJsonRows(text, { shape: toShape(feed), context, sink })),
  report: (text, context, { sink }) => ok({ facts: { found: readReport(text, context, sink) } }),
  kev: (text, context, { sink }) => counted('vulnerabilities', readKev(text, context, sink)),
  epss: (text, context, { sink }) => counted('vulnerabilities', readEpss(text, context, sink)),
  csaf: (text, context, { sink }) => counted('advisories', readAdvisories(text, context, sink)),
  osv: (text, context, { sink }) => counted('advisories', readAdvisories(text, context, sink)),
};

const contextOf = (feed: FeedConfig, where: string): FeedContext => ({
  where,
  confidence: feed.confidence,
  label: feed.title ?? feed.id,
});

async function readDocument(given: Given): Promise<Result<FeedReading>> {
  const { feed, client, memory, set } = given;
  if (feed.format === 'taxii') return readFromTaxii(given);
  if (feed.format === 'misp_feed') return readFolder(given, MISP_FOLDER);
  if (feed.format === 'csaf' && feed.url.endsWith('/')) return readFolder(given, CSAF_FOLDER);
  const got = await client.get(feed.url, { version: toMemory(memory['version']) as Version });
  if (!got.ok) return got;
  if (got.value.kind === 'unchanged') return ok({ kind: 'unchanged', memory });
  const version: JsonObject = { version: { ...got.value.version } };
  const rolie = feed.format === 'csaf' ? readRolie(got.value.text) : undefined;
  if (rolie) return readListed(given, CSAF_FOLDER, { listed: ofHome(rolie, given), more: version });
  const read = DOCUMENTS[feed.format](got.value.text, contextOf(feed, feed.url), given);
  if (!read.ok) return read;
  return ok({
    kind: 'read',
    indicators: set,
    warninglists: read.value.warninglists ?? [],
    facts: read.value.facts ?? {},
    memory: version,
  });
}

/** Documents that lie where their feed does: a feed does not say what else this machine is to ask for. */
function ofHome(listed: readonly Listed[], { feed, sink }: Given): readonly Listed[] {
  const home = new URL(feed.url);
  const folder = new URL('.', home).href;
  const isHome = ({ origin, href }: URL): boolean =>
    home.protocol === 'file:' ? href.startsWith(folder) : origin === home.origin;
  return listed.flatMap(({ name, stamp }) => {
    const url = URL.canParse(name, home.href) ? new URL(name, home) : undefined;
    if (url && isHome(url)) return { name: url.href, stamp };
    sink.refuse('other_origin');
    return [];
  });
}

/** When everything was last read; undefined when it is time to do it again. */
function wholeAt({ memory, now }: Given): number | undefined {
  const at = memory['wholeAt'];
  return typeof at === 'number' && now - at < WHOLE_AGAIN_MS ? at : undefined;
}

async function readFromTaxii(given: Given): Promise<Result<FeedReading>> {
  const { feed, client, memory, now, sink, set } = given;
  const at = wholeAt(given);
  const marks = at === undefined ? {} : (toMemory(memory['marks']) as Marks);
  const read = await readTaxii(client, feed, marks);
  if (!read.ok) return read;
  const { objects, collections, pages } = read.value;
  const next: JsonObject = { wholeAt: at ?? now, marks: { ...read.value.marks } };
  const isPart = at !== undefined && Object.keys(marks).length > 0;
  if (isPart && objects.length === 0) return ok({ kind: 'unchanged', memory: next });
  const summary = readStix(objects, contextOf(feed, feed.url), sink);
  const { relationships, sightings, replaced } = summary;
  return ok({
    kind: 'read',
    indicators: set,
    warninglists: [],
    ...(isPart ? { replaced } : {}),
    facts: { objects: objects.length, collections, pages, relationships, sightings },
    memory: next,
  } satisfies Read);
}

/** A file of a folder; another stamp than before means that it changed. */
interface Listed {
  readonly name: string;
  readonly stamp: string | number;
}

interface Target {
  readonly name: string;
  readonly sink: IndicatorSink;
}

/** A folder of documents with a file that lists them. */
interface Folder {
  readonly list: string;
  readonly readList: (text: string, where: string) => Result<readonly Listed[]>;
  /** The file of what is listed. */
  readonly fileOf: (name: string) => string;
  /** Reads the file of a name and tells how many things it held. */
  readonly read: (text: string, context: FeedContext, to: Target) => Result<number>;
  /** What files and things are called in the facts. */
  readonly nouns: readonly [files: string, things: string];
}

const MISP_FOLDER: Folder = {
  list: 'manifest.json',
  readList(text, where) {
    const read = readMispManifest(text, where);
    return read.ok
      ? ok(read.value.map(({ uuid, timestamp }) => ({ name: uuid, stamp: timestamp })))
      : read;
  },
  fileOf: (name) => `${name}.json`,
  read(text, context, { sink }) {
    const read = readMispEvents(text, context, sink);
    return read.ok ? ok(read.value.attributes) : read;
  },
  nouns: ['events', 'attributes'],
};

const CSAF_FOLDER: Folder = {
  list: 'changes.csv',
  readList: (text) => ok(readAdvisoryList(text)),
  fileOf: (name) => name,
  // Known by its file, so that the next version of the file replaces it.
  read: (text, context, { name, sink }) =>
    readAdvisories(text, context, {
      refuse: sink.refuse,
      keep: (indicator) => sink.keep({ ...indicator, reference: name }),
    }),
  nouns: ['files', 'advisories'],
};

async function readFolder(given: Given, folder: Folder): Promise<Result<FeedReading>> {
  const { feed, client, memory } = given;
  const base = feed.url.endsWith('/') ? feed.url : `${feed.url}/`;
  const got = await client.get(`${base}${folder.list}`);
  if (!got.ok) return got;
  if (got.value.kind === 'unchanged') return ok({ kind: 'unchanged', memory });
  const listed = folder.readList(got.value.text, `${base}${folder.list}`);
  return listed.ok ? readListed(given, folder, { base, listed: listed.value }) : listed;
}

/** Reads what is listed and changed; `more` is remembered, too. */
async function readListed(
  given: Given,
  folder: Folder,
  from: { readonly base?: string; readonly listed: readonly Listed[]; readonly more?: JsonObject },
): Promise<Result<FeedReading>> {
  const { memory, now } = given;
  const { base = '', listed, more = {} } = from;
  const at = wholeAt(given);
  const known = at === undefined ? {} : toMemory(memory['files']);
  const changed = listed.filter(({ name, stamp }) => known[name] !== stamp);
  const there = new Set(listed.map(({ name }) => name));
  const gone = Object.keys(known).filter((name) => !there.has(name));
  const files = Object.fromEntries(listed.map(({ name, stamp }) => [name, stamp]));
  const next: JsonObject = { ...more, wholeAt: at ?? now, files };
  if (at !== undefined && changed.length === 0 && gone.length === 0)
    return ok({ kind: 'unchanged', memory: next });
  const read = await readFiles(given, folder, { base, changed });
  if (!read.ok) return read;
  const [filesNoun, thingsNoun] = folder.nouns;
  return ok({
    kind: 'read',
    indicators: given.set,
    warninglists: [],
    ...(at === undefined ? {} : { replaced: [...changed.map(({ name }) => name), ...gone] }),
    facts: { [filesNoun]: changed.length, [thingsNoun]: read.value },
    memory: next,
  } satisfies Read);
}

/** Reads the files that changed; the number of what they held. */
async function readFiles(
  { client, feed, sink }: Given,
  folder: Folder,
  { base, changed }: { readonly base: string; readonly changed: readonly Listed[] },
): Promise<Result<number>> {
  let things = 0;
  for (const { name } of changed) {
    const where = `${base}${folder.fileOf(name)}`;
    const got = await client.get(where);
    if (!got.ok) return got;
    const text = got.value.kind === 'fresh' ? got.value.text : '';
    const read = folder.read(text, contextOf(feed, where), { name, sink });
    if (!read.ok) return read;
    things += read.value;
  }
  return ok(things);
}

/** Reads a feed of any form once. What is wrong is a problem with the place; nothing is half taken. */
export const readFeed: ReadFeed = async (feed, memory, { signal, now }: Around) => {
  const set = new IndicatorSet();
  const at = now();
  try {
    await using client = await openFeedClient(feed, signal);
    const sink = withEnd(set, feed, at);
    return await readDocument({ feed, client, memory: toMemory(memory), now: at, sink, set });
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return err({
      code: 'feed_unreachable',
      detail: `It could not be read: ${text}.`,
      at: { file: feed.url },
      retryable: true,
    });
  }
};
