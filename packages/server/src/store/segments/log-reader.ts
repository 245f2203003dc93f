import type { Problem } from '@cordon/core';
import { type PackedRecords, packRecords } from '../packed-records.ts';
import type { RecordLog } from '../ports.ts';
import type { Block } from './block.ts';
import { blockAt } from './block.ts';
import { filterAt, gramsOf, mayHold } from './block-filter.ts';
import type { StoredRecord } from './frame.ts';
import { decodeFrame, type FrameSpan, sliceFrame, spansOf } from './frame.ts';
import type { SealedBlock, Segment } from './segment-file.ts';
import { readBlock, readRange } from './segment-file.ts';

export interface ReaderOptions {
  readonly segments: () => readonly Segment[];
  /** Damage found while reading is told here. */
  readonly repairs: Problem[];
}

type SearchQuery = Parameters<RecordLog['search']>[0];

export interface LogReader {
  read(offset: number, limit: number): Promise<readonly StoredRecord[]>;
  readPacked(offset: number, limit: number): Promise<PackedRecords | undefined>;
  search(query: SearchQuery): Promise<readonly StoredRecord[]>;
}

const CACHED_BLOCKS = 8;

const isInTime = (block: Pick<Block, 'minAt' | 'maxAt'>, query: SearchQuery): boolean =>
  block.maxAt >= (query.fromAt ?? Number.NEGATIVE_INFINITY) &&
  block.minAt <= (query.toAt ?? Number.POSITIVE_INFINITY);

/** Loads blocks, keeps the last few, and tells of damage once. */
function createBlockLoader({ segments, repairs }: ReaderOptions) {
  const cache = new Map<string, Buffer>();
  const told = new Set<string>();

  const tellDamage = (segment: Segment, block: Block): void => {
    const key = `${segment.path} ${block.first}`;
    if (told.has(key)) return;
    told.add(key);
    repairs.push({
      code: 'block_damaged',
      detail: `Records ${block.first} to ${block.first + block.count - 1} do not fit their checksum and are left out.`,
      hint: 'Restore the file from a backup if the records are needed; check the disk.',
      at: { file: segment.path },
      retryable: false,
    });
  };

  const load = async (segment: Segment, block: Block): Promise<Buffer> => {
    const key = `${segment.path} ${block.position} ${block.length}`;
    const known = cache.get(key);
    if (known) return known;
    const data = await readBlock(segment, block);
    if (!data) {
      tellDamage(segment, block);
      return Buffer.alloc(0);
    }
    cache.set(key, data);
    const oldest = cache.keys().next().value;
    if (cache.size > CACHED_BLOCKS && oldest !== undefined) cache.delete(oldest);
    return data;
  };

  /** A segment may be sealed, and its log removed, between looking it up and reading it; or be past its retention. */
  const loadCurrent = async (segment: Segment, block: Block): Promise<Buffer | undefined> => {
    try {
      return await load(segment, block);
    } catch (error) {
      const now = segments().find((other) => other.first === segment.first);
      if (!now) return undefined;
      const moved = now?.blocks[blockAt(now.blocks, block.first)];
      if (!moved || now.path === segment.path) throw error;
      return load(now, moved);
    }
  };

  /** The whole frames of a block; none when the block does not hold the needle that is asked for. */
  return async (segment: Segment, block: Block, needle?: Buffer): Promise<Frames> => {
    const data = await loadCurrent(segment, block);
    if (data === undefined || (needle && data.length > 0 && !data.includes(needle)))
      return NO_FRAMES;
    const end = block.first + block.count;
    const spans = [...spansOf(data)].filter(({ first }) => first < end);
    const whole = spans.reduce((sum, { count }) => sum + count, 0);
    if (whole < block.count) tellDamage(segment, block);
    return { data, spans };
  };
}

/** Frames as they were found in some bytes. */
interface Frames {
  readonly data: Buffer;
  readonly spans: readonly FrameSpan[];
}
const NO_FRAMES: Frames = { data: Buffer.alloc(0), spans: [] };

