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
  readEpss,
  readJsonRows,
  readKev,
  readMispEvents,
  readMispManifest,
  readReport,
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
};

const contextOf = (feed: FeedConfig, where: string): FeedContext => ({
  where,
  confidence: feed.confidence,
  label: feed.title ?? feed.id,
});

async function readDocument(given: Given): Promise<Result<FeedReading>> {
  const { feed, client, memory, set } = given;
  if (feed.format === 'taxii' || feed.format === 'misp_feed') return readSeveral(given);
  const got = await client.get(feed.url, { version: toMemory(memory['version']) as Version });
  if (!got.ok) return got;
  if (got.value.kind === 'unchanged') return ok({ kind: 'unchanged', memory });
  const read = DOCUMENTS[feed.format](got.value.text, contextOf(feed, feed.url), given);
  if (!read.ok) return read;
  return ok({
    kind: 'read',
    indicators: set,
    warninglists: read.value.warninglists ?? [],
    facts: read.value.facts ?? {},
    memory: { version: { ...got.value.version } },
  });
}

const readSeveral = (given: Given): Promise<Result<FeedReading>> =>
  given.feed.format === 'taxii' ? readFromTaxii(given) : readFromMisp(given);

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

async function readFromMisp(given: Given): Promise<Result<FeedReading>> {
  const { feed, client, memory, now } = given;
  const base = feed.url.endsWith('/') ? feed.url : `${feed.url}/`;
  const listed = await client.get(`${base}manifest.json`);
  if (!listed.ok) return listed;
  if (listed.value.kind === 'unchanged') return ok({ kind: 'unchanged', memory });
  const manifest = readMispManifest(listed.value.text, `${base}manifest.json`);
  if (!manifest.ok) return manifest;
  const at = wholeAt(given);
  const known = at === undefined ? {} : toMemory(memory['events']);
  const changed = manifest.value.filter(({ uuid, timestamp }) => known[uuid] !== timestamp);
  const there = new Set(manifest.value.map(({ uuid }) => uuid));
  const gone = Object.keys(known).filter((uuid) => !there.has(uuid));
  const events = Object.fromEntries(manifest.value.map(({ uuid, timestamp }) => [uuid, timestamp]));
  const next: JsonObject = { wholeAt: at ?? now, events };
  if (at !== undefined && changed.length === 0 && gone.length === 0)
    return ok({ kind: 'unchanged', memory: next });
  const read = await readEvents(given, base, changed);
  if (!read.ok) return read;
  return ok({
    kind: 'read',
    indicators: given.set,
    warninglists: [],
    ...(at === undefined ? {} : { replaced: [...changed.map(({ uuid }) => uuid), ...gone] }),
    facts: { events: changed.length, attributes: read.value },
    memory: next,
  } satisfies Read);
}

/** Reads event files; the number of their attributes. */
async function readEvents(
  { client, feed, sink }: Given,
  base: string,
  events: readonly { readonly uuid: string }[],
): Promise<Result<number>> {
  let attributes = 0;
  for (const { uuid } of events) {
    const where = `${base}${uuid}.json`;
    const got = await client.get(where);
    if (!got.ok) return got;
    const text = got.value.kind === 'fresh' ? got.value.text : '';
    const read = readMispEvents(text, contextOf(feed, where), sink);
    if (!read.ok) return read;
    attributes += read.value.attributes;
  }
  return ok(attributes);
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
