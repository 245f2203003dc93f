import { mkdir } from 'node:fs/promises';
import type { Event, Problem } from '@cordon/core';
import type { DuckDBValue } from '@duckdb/node-api';
import type { EventQuery, EventStore } from '../ports.ts';
import { closedError, toStoreError } from '../store-error.ts';
import type { Engine } from './engine.ts';
import { openEngine } from './engine.ts';
import type { EventSegment } from './event-segment.ts';
import {
  fromSegments,
  hasBothEnds,
  isReadable,
  listEventSegments,
  mergeSegments,
  setAside,
  writeEventSegment,
} from './event-segment.ts';

/** The Parquet store also tells which of its files it had to set aside. */
export interface ParquetEventStore extends EventStore {
  readonly problems: readonly Problem[];
}

export interface ParquetOptions {
  readonly dir: string;
  /** This many segments written one after the other are merged into one; default 16. */
  readonly mergeCount?: number;
}

const MERGE_COUNT = 16;

const CONDITIONS = {
  fromAt: 'time >= CAST($fromAt AS BIGINT)',
  toAt: 'time <= CAST($toAt AS BIGINT)',
  classUid: 'class_uid = CAST($classUid AS INTEGER)',
  statusId: 'status_id = CAST($statusId AS INTEGER)',
  ip: 'list_contains(ips, $ip)',
  user: 'list_contains(users, $user)',
  host: 'list_contains(hosts, $host)',
  offsets: 'record_offset IN (SELECT unnest(CAST(CAST($offsets AS JSON) AS BIGINT[])))',
} as const;

type Conditions = Omit<EventQuery, 'limit'>;

/** The query as a WHERE clause with its values. */
function toWhere(query: Conditions): {
  readonly where: string;
  readonly values: Record<string, DuckDBValue>;
} {
  const given = {
    fromAt: query.fromAt,
    toAt: query.toAt,
    classUid: query.classUid,
    statusId: query.statusId,
    ip: query.ip,
    user: query.user?.toLowerCase(),
    host: query.host?.toLowerCase(),
    offsets: query.offsets && JSON.stringify(query.offsets),
  };
  const values: Record<string, DuckDBValue> = {};
  const parts = ['true'];
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) continue;
    values[name] = value;
    parts.push(CONDITIONS[name as keyof typeof CONDITIONS]);
  }
  return { where: parts.join(' AND '), values };
}

const mayHold = (segment: EventSegment, query: Conditions): boolean =>
  query.offsets === undefined ||
  query.offsets.some((offset) => offset >= segment.first && offset <= segment.last);

interface Shelf {
  segments: EventSegment[];
  durable: number;
  readonly problems: Problem[];
}

/** Sets damaged files aside; events from there on count as not durable, so that they are added again. */
async function dropDamaged(
  shelf: Shelf,
  isGood: (segment: EventSegment) => Promise<boolean>,
): Promise<void> {
  const good: EventSegment[] = [];
  for (const segment of shelf.segments) {
    if (await isGood(segment)) {
      good.push(segment);
      continue;
    }
    const name = await setAside(segment);
    shelf.durable = Math.min(shelf.durable, segment.first);
    shelf.problems.push({
      code: 'segment_damaged',
      detail: `The event segment of records ${segment.first} to ${segment.last} cannot be read and was set aside as ${name}.`,
      hint: 'Its events are made again from the record log at the next start.',
      at: { file: segment.path },
      retryable: false,
    });
  }
  shelf.segments = good;
}

async function openShelf(dir: string): Promise<Shelf> {
  await mkdir(dir, { recursive: true });
  const segments = await listEventSegments(dir);
  const durable = segments.reduce((offset, segment) => Math.max(offset, segment.last + 1), 0);
  const shelf: Shelf = { segments, durable, problems: [] };
  await dropDamaged(shelf, hasBothEnds);
  return shelf;
}

