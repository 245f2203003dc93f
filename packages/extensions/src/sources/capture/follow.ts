import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { CaptureOutcome, Problem } from '@cordon/core';
import { type ReceivedRecord, SinkRefused, type SourceContext } from '@cordon/kit';
import { createReporter, reasonOf } from '../reporter.ts';
import { keepSession, rest } from '../session.ts';
import { nameOf, readCaptureFile } from './capture-file.ts';
import type { CaptureConfig } from './config.ts';
import { type Position, parsePositions } from './position.ts';

type Context = SourceContext<CaptureConfig>;

const BATCH = 1_000;
const MAX_FILES = 10_000;
const MAX_BYTES = 64 * 1024 ** 3;

/** Reads capture files as they are finished: those that did not change from one look to the next. */
export function followCaptures(context: Context): Promise<void> {
  const { config, signal, ready, memory } = context;
  return keepSession({
    context,
    what: config.paths.join(', '),
    open: async (worked) => {
      const reader = new Folder(context, parsePositions(await memory.load()));
      ready(config.paths.join(', '));
      while (!signal.aborted) {
        await reader.look();
        worked();
        await rest(config.pollMs, signal);
      }
    },
  });
}

interface FoundFile {
  readonly path: string;
  readonly version: string;
  readonly modifiedAt: number;
}

class Folder {
  private readonly context: Context;
  private readonly positions: Map<string, Position>;
  private readonly report: (problem: Problem) => void;
  /** What each file was at the last look. */
  private versions = new Map<string, string>();

  constructor(context: Context, positions: Map<string, Position>) {
    this.context = context;
    this.positions = positions;
    this.report = createReporter(context.sink, context.now);
  }

  /** Looks once at every path; a file that cannot be read does not stop the others. */
  async look(): Promise<void> {
    const files = (
      await Promise.all(this.context.config.paths.map((path) => this.find(path)))
    ).flat();
    const before = this.versions;
    this.versions = new Map(files.map(({ path, version }) => [path, version]));
    for (const path of this.positions.keys()) {
      if (!this.versions.has(path)) this.positions.delete(path);
    }
    for (const file of files) {
      if (this.context.signal.aborted) return;
      if (before.get(file.path) === file.version && !this.isRead(file)) await this.read(file);
    }
  }

  private isRead({ path, version }: FoundFile): boolean {
    const position = this.positions.get(path);
    return position?.version === version && position.isRead;
  }

  private async find(path: string): Promise<readonly FoundFile[]> {
    try {
      const names = (await stat(path)).isDirectory() ? (await readdir(path)).sort() : undefined;
      const paths = names?.slice(0, MAX_FILES).map((name) => join(path, name)) ?? [path];
      return (await Promise.all(paths.map(versionOf))).flat();
    } catch (error) {
      this.report(unreadable(path, error));
      return [];
    }
  }

  private async read(file: FoundFile): Promise<void> {
    const { idleSeconds, activeSeconds } = this.context.config;
    const sender = new Sender(this.context, this.positions, file);
    let isCapture = false;
    try {
      const outcomes = readCaptureFile(file.path, {
        fallbackAt: file.modifiedAt,
        idleMs: idleSeconds * 1_000,
        activeMs: activeSeconds * 1_000,
        maxBytes: MAX_BYTES,
      });
      for await (const outcome of outcomes) {
        isCapture = true;
        if (outcome.kind === 'record') await sender.add(outcome);
        else this.tell(file.path, outcome);
        if (this.context.signal.aborted) return;
      }
      await sender.flush(true);
      if (!isCapture) this.report(leftOut(file.path));
    } catch (error) {
      if (error instanceof SinkRefused) throw error;
      const isTransient = isOfSystem(error);
      this.report(isTransient ? unreadable(file.path, error) : damaged(file.path, error));
      // What is packed wrongly stays so; what the system refuses may be there at the next look.
      if (!isTransient) await sender.flush(true);
    }
  }

  private tell(
    path: string,
    { problem, byte, lost }: Extract<CaptureOutcome, { kind: 'problem' }>,
  ) {
    if (lost > 0) this.context.sink.lost('refused', problem.code, lost);
    this.report({ ...problem, at: { file: path, byte } });
  }
}

/** Hands the records of a file on in batches; those that are durable already are left out. */
class Sender {
  private readonly context: Context;
  private readonly positions: Map<string, Position>;
  private readonly file: FoundFile;
  private batch: ReceivedRecord[] = [];
  private done = 0;
  private readonly skipped: number;

  constructor(context: Context, positions: Map<string, Position>, file: FoundFile) {
    this.context = context;
    this.positions = positions;
    this.file = file;
    const position = positions.get(file.path);
    this.skipped = position?.version === file.version ? position.done : 0;
  }

  async add({ record, byte }: Extract<CaptureOutcome, { kind: 'record' }>): Promise<void> {
    if (this.done + this.batch.length < this.skipped) {
      this.done += 1;
      return;
    }
    const text = JSON.stringify(record);
    const receivedAt = this.context.now();
    this.batch.push({ bytes: Buffer.from(text), receivedAt, senderId: nameOf(byte, text) });
    if (this.batch.length >= BATCH) await this.flush(false);
  }

  async flush(isRead: boolean): Promise<void> {
    const { batch, file, positions, context } = this;
    this.batch = [];
    if (batch.length > 0) await context.sink.accept(batch);
    this.done += batch.length;
    positions.set(file.path, { version: file.version, done: this.done, isRead });
    await context.memory.save(Object.fromEntries(positions));
  }
}

async function versionOf(path: string): Promise<readonly FoundFile[]> {
  // It may have gone since the folder was listed.
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile()) return [];
  const version = `${found.ino}:${found.size}:${found.mtimeMs}`;
  return [{ path, version, modifiedAt: Math.floor(found.mtimeMs) }];
}

/** Errors of files have the codes of the system (`EACCES`), those of packed bytes have others (`Z_DATA_ERROR`). */
const isOfSystem = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('E');

const damaged = (file: string, error: unknown): Problem => ({
  code: 'archive_damaged',
  detail: `It could not be unpacked to its end: ${reasonOf(error)}.`,
  hint: 'What came before was taken; copy the file again if you can.',
  at: { file },
  retryable: false,
});

const unreadable = (file: string, error: unknown): Problem => ({
  code: 'read_failed',
  detail: `It could not be read to its end: ${reasonOf(error)}.`,
  hint: 'What came before was taken; it is tried again.',
  at: { file },
  retryable: true,
});

const leftOut = (file: string): Problem => ({
  code: 'file_left_out',
  detail: 'The file does not begin like a packet capture.',
  hint: 'pcap and pcapng are read, plain or gzipped; point the source at a folder of its own.',
  at: { file },
  retryable: false,
});
