import { type EpochMs, EVERYTHING, type Event, type Problem } from '@cordon/core';
import type { DuckDBValue } from '@duckdb/node-api';
import { toLetter } from '../event-letter.ts';
import type { EventQuery } from '../event-query.ts';
import { matchesQuery } from '../event-query.ts';
import type { HuntPage, HuntScope, HuntTop } from '../hunt.ts';
import { isHunted } from '../hunt-match.ts';
import type { ObservedPage } from '../observed.ts';
import { type PackedEvents, packEvents } from '../packed-events.ts';
import type { DeadLetter, EventStore } from '../ports.ts';
import { closedError, toStoreError } from '../store-error.ts';
import type { Engine } from './engine.ts';
import { openEngine } from './engine.ts';
import type { EventRow } from './event-row.ts';
import type { EventSegment } from './event-segment.ts';
import { mergeSegments, removeSegments } from './event-segment.ts';
import { type Ask, findHunted, readBars, readSeen, readTop } from './hunt-read.ts';
import { planMerge } from './merge-plan.ts';
import { readObserved } from './observed-read.ts';
import { ask, select } from './select.ts';
import { openShelf, retireFrom, type Shelf, sizeOf } from './shelf.ts';
import { WaitingEvents } from './waiting-events.ts';
import { writeOrRefuse } from './write-or-refuse.ts';

/** The Parquet store also tells which of its files it had to set aside. */
export interface ParquetEventStore extends EventStore {
  readonly problems: readonly Problem[];
}

export interface ParquetOptions {
  readonly dir: string;
  /** This many neighbours of about one size are merged into one; default 8. */
  readonly mergeCount?: number;
  /** Keeps the letters of events that the engine cannot take; without it they are told as problems only. */
  readonly onRefused?: (letters: readonly DeadLetter[]) => Promise<void>;
}

const MERGE_COUNT = 8;
const MAX_PROBLEMS = 20;
const HUNT_ATTEMPTS = 5;
const MAX_MERGED_BYTES = 256 * 1024 * 1024;

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

const byTime = (a: Event, b: Event): number =>
  a.time - b.time || a.provenance.offset - b.provenance.offset;

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

/**
 * The event store as Parquet segments in one directory, queried by DuckDB in process. Small files that
 * an earlier process left are merged after opening. Rejects with `StoreError`.
 */
export async function openParquetEventStore(options: ParquetOptions): Promise<ParquetEventStore> {
  try {
    const shelf = await openShelf(options.dir);
    return new ParquetEvents(options, { shelf, engine: await openEngine() });
  } catch (error) {
    throw toStoreError(error);
  }
}

class ParquetEvents implements ParquetEventStore {
  readonly problems: Problem[];
  private readonly options: ParquetOptions;
  private readonly shelf: Shelf;
  private readonly engine: Engine;
  /** Questions, and whatever takes files away from under them, one after the other. */
  private readonly turns = createTurns();
  /** Writes and merges, which only add files, beside them. */
  private readonly writes = createTurns();
  private readonly hunts = createTurns();
  private readonly waiting = new WaitingEvents();
  /** Events that are not even JSON: their letters are kept with the next flush. */
  private unfit: readonly DeadLetter[] = [];

  constructor(options: ParquetOptions, parts: { readonly shelf: Shelf; readonly engine: Engine }) {
    this.options = options;
    this.shelf = parts.shelf;
    this.engine = parts.engine;
    this.problems = parts.shelf.problems;
    this.writes.take(() => this.merge()).catch((error) => this.tell(error));
  }

  add(events: readonly Event[]): void {
    const { unfit, ...packed } = packEvents(events);
    this.unfit = [...this.unfit, ...unfit.map(({ event, error }) => toLetter(event, error))];
    this.addPacked(packed);
  }

  addPacked(packed: PackedEvents): void {
    if (this.writes.isClosed()) throw closedError();
    this.waiting.add(packed);
  }

  flush(): Promise<number> {
    return this.writes.take(async () => {
      await this.refuseUnfit();
      try {
        const rows = await this.waiting.take();
        if (rows.length > 0) await this.write(rows);
      } catch (error) {
        this.waiting.putBack();
        throw error;
      }
      // What is written is durable, merged or not.
      await this.merge().catch((error) => this.tell(error));
      return this.shelf.durable;
    });
  }

  durableOffset(): number {
    return this.shelf.durable;
  }

  size() {
    return sizeOf(this.shelf);
  }

  retire(limits: Parameters<EventStore['retire']>[0]) {
    return this.writes.take(() => this.turns.take(() => retireFrom(this.shelf, limits)));
  }