/** Takes rows from the segments; damage met on the way is set aside and the query asked again. */
async function select(
  shelf: Shelf,
  engine: Engine,
  ask: {
    readonly query: Conditions;
    readonly head: string;
    readonly tail?: string;
    readonly limit?: number;
  },
) {
  const { where, values } = toWhere(ask.query);
  const attempt = async (): Promise<readonly Record<string, unknown>[]> => {
    const segments = shelf.segments.filter((segment) => mayHold(segment, ask.query));
    if (segments.length === 0) return [];
    const given = ask.limit === undefined ? values : { ...values, limit: ask.limit };
    return engine.query(
      `${ask.head} FROM ${fromSegments(segments)} WHERE ${where} ${ask.tail ?? ''}`,
      given,
    );
  };
  try {
    return await attempt();
  } catch (error) {
    const before = shelf.segments.length;
    await dropDamaged(shelf, (segment) => isReadable(engine, segment));
    if (shelf.segments.length === before) throw error;
    return attempt();
  }
}

/** Runs one thing after the other, and nothing after close. */
function createTurns() {
  let last: Promise<unknown> = Promise.resolve();
  let isClosed = false;
  return {
    isClosed: () => isClosed,
    take<T>(work: () => Promise<T>): Promise<T> {
      if (isClosed) return Promise.reject(closedError());
      const mine = last.then(work).catch((error: unknown) => {
        throw toStoreError(error);
      });
      last = mine.catch(() => undefined);
      return mine;
    },
    async close() {
      isClosed = true;
      await last;
    },
  };
}

/** The event store as Parquet segments in one directory, queried by DuckDB in process. Rejects with `StoreError`. */
export async function openParquetEventStore(options: ParquetOptions): Promise<ParquetEventStore> {
  const { dir, mergeCount = MERGE_COUNT } = options;
  try {
    return createStore({
      dir,
      mergeCount,
      shelf: await openShelf(dir),
      engine: await openEngine(),
    });
  } catch (error) {
    throw toStoreError(error);
  }
}

function createStore({
  dir,
  mergeCount,
  shelf,
  engine,
}: Required<ParquetOptions> & {
  readonly shelf: Shelf;
  readonly engine: Engine;
}): ParquetEventStore {
  const turns = createTurns();
  let buffer: Event[] = [];
  let unmerged: EventSegment[] = [];

  const write = async (events: readonly Event[]): Promise<void> => {
    const once = [...new Map(events.map((event) => [event.provenance.offset, event])).values()];
    const segment = await writeEventSegment(engine, dir, once);
    shelf.segments.push(segment);
    shelf.durable = Math.max(shelf.durable, segment.last + 1);
    unmerged.push(segment);
  };

  const merge = async (): Promise<void> => {
    if (unmerged.length < mergeCount) return;
    const small = unmerged.filter((segment) => shelf.segments.includes(segment));
    unmerged = [];
    const merged = await mergeSegments(engine, dir, small);
    shelf.segments = [...shelf.segments.filter((segment) => !small.includes(segment)), merged];
  };

  return {
    problems: shelf.problems,
    add(events) {
      if (turns.isClosed()) throw closedError();
      for (const event of events) buffer.push(event);
    },
    flush: () =>
      turns.take(async () => {
        const taken = buffer;
        buffer = [];
        try {
          if (taken.length > 0) await write(taken);
        } catch (error) {
          buffer = [...taken, ...buffer];
          throw error;
        }
        await merge();
        return shelf.durable;
      }),
    durableOffset: () => shelf.durable,
    find: (query) =>
      turns.take(async () => {
        const rows = await select(shelf, engine, {
          query,
          head: 'SELECT any_value(body) AS body',
          tail: 'GROUP BY record_offset ORDER BY any_value(time), record_offset LIMIT CAST($limit AS BIGINT)',
          limit: query.limit,
        });
        return rows.map((row) => JSON.parse(String(row['body'])) as Event);
      }),
    count: (query) =>
      turns.take(async () => {
        const rows = await select(shelf, engine, {
          query,
          head: 'SELECT count(DISTINCT record_offset) AS n',
        });
        return Number(rows[0]?.['n'] ?? 0);
      }),
    async close() {
      if (turns.isClosed()) return;
      await turns.close();
      engine.close();
    },
  };
}
