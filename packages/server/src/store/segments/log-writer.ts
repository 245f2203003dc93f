import { unlink } from 'node:fs/promises';
import { DAY_MS, type Problem } from '@cordon/core';
import type { NewRecord, RetentionLimits } from '../ports.ts';
import { toStoreError } from '../store-error.ts';
import { addFrame } from './block.ts';
import { encodeFrame } from './frame.ts';
import { measure, pastLimits, type Retired } from './log-retention.ts';
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
  retire(limits: RetentionLimits & { readonly upTo: number }): Promise<Retired>;
  close(): Promise<void>;
}

/** A segment is full after a day too, so that little traffic does not keep old records for ever. */
const SEGMENT_MS = DAY_MS;
/** An append of no records writes this much and takes it back: is there space? */
const PROBE = Buffer.alloc(64 * 1024);

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
    const frame = records.length === 0 ? Buffer.alloc(0) : encodeFrame(records, first);
    return { first, records, frame };
  });
}

/** Takes what is acknowledged into the segment's index. */
function indexAppends(current: Current, appends: readonly Framed[]): void {
  for (const { first, records, frame } of appends) {
    if (records.length === 0) continue;
    const position = current.end;
    const end = position + frame.length;
    addFrame(current.segment.blocks, { first, count: records.length, position, end }, records);
    current.end = end;
  }
}

/** Opens the newest segment, or begins one, and seals what is full. */
export async function createLogWriter(options: WriterOptions): Promise<LogWriter> {
  const { dir, fs, head, segments } = options;
  const lastOpen = segments.at(-1);
  const current =
    lastOpen && !lastOpen.isSealed
      ? await resumeSegment(lastOpen, fs)
      : await beginSegment({ dir, fs, head });
  const writer = new SegmentWriter(options, current);
  void writer.sealFull();
  return writer;
}

class SegmentWriter implements LogWriter {
  private readonly options: WriterOptions;
  private all: readonly Segment[];
  private current: Current;
  private next: number;
  private isDirty = false;
  private sealing: Promise<void> = Promise.resolve();

  constructor(options: WriterOptions, current: Current) {
    this.options = options;
    this.current = current;
    this.next = options.head;
    this.all = withSegment(options.segments, current.segment);
  }

  head = (): number => this.next;
  segments = (): readonly Segment[] => this.all;

  async commit(appends: readonly (readonly NewRecord[])[]): Promise<readonly number[]> {
    if (this.isDirty) await this.cutBack();
    if (this.isFull(appends)) await this.rollOver();
    const framed = frameAppends(appends, this.next);
    const data = Buffer.concat(framed.map((append) => append.frame));
    await this.write(data);
    indexAppends(this.current, framed);
    this.next += appends.reduce((sum, records) => sum + records.length, 0);
    return framed.map((append) => append.first);
  }

  async retire(limits: RetentionLimits & { readonly upTo: number }): Promise<Retired> {
    await this.sealFull();
    const past = pastLimits(this.all, limits);
    for (const segment of past) {
      this.all = this.all.filter((other) => other !== segment);
      await unlink(segment.path);
    }
    return measure(past);
  }

  async close(): Promise<void> {
    await this.sealing;
    await this.current.file.close();
  }

  /** What could not be sealed stays as it is, is read all the same, and is tried again with the next. */
  sealFull(): Promise<void> {
    const { dir, fs } = this.options;
    this.sealing = this.sealing
      .then(async () => {
        for (const full of this.all.filter((segment) => !segment.isSealed)) {
          if (full === this.current.segment) continue;
          const sealed = await sealSegment(dir, full, fs);
          this.all = this.all.map((other) => (other === full ? sealed : other));
          await unlink(full.path);
        }
      })
      .catch((error) => this.tell(error));
    return this.sealing;
  }

  private async write(data: Buffer): Promise<void> {
    const { file, end } = this.current;
    try {
      await writeAll(file, data.length > 0 ? data : PROBE, end);
      await file.datasync();
      if (data.length === 0) await this.cutBack();
    } catch (error) {
      this.isDirty = true;
      await this.cutBack().catch(() => undefined);
      throw error;
    }
  }

  /** After a failed write the file ends again where the last acknowledged append ended. */
  private async cutBack(): Promise<void> {
    await this.current.file.truncate(this.current.end);
    this.isDirty = false;
  }

  private isFull(appends: readonly (readonly NewRecord[])[]): boolean {
    if (this.current.end >= this.options.segmentBytes) return true;
    const oldest = this.current.segment.blocks[0]?.minAt;
    const newest = appends.at(-1)?.at(-1)?.receivedAt;
    return oldest !== undefined && newest !== undefined && newest - oldest >= SEGMENT_MS;
  }

  private async rollOver(): Promise<void> {
    const { dir, fs } = this.options;
    const full = this.current;
    this.current = await beginSegment({ dir, fs, head: this.next });
    this.all = withSegment(this.all, this.current.segment);
    await full.file.close();
    void this.sealFull();
  }

  private tell(error: unknown): void {
    const { problem } = toStoreError(error);
    const { repairs } = this.options;
    if (repairs.at(-1)?.code !== problem.code) repairs.push(problem);
  }
}

const withSegment = (segments: readonly Segment[], added: Segment): readonly Segment[] => [
  ...segments.filter((other) => other.path !== added.path),
  added,
];
