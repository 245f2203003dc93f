import { type FileHandle, open, readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Problem } from '@cordon/core';
import type { Sink, SourceContext } from '@cordon/kit';
import { isEventLog, MAGIC_BYTES, readLogChunk } from './event-log.ts';
import { isContinued, readHead, readLines } from './line-reader.ts';
import type { Position } from './position.ts';

const MAX_LINE_BYTES = 1_048_576;
/** A renamed file is written to until its writer opens the new one: it is left only after so many looks without growth. */
const QUIET_LOOKS = 10;

/** What a tail of one file works with. */
export interface TailDeps {
  readonly sink: Sink;
  readonly now: SourceContext<unknown>['now'];
  readonly signal: AbortSignal;
  readonly report: (problem: Problem) => void;
  /** Keeps the position; resolves when it is durable. */
  readonly save: (position: Position) => Promise<void>;
}

const codeOf = (error: unknown): unknown =>
  typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** The file of that inode among the neighbours of the path: what a rotation renamed it to. */
async function findRenamed(path: string, inode: number): Promise<string | undefined> {
  const folder = dirname(path);
  for (const name of await readdir(folder)) {
    const found = await stat(join(folder, name)).catch(() => undefined);
    if (found?.isFile() && found.ino === inode) return join(folder, name);
  }
  return undefined;
}

/**
 * Follows one path over rotation by rename, copy-and-truncate and restarts. Every line is passed on
 * once it is ended; the position moves only after the sink has made the lines durable. Lines that are
 * written and truncated away between two looks are gone before anybody could read them.
 */
export class FileTail {
  private readonly path: string;
  private readonly deps: TailDeps;
  private position: Position | undefined;
  private file: FileHandle | undefined;
  private isSkipping = false;
  private quietLooks = 0;

  constructor(path: string, position: Position | undefined, deps: TailDeps) {
    this.path = path;
    this.position = position;
    this.deps = deps;
  }

  /** Reads what is there now; called again and again. */
  async look(): Promise<void> {
    if (this.file === undefined && !(await this.begin())) return;
    await this.restartIfTruncated();
    const before = this.position?.offset;
    await this.readOn(false);
    const isRotated = await this.isRotated();
    this.quietLooks = isRotated && this.position?.offset === before ? this.quietLooks + 1 : 0;
    if (this.quietLooks < QUIET_LOOKS) return;
    await this.readOn(true);
    await this.close();
    this.position = undefined;
    if (await this.begin()) await this.readOn(false);
  }

  /** Reads to the end with the unended last line: for a file that is read once. */
  async readWhole(): Promise<void> {
    if (this.file === undefined && !(await this.begin())) {
      throw new Error(`${this.path} is not there`);
    }
    if (this.file && (await isEventLog(this.file))) await this.readEventLog();
    else await this.readOn(true);
  }

  async close(): Promise<void> {
    await this.file?.close();
    this.file = undefined;
    this.isSkipping = false;
    this.quietLooks = 0;
  }

  /** Opens the file that the position speaks of, wherever it is now; else the path from its start. */
  private async begin(): Promise<boolean> {
    const current = await openIfThere(this.path);
    const { position } = this;
    if (position !== undefined && !(current && (await isContinued(current, position)))) {
      const renamed = await findRenamed(this.path, position.inode);
      const old = renamed === undefined ? undefined : await openIfThere(renamed);
      if (old && (await isContinued(old, position))) {
        await current?.close();
        this.file = old;
        return true;
      }
      await old?.close();
      this.position = undefined;
    }
    this.file = current;
    if (current && this.position === undefined) {
      this.position = { inode: (await current.stat()).ino, offset: 0, head: '' };
    }
    return current !== undefined;
  }

  private async restartIfTruncated(): Promise<void> {
    if (this.file === undefined || this.position === undefined) return;
    if (await isContinued(this.file, this.position)) return;
    this.position = { ...this.position, offset: 0, head: '' };
    this.isSkipping = false;
  }

  private async isRotated(): Promise<boolean> {
    const found = await stat(this.path).catch(() => undefined);
    return found !== undefined && found.ino !== this.position?.inode;
  }

  private async readOn(takesRest: boolean): Promise<void> {
    const { deps } = this;
    for (let isFull = true; isFull && !deps.signal.aborted; ) {
      const { file, position } = this;
      if (file === undefined || position === undefined) return;
      const from = { offset: position.offset, isSkipping: this.isSkipping, takesRest };
      const read = await readLines(file, from, MAX_LINE_BYTES);
      if (read.offset === position.offset) return;
      const receivedAt = deps.now();
      if (read.lines.length > 0) {
        await deps.sink.accept(read.lines.map((bytes) => ({ bytes, receivedAt })));
      }
      if (read.tooLong > 0) this.lose(position.offset, read.tooLong);
      this.isSkipping = read.isSkipping;
      this.position = {
        inode: position.inode,
        offset: read.offset,
        head: await readHead(file, read.offset),
      };
      await deps.save(this.position);
      isFull = read.isFull;
    }
  }

  /** Chunk by chunk; a chunk that is only half there yet is read as it is, like a file that was cut. */
  private async readEventLog(): Promise<void> {
    const { deps, file } = this;
    while (!deps.signal.aborted && file && this.position) {
      const { inode, offset } = this.position;
      const read = await readLogChunk(file, offset);
      if (read.offset === offset) return;
      const receivedAt = deps.now();
      if (read.texts.length > 0)
        await deps.sink.accept(read.texts.map((bytes) => ({ bytes, receivedAt })));
      if (read.lost > 0) deps.sink.lost('refused', 'evtx_record_damaged', read.lost);
      for (const problem of read.problems) deps.report({ ...problem, at: { file: this.path } });
      // The header counts chunks and so changes as the file grows; only its first bytes stay.
      this.position = { inode, offset: read.offset, head: await readHead(file, MAGIC_BYTES) };
      await deps.save(this.position);
    }
  }

  private lose(offset: number, count: number): void {
    this.deps.sink.lost('refused', 'line_too_long', count);
    this.deps.report({
      code: 'line_too_long',
      detail: `The line at byte ${offset} is longer than ${MAX_LINE_BYTES} bytes.`,
      hint: 'The line was left out and counted; the file is read on behind it.',
      at: { file: this.path },
      retryable: false,
    });
  }
}
