import type { Json } from '@cordon/core';
import type { RecordLog, StateStore } from '../store/ports.ts';

/*
 * How many records of each source are in the record log, counted where they are appended: the other
 * of the two books. The pipeline's tallies say what became of them; both must agree. What was counted
 * is noted now and then with the offset it is about, and counted on from the log itself after a crash.
 */

const SETTING = 'accepted_by_source';
const SCAN_RECORDS = 2_000;
const FIRST_CAPACITY = 4_096;
const ENDS: ReadonlySet<string> = new Set(['parsed', 'unparsed', 'skipped', 'dead_letter']);

interface Count {
  accepted: number;
  waiting: number;
  lastOffset?: number;
  lastAt?: number;
}

/** What is asked of the log. */
type Log = Pick<RecordLog, 'read' | 'head' | 'tail'>;
type Store = Pick<StateStore, 'getSetting' | 'setSetting' | 'listTallies' | 'loadPipelineState'>;

/** Counts records by source as they are appended and as they are accounted for. */
export class SourceLedger {
  private readonly names: string[] = [];
  private readonly numbers = new Map<string, number>();
  private readonly counts: Count[] = [];
  /** The source of every record from `base` on, as its number. */
  private waiting = new Uint16Array(FIRST_CAPACITY);
  private base = 0;
  private end = 0;
  private savedEnd = -1;

  /** Records were appended from this offset on. */
  add(
    first: number,
    records: readonly { readonly sourceId: string; readonly receivedAt: number }[],
  ): void {
    this.grow(first + records.length);
    for (const [index, { sourceId, receivedAt }] of records.entries()) {
      const offset = first + index;
      const number = this.numberOf(sourceId);
      const count = this.counts[number];
      if (!count) continue;
      count.accepted += 1;
      count.lastOffset = offset;
      count.lastAt = receivedAt;
      if (offset < this.base) continue;
      this.waiting[offset - this.base] = number + 1;
      count.waiting += 1;
    }
    this.end = Math.max(this.end, first + records.length);
  }

  /** Records below this offset are accounted for. */
  settle(committedOffset: number): void {
    const settled = Math.min(committedOffset, this.end) - this.base;
    for (let index = 0; index < settled; index += 1) {
      const count = this.counts[(this.waiting[index] ?? 0) - 1];
      if (count) count.waiting -= 1;
    }
    if (settled > 0) this.waiting.copyWithin(0, settled, this.end - this.base);
    if (settled > 0) this.waiting.fill(0, this.end - this.base - settled, this.end - this.base);
    this.base = Math.max(this.base, committedOffset);
    this.end = Math.max(this.end, this.base);
  }

  of(sourceId: string): Readonly<Count> | undefined {
    const number = this.numbers.get(sourceId);
    return number === undefined ? undefined : this.counts[number];
  }

  sourceIds(): readonly string[] {
    return this.names;
  }

  /** The oldest record of the source that waits. */
  oldestWaiting(sourceId: string): number | undefined {
    const number = this.numbers.get(sourceId);
    if (number === undefined || this.counts[number]?.waiting === 0) return undefined;
    const index = this.waiting.subarray(0, this.end - this.base).indexOf(number + 1);
    return index < 0 ? undefined : this.base + index;
  }

  /** Counts on from what was noted, or, without a note, from the books of the pipeline. */
  async restore(log: Log, store: Store): Promise<void> {
    const noted = toNote(await store.getSetting(SETTING));
    const { committedOffset } = await store.loadPipelineState();
    const isGood = noted && noted.offset >= log.tail() && noted.offset <= log.head();
    const from = isGood ? noted.offset : committedOffset;
    if (isGood) for (const [id, count] of Object.entries(noted.counts)) this.seed(id, count);
    else
      for (const { sourceId, outcome, count } of await store.listTallies())
        if (ENDS.has(outcome)) this.seed(sourceId, { accepted: count });
    this.base = Math.min(from, committedOffset);
    this.end = this.base;
    await this.scan(log, { from, committedOffset });
    this.settle(committedOffset);
  }

  /** Notes what was counted, when that is something new. */
  async save(store: Pick<StateStore, 'setSetting'>): Promise<void> {
    if (this.savedEnd === this.end) return;
    const offset = this.end;
    const counts = Object.fromEntries(
      this.counts.map(({ accepted, lastOffset, lastAt }, number) => [
        this.names[number] ?? '',
        {
          accepted,
          ...(lastOffset === undefined ? {} : { lastOffset }),
          ...(lastAt === undefined ? {} : { lastAt }),
        },
      ]),
    );
    await store.setSetting(SETTING, { offset, counts });
    this.savedEnd = offset;
  }

  /** Records before the note that still wait are read for their sources, but were counted. */
  private async scan(
    log: Log,
    { from, committedOffset }: { readonly from: number; readonly committedOffset: number },
  ): Promise<void> {
    let offset = Math.max(log.tail(), Math.min(from, committedOffset));
    for (;;) {
      const records = await log.read(offset, SCAN_RECORDS);
      const last = records.at(-1);
      if (last === undefined) return;
      for (const record of records) {
        this.add(record.offset, [record]);
        const count = this.counts[this.numberOf(record.sourceId)];
        if (record.offset < from && count) count.accepted -= 1;
      }
      offset = last.offset + 1;
    }
  }

  private seed(sourceId: string, seed: Partial<Count>): void {
    const count = this.counts[this.numberOf(sourceId)];
    if (!count) return;
    count.accepted += seed.accepted ?? 0;
    if (seed.lastOffset !== undefined) count.lastOffset = seed.lastOffset;
    if (seed.lastAt !== undefined) count.lastAt = seed.lastAt;
  }

  private numberOf(sourceId: string): number {
    const known = this.numbers.get(sourceId);
    if (known !== undefined) return known;
    this.numbers.set(sourceId, this.names.length);
    this.counts.push({ accepted: 0, waiting: 0 });
    return this.names.push(sourceId) - 1;
  }

  private grow(end: number): void {
    const needed = end - this.base;
    if (needed <= this.waiting.length) return;
    const larger = new Uint16Array(Math.max(needed, this.waiting.length * 2));
    larger.set(this.waiting);
    this.waiting = larger;
  }
}

/** The log as it is, but what is appended is counted. */
export function countAppends(
  log: RecordLog,
  onAppend: (first: number, records: Parameters<RecordLog['append']>[0]) => void,
): RecordLog {
  return {
    async append(records) {
      const first = await log.append(records);
      onAppend(first, records);
      return first;
    },
    read: (offset, limit) => log.read(offset, limit),
    readPacked: (offset, limit) => log.readPacked(offset, limit),
    get: (offset) => log.get(offset),
    search: (query) => log.search(query),
    size: () => log.size(),
    retire: (limits) => log.retire(limits),
    head: () => log.head(),
    tail: () => log.tail(),
    waitPast: (offset, signal) => log.waitPast(offset, signal),
    get repairs() {
      return log.repairs;
    },
    close: () => log.close(),
  };
}

interface Note {
  readonly offset: number;
  readonly counts: Readonly<Record<string, Partial<Count>>>;
}

function toNote(saved: Json | undefined): Note | undefined {
  const note = saved as unknown as Note | undefined;
  return typeof note?.offset === 'number' && typeof note.counts === 'object' ? note : undefined;
}
