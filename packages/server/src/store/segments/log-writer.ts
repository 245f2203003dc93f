import type { Problem } from '@cordon/core';
import type { NewRecord } from '../ports.ts';
import { toStoreError } from '../store-error.ts';
import { addFrame } from './block.ts';
import { encodeFrame } from './frame.ts';
import type { LogFile, LogFs, Segment } from './segment-file.ts';
import { sealSegment, segmentPath, syncDirectory, writeAll } from './segment-file.ts';

export interface WriterOptions {
  readonly dir: string;
  readonly fs: LogFs;
  readonly segmentBytes: number;
  readonly segments: Segment[];
  readonly head: number;
  readonly repairs: Problem[];
}

/** Writes appends behind each other and seals what is full; only one `commit` at a time. */
export interface LogWriter {
  commit(appends: readonly (readonly NewRecord[])[]): Promise<readonly number[]>;
  head(): number;
  segments(): readonly Segment[];
  close(): Promise<void>;
}

interface Framed {
  readonly first: number;
  readonly records: readonly NewRecord[];
  readonly frame: Buffer;
}

interface Current {
  readonly segment: Segment;
  readonly file: LogFile;
  end: number;
}

const endOf = (segment: Segment): number => {
  const last = segment.blocks.at(-1);
  return last ? last.position + last.length : 0;
};

async function beginSegment(options: Pick<WriterOptions, 'dir' | 'fs' | 'head'>): Promise<Current> {
  const { dir, fs, head } = options;
  const path = segmentPath(dir, head, 'log');
  const file = await fs.open(path, 'w+');
  await syncDirectory(dir);
  return { segment: { first: head, path, isSealed: false, blocks: [] }, file, end: 0 };
}

async function resumeSegment(segment: Segment, fs: LogFs): Promise<Current> {
  const file = await fs.open(segment.path, 'r+');
  const { size } = await file.stat();
  return { segment, file, end: Math.max(size, endOf(segment)) };
}

/** Each append as a frame, the first one beginning at offset `head`. */
function frameAppends(appends: readonly (readonly NewRecord[])[], head: number): readonly Framed[] {
  let next = head;
  return appends.map((records) => {
    const first = next;
    next += records.length;
    return { first, records, frame: encodeFrame(records, first) };
  });
}

/** Takes what is acknowledged into the segment's index. */
function indexAppends(current: Current, appends: readonly Framed[]): void {
  for (const { first, records, frame } of appends) {
    const position = current.end;
    const end = position + frame.length;
    addFrame(current.segment.blocks, { first, count: records.length, position, end }, records);
    current.end = end;
  }
}

export async function createLogWriter(options: WriterOptions): Promise<LogWriter> {
  const { dir, fs, segmentBytes, repairs } = options;
  let segments: readonly Segment[] = options.segments;
  let head = options.head;
  let isDirty = false;
  let sealing: Promise<void> = Promise.resolve();

  const begin = async (): Promise<Current> => {
    const begun = await beginSegment({ dir, fs, head });
    segments = [...segments.filter((other) => other.path !== begun.segment.path), begun.segment];
    return begun;
  };

  const seal = (segment: Segment): void => {
    sealing = sealing
      .then(async () => {
        const sealed = await sealSegment(dir, segment, fs);
        segments = segments.map((other) => (other === segment ? sealed : other));
      })
      .catch((error: unknown) => void repairs.push(toStoreError(error).problem));
  };

  const open = segments.filter((segment) => !segment.isSealed);
  const lastOpen = open.pop();
  for (const full of open) seal(full);
  let current =
    lastOpen && lastOpen === segments.at(-1) ? await resumeSegment(lastOpen, fs) : await begin();

  const rollOver = async (): Promise<void> => {
    if (current.end < segmentBytes) return;
    const full = current;
    current = await begin();
    await full.file.close();
    seal(full.segment);
  };

  /** After a failed write the file ends again where the last acknowledged append ended. */
  const cutBack = async (): Promise<void> => {
    await current.file.truncate(current.end);
    isDirty = false;
  };

  return {
    async commit(appends) {
      if (isDirty) await cutBack();
      await rollOver();
      const framed = frameAppends(appends, head);
      try {
        await writeAll(
          current.file,
          Buffer.concat(framed.map((append) => append.frame)),
          current.end,
        );
        await current.file.datasync();
      } catch (error) {
        isDirty = true;
        await cutBack().catch(() => undefined);
        throw error;
      }
      indexAppends(current, framed);
      head += appends.reduce((sum, records) => sum + records.length, 0);
      return framed.map((append) => append.first);
    },
    head: () => head,
    segments: () => segments,
    async close() {
      await sealing;
      await current.file.close();
    },
  };
}