  find(query: EventQuery): Promise<readonly Event[]> {
    return this.turns.take(async () => {
      const waiting = this.unwritten((event) => matchesQuery(event, query), query.ip);
      const rows = await select(this.shelf, this.engine, {
        clause: toWhere(query),
        mayHold: (segment) => mayHold(segment, query),
        head: 'SELECT any_value(body) AS body',
        tail: 'GROUP BY record_offset ORDER BY any_value(time), record_offset LIMIT CAST($limit AS BIGINT)',
        limit: query.limit,
      });
      const written = rows.map((row) => JSON.parse(String(row['body'])) as Event);
      return [...written, ...waiting].sort(byTime).slice(0, query.limit);
    });
  }

  count(query: Conditions): Promise<number> {
    return this.turns.take(async () => {
      const waiting = this.unwritten((event) => matchesQuery(event, query), query.ip).length;
      const rows = await select(this.shelf, this.engine, {
        clause: toWhere(query),
        mayHold: (segment) => mayHold(segment, query),
        head: 'SELECT count(DISTINCT record_offset) AS n',
      });
      return Number(rows[0]?.['n'] ?? 0) + waiting;
    });
  }

  observed(page: ObservedPage) {
    const { fromAt, toAt } = page;
    return this.hunted({ hunt: EVERYTHING, fromAt, toAt }, (files, waiting) =>
      readObserved(files, page, waiting),
    );
  }

  hunt(page: HuntPage) {
    return this.hunted(page, (files, waiting) => findHunted(files, page, waiting));
  }

  huntBars(scope: HuntScope, bucketMs: number) {
    return this.hunted(scope, (files, waiting) => readBars(files, { ...scope, bucketMs }, waiting));
  }

  huntTop(top: HuntTop) {
    return this.hunted(top, (files, waiting) => readTop(files, top, waiting));
  }

  seenLogsources(fromAt: EpochMs) {
    const scope = { hunt: EVERYTHING, fromAt };
    return this.hunted(scope, (files, waiting) => readSeen(files, scope, waiting));
  }

  /**
   * Hunts wait for each other and for nobody else, and nobody waits for them: a file may be merged
   * away under one, which begins anew then. What fails for another reason is asked in turn.
   */
  private hunted<T>(
    scope: HuntScope,
    read: (files: Ask, waiting: readonly Event[]) => Promise<T>,
  ): Promise<T> {
    const waiting = () => this.unwritten((event) => isHunted(event, scope));
    return this.hunts.take(async () => {
      for (let attempt = 0; attempt < HUNT_ATTEMPTS; attempt += 1) {
        const { segments } = this.shelf;
        try {
          return await read((question) => ask(segments, this.engine.hunt, question), waiting());
        } catch (error) {
          if (segments === this.shelf.segments) break;
          if (attempt === HUNT_ATTEMPTS - 1) throw error;
        }
      }
      return this.turns.take(() =>
        read((question) => select(this.shelf, this.engine, question), waiting()),
      );
    });
  }

  /**
   * What is in no file yet and fits; called in the same moment in which the files are chosen. The text
   * `holding` is a value of every event that fits.
   */
  private unwritten(isWanted: (event: Event) => boolean, holding?: string): readonly Event[] {
    const { durable } = this.shelf;
    return this.waiting.find(
      (event) => event.provenance.offset >= durable && isWanted(event),
      holding,
    );
  }

  async close(): Promise<void> {
    if (this.writes.isClosed()) return;
    await this.writes.close();
    await this.hunts.close();
    await this.turns.close();
    this.engine.close();
  }

  private async write(rows: readonly EventRow[]): Promise<void> {
    const { shelf, engine, options } = this;
    const written = await writeOrRefuse(engine, options.dir, rows);
    if (written.refused.length > 0) await this.refuse(written.refused);
    this.waiting.settle();
    shelf.segments = [...shelf.segments, ...written.segments];
    shelf.durable = rows.reduce(
      (durable, { provenance }) => Math.max(durable, provenance.offset + 1),
      shelf.durable,
    );
  }

  private async refuseUnfit(): Promise<void> {
    const letters = this.unfit;
    if (letters.length === 0) return;
    await this.refuse(letters);
    this.unfit = this.unfit.slice(letters.length);
  }

  private async refuse(letters: readonly DeadLetter[]): Promise<void> {
    await this.options.onRefused?.(letters);
    this.problems.push(...letters.map(({ problem }) => problem));
    this.problems.splice(0, this.problems.length - MAX_PROBLEMS);
  }

  private async merge(): Promise<void> {
    const { shelf, engine, options } = this;
    const rule = { count: options.mergeCount ?? MERGE_COUNT, maxBytes: MAX_MERGED_BYTES };
    for (;;) {
      const small = planMerge(shelf.segments, rule);
      if (small.length === 0 || this.writes.isClosed()) return;
      const merged = await mergeSegments(engine, options.dir, small);
      shelf.segments = [...shelf.segments.filter((other) => !small.includes(other)), merged];
      await this.turns.take(() => removeSegments(small));
    }
  }

  private tell(error: unknown): void {
    this.problems.push(toStoreError(error).problem);
    this.problems.splice(0, this.problems.length - MAX_PROBLEMS);
  }
}