function recordsIn({ data, spans }: Frames): StoredRecord[] {
  const records: StoredRecord[] = [];
  for (const span of spans) for (const record of decodeFrame(data, span)) records.push(record);
  return records;
}

/** Gathers records without a hole, from an offset on. */
function createPack(offset: number, limit: number) {
  const parts: { readonly bytes: Buffer; readonly count: number }[] = [];
  let first = offset;
  let count = 0;
  const addFrame = (data: Buffer, span: FrameSpan): boolean => {
    if (span.first + span.count <= offset) return true;
    if (count === 0) first = Math.max(offset, span.first);
    else if (span.first !== first + count) return false;
    const part = sliceFrame(data, span, { from: first + count, limit: limit - count });
    parts.push(part);
    count += part.count;
    return count < limit;
  };
  return {
    /** False once nothing more goes in: it is full, or a hole follows. */
    take: ({ data, spans }: Frames): boolean => spans.every((span) => addFrame(data, span)),
    done: () => (count === 0 ? undefined : packRecords(first, parts)),
  };
}

export function createLogReader(options: ReaderOptions): LogReader {
  const { segments } = options;
  const framesOf = createBlockLoader(options);

  /** The blocks from an offset on, across segments as they are now. */
  async function* framesFrom(offset: number): AsyncGenerator<Frames> {
    for (const segment of segments()) {
      const blocks = [...segment.blocks];
      for (const block of blocks.slice(blockAt(blocks, offset)))
        yield await framesOf(segment, block);
    }
  }

  return {
    async read(offset, limit) {
      const found: StoredRecord[] = [];
      if (limit <= 0) return found;
      for await (const frames of framesFrom(offset)) {
        for (const record of recordsIn(frames))
          if (record.offset >= offset && found.length < limit) found.push(record);
        if (found.length >= limit) break;
      }
      return found;
    },
    async readPacked(offset, limit) {
      const pack = createPack(offset, limit);
      for await (const frames of framesFrom(offset)) if (!pack.take(frames)) break;
      return pack.done();
    },
    async search(query) {
      const needle = Buffer.from(query.text);
      const found: StoredRecord[] = [];
      for (const segment of [...segments()].reverse()) {
        for (const block of [...(await candidatesIn(segment, query, needle))].reverse()) {
          if (found.length >= query.limit) return found;
          const records = recordsIn(await framesOf(segment, block, needle));
          const hits = records.filter((record) => isHit(record, query, needle));
          found.push(...hits.reverse().slice(0, query.limit - found.length));
        }
      }
      return found;
    },
  };
}

const isHit = (record: StoredRecord, query: SearchQuery, needle: Buffer): boolean =>
  isInTime({ minAt: record.receivedAt, maxAt: record.receivedAt }, query) &&
  Buffer.from(record.bytes.buffer, record.bytes.byteOffset, record.bytes.length).includes(needle);

/** Blocks of the right time, less those whose filter says that the text is not in them. */
async function candidatesIn(
  segment: Segment,
  query: SearchQuery,
  needle: Buffer,
): Promise<readonly Block[]> {
  const inTime = segment.blocks.filter((block) => isInTime(block, query));
  const grams = gramsOf(needle);
  if (!segment.isSealed || grams.length === 0 || inTime.length === 0) return inTime;
  const places = inTime.flatMap((block) => (block as SealedBlock).filter ?? []);
  const first = places[0];
  const last = places.at(-1);
  if (first === undefined || last === undefined) return inTime;
  const end = last.position + last.length;
  const data = await readRange(segment.path, first.position, end - first.position).catch(() =>
    Buffer.alloc(0),
  );
  return inTime.filter((block) => {
    const place = (block as SealedBlock).filter;
    const filter = place && filterAt(data, first.position, place);
    return filter === undefined || mayHold(filter, grams);
  });
}
