import type { RecordLog } from '../ports.ts';
import { toRawRecord } from '../raw-record.ts';
import { toStoreError } from '../store-error.ts';
import { createLogReader } from './log-reader.ts';
import { scanFrames } from './open-log.ts';
import { listSegments, openSealed, readWhole, type Segment, segmentPath } from './segment-file.ts';

/** The reading half of a record log. */
export type RecordReader = Pick<RecordLog, 'get' | 'read' | 'search' | 'head' | 'tail'>;

const ATTEMPTS = 3;

/**
 * The record log of a directory as it is now, to read from: takes no lock, repairs nothing, and may
 * stand beside a process that appends. Rejects with `StoreError`.
 */
export async function peekSegmentLog({ dir }: { readonly dir: string }): Promise<RecordReader> {
  let segments: readonly Segment[];
  try {
    segments = await listStable(dir);
  } catch (error) {
    throw toStoreError(error);
  }
  const reader = createLogReader({ segments: () => segments, repairs: [] });
  const last = segments.at(-1)?.blocks.at(-1);
  const head = last ? last.first + last.count : 0;
  const toRaw = (record: Parameters<typeof toRawRecord>[0] & { readonly offset: number }) =>
    toRawRecord(record, record.offset);
  return {
    read: async (offset, limit) => (await reader.read(offset, limit)).map(toRaw),
    async get(offset) {
      const [record] = await reader.read(offset, 1);
      if (record?.offset !== offset) return undefined;
      return { ...toRaw(record), bytes: Uint8Array.from(record.bytes) };
    },
    search: async (query) => (await reader.search(query)).map(toRaw),
    head: () => head,
    tail: () => segments[0]?.blocks[0]?.first ?? head,
  };
}

/** The owner may seal a segment, and so remove its log, while it is looked at: then look again. */
async function listStable(dir: string): Promise<readonly Segment[]> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await listAll(dir);
    } catch (error) {
      const isGone = error instanceof Error && 'code' in error && error.code === 'ENOENT';
      if (!isGone || attempt === ATTEMPTS) throw error;
    }
  }
}

async function listAll(dir: string): Promise<readonly Segment[]> {
  const segments = new Map<number, Segment>();
  for (const first of await listSegments(dir, 'log')) {
    const path = segmentPath(dir, first, 'log');
    const { blocks } = scanFrames(await readWhole(path), first);
    segments.set(first, { first, path, isSealed: false, blocks: [...blocks] });
  }
  for (const first of await listSegments(dir, 'seg')) {
    const sealed = await openSealed(dir, first);
    if (sealed) segments.set(first, sealed);
  }
  return [...segments.values()].sort((a, b) => a.first - b.first);
}
