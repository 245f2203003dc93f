import { mkdir } from 'node:fs/promises';
import type { Problem, RawRecord } from '@cordon/core';
import { createHeadWatch } from '../head-watch.ts';
import type { NewRecord, RecordLog } from '../ports.ts';
import { toRawRecord } from '../raw-record.ts';
import { closedError, toStoreError } from '../store-error.ts';
import { createAppendQueue } from './append-queue.ts';
import { lockDirectory } from './lock-file.ts';
import { createLogReader } from './log-reader.ts';
import { measure } from './log-retention.ts';
import { createLogWriter } from './log-writer.ts';
import { findLog } from './open-log.ts';
import type { LogFs } from './segment-file.ts';
import { realFs } from './segment-file.ts';

export interface SegmentLogOptions {
  readonly dir: string;
  readonly fs?: LogFs;
  /** A segment is sealed once it holds this much; default 32 MiB. */
  readonly segmentBytes?: number;
}

const SEGMENT_BYTES = 32 * 1024 * 1024;

/**
 * The record log in segment files of one directory, which it locks. Rejects with `store_locked` when
 * another process has it; repairs what a crash left and says so in `repairs`.
 */
export async function openSegmentLog(options: SegmentLogOptions): Promise<RecordLog> {
  const { dir, fs = realFs, segmentBytes = SEGMENT_BYTES } = options;
  try {
    await mkdir(dir, { recursive: true });
    const unlock = lockDirectory(dir);
    try {
      const found = await findLog(dir, fs);
      const repairs: Problem[] = found.repairs;
      const writer = await createLogWriter({
        dir,
        fs,
        segmentBytes,
        segments: found.segments,
        head: found.head,
        repairs,
      });
      return assemble({ writer, repairs, unlock });
    } catch (error) {
      unlock();
      throw error;
    }
  } catch (error) {
    throw toStoreError(error);
  }
}

interface Parts {
  readonly writer: Awaited<ReturnType<typeof createLogWriter>>;
  readonly repairs: Problem[];
  readonly unlock: () => void;
}

function assemble({ writer, repairs, unlock }: Parts): RecordLog {
  const reader = createLogReader({ segments: () => writer.segments(), repairs });
  const watch = createHeadWatch(writer.head);
  let isClosed = false;
  const queue = createAppendQueue(async (appends) => {
    const firsts = await writer.commit(appends);
    watch.wake();
    return firsts;
  });
  const reading = async <T>(work: () => Promise<T>): Promise<T> => {
    if (isClosed) throw closedError();
    try {
      return await work();
    } catch (error) {
      throw toStoreError(error);
    }
  };
  const toRaw = (record: NewRecord & { readonly offset: number }): RawRecord =>
    toRawRecord(record, record.offset);
  return {
    append: (records) => queue.append(records),
    read: (offset, limit) => reading(async () => (await reader.read(offset, limit)).map(toRaw)),
    readPacked: (offset, limit) => reading(() => reader.readPacked(offset, limit)),
    get: (offset) =>
      reading(async () => {
        const record = (await reader.read(offset, 1))[0];
        return record?.offset === offset
          ? { ...toRaw(record), bytes: Uint8Array.from(record.bytes) }
          : undefined;
      }),
    search: (query) => reading(async () => (await reader.search(query)).map(toRaw)),
    size: () => measure(writer.segments()),
    retire: (limits) => reading(() => writer.retire(limits)),
    head: writer.head,
    tail: () => writer.segments()[0]?.blocks[0]?.first ?? writer.head(),
    waitPast: (offset, signal) =>
      isClosed ? Promise.reject(closedError()) : watch.waitPast(offset, signal),
    repairs,
    async close() {
      if (isClosed) return;
      isClosed = true;
      watch.close();
      await queue.close();
      await writer.close();
      unlock();
    },
  };
}
