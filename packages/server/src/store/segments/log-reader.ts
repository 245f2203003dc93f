import type { Problem } from '@cordon/core';
import type { RecordLog } from '../ports.ts';
import type { Block } from './block.ts';
import { blockAt } from './block.ts';
import type { StoredRecord } from './frame.ts';
import { decodeFrame, spansOf } from './frame.ts';
import type { Segment } from './segment-file.ts';
import { readBlock } from './segment-file.ts';

export interface ReaderOptions {
  readonly segments: () => readonly Segment[];
  /** Damage found while reading is told here. */
  readonly repairs: Problem[];
}

type SearchQuery = Parameters<RecordLog['search']>[0];

export interface LogReader {
  read(offset: number, limit: number): Promise<readonly StoredRecord[]>;
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

  /** A segment may be sealed, and its log removed, between looking it up and reading it. */
  const loadCurrent = async (segment: Segment, block: Block): Promise<Buffer> => {
    try {
      return await load(segment, block);
    } catch (error) {
      const now = segments().find((other) => other.first === segment.first);
      const moved = now?.blocks[blockAt(now.blocks, block.first)];
      if (!now || !moved || now.path === segment.path) throw error;
      return load(now, moved);
    }
  };

  const recordsOf = async (segment: Segment, block: Block): Promise<StoredRecord[]> => {
    const data = await loadCurrent(segment, block);
    const records: StoredRecord[] = [];
    for (const span of spansOf(data))
      for (const record of decodeFrame(data, span)) records.push(record);
    const whole = records.filter((record) => record.offset < block.first + block.count);
    if (whole.length < block.count) tellDamage(segment, block);
    return whole;
  };

  return recordsOf;
}

export function createLogReader(options: ReaderOptions): LogReader {
  const { segments } = options;
  const recordsOf = createBlockLoader(options);
  return {
    async read(offset, limit) {
      const found: StoredRecord[] = [];
      for (const segment of segments()) {
        const blocks = [...segment.blocks];
        for (const block of blocks.slice(blockAt(blocks, offset))) {
          if (found.length >= limit) return found;
          const records = await recordsOf(segment, block);
          found.push(
            ...records.filter((record) => record.offset >= offset).slice(0, limit - found.length),
          );
        }
      }
      return found;
    },
    async search(query) {
      const needle = Buffer.from(query.text);
      const found: StoredRecord[] = [];
      for (const segment of [...segments()].reverse()) {
        for (const block of [...segment.blocks].reverse()) {
          if (!isInTime(block, query)) continue;
          if (found.length >= query.limit) return found;
          const records = await recordsOf(segment, block);
          const hits = records.filter(
            (record) =>
              isInTime({ minAt: record.receivedAt, maxAt: record.receivedAt }, query) &&
              Buffer.from(
                record.bytes.buffer,
                record.bytes.byteOffset,
                record.bytes.length,
              ).includes(needle),
          );
          found.push(...hits.reverse().slice(0, query.limit - found.length));
        }
      }
      return found;
    },
  };
}
