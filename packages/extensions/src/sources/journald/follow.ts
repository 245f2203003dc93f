import { type ChildProcessByStdio, execFile, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import type { SourceContext } from '@cordon/kit';
import { LineSplitter } from '../line-splitter.ts';
import { keepSession, SourceTrouble, unreachable } from '../session.ts';
import {
  followArguments,
  type JournaldConfig,
  MAX_ENTRY_BYTES,
  newestArguments,
} from './config.ts';

type Context = SourceContext<JournaldConfig>;
type Journal = ChildProcessByStdio<null, Readable, Readable>;

const WHAT = 'The systemd journal';
const ERROR_CHARS = 500;

const cursorIn = (saved: unknown): string | undefined =>
  typeof saved === 'object' &&
  saved !== null &&
  'cursor' in saved &&
  typeof saved.cursor === 'string'
    ? saved.cursor
    : undefined;

/** The cursor of an entry; undefined when the line is no entry. */
export function cursorOf(line: Uint8Array): string | undefined {
  try {
    const entry: unknown = JSON.parse(Buffer.from(line).toString('utf8'));
    const cursor =
      typeof entry === 'object' && entry !== null && '__CURSOR' in entry
        ? entry.__CURSOR
        : undefined;
    return typeof cursor === 'string' ? cursor : undefined;
  } catch {
    return undefined;
  }
}

/** Runs `journalctl` and hands on its entries; begins it again when it ends. */
export function followJournal(context: Context): Promise<void> {
  return keepSession({
    context,
    what: WHAT,
    open: async (worked) => {
      const cursor = cursorIn(await context.memory.load()) ?? (await firstCursor(context));
      await readJournal(context, cursor, worked);
    },
  });
}

/** Where the very first run begins is saved before anything is read, so that a crash cannot move it. */
async function firstCursor({ config, memory, signal }: Context): Promise<string | undefined> {
  if (config.start === 'oldest') return undefined;
  const newest = await promisify(execFile)(config.program, newestArguments(config), { signal });
  const cursor = cursorOf(Buffer.from(newest.stdout));
  if (cursor !== undefined) await memory.save({ cursor });
  return cursor;
}

async function readJournal(
  context: Context,
  cursor: string | undefined,
  worked: () => void,
): Promise<void> {
  const { config, signal } = context;
  const journal = spawn(config.program, followArguments(config, cursor), {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const kill = () => journal.kill('SIGKILL');
  signal.addEventListener('abort', kill, { once: true });
  const ended = endOf(journal);
  try {
    await started(journal);
    context.ready(placeOf(config));
    await takeEntries(context, { journal, cursor, worked });
  } finally {
    signal.removeEventListener('abort', kill);
    kill();
  }
  const error = await ended;
  throw new SourceTrouble(unreachable(WHAT, error === '' ? 'journalctl ended' : error));
}

const placeOf = (config: JournaldConfig): string =>
  [...config.files, ...(config.directory === undefined ? [] : [config.directory])].join(', ') ||
  'the journal of this machine';

const started = (journal: Journal): Promise<void> =>
  new Promise((resolve, reject) => {
    journal.once('spawn', resolve);
    journal.once('error', reject);
  });

/** What it said before it ended. */
const endOf = (journal: Journal): Promise<string> =>
  new Promise((resolve) => {
    let text = '';
    journal.stderr.on('data', (chunk: Buffer) => {
      text = (text + chunk.toString('utf8')).slice(-ERROR_CHARS);
    });
    journal.once('error', () => resolve(text.trim()));
    journal.once('close', () => resolve(text.trim()));
  });

interface Reading {
  readonly journal: Journal;
  readonly cursor: string | undefined;
  readonly worked: () => void;
}

async function takeEntries(context: Context, { journal, cursor, worked }: Reading): Promise<void> {
  const { sink, now, memory, signal } = context;
  const splitter = new LineSplitter(MAX_ENTRY_BYTES);
  for await (const chunk of journal.stdout) {
    const lines = splitter.push(chunk as Buffer);
    countTooLong(context, splitter.takeSkipped());
    const entries = lines.filter((line) => cursor === undefined || cursorOf(line) !== cursor);
    if (entries.length === 0 || signal.aborted) continue;
    const receivedAt = now();
    await sink.accept(entries.map((bytes) => ({ bytes, receivedAt })));
    const last = entries.findLast((line) => cursorOf(line) !== undefined);
    if (last !== undefined) await memory.save({ cursor: cursorOf(last) });
    worked();
  }
}

function countTooLong({ sink }: Context, count: number): void {
  if (count === 0) return;
  sink.lost('refused', 'record_too_large', count);
  sink.report({
    code: 'record_too_large',
    detail: `A journal entry is longer than ${MAX_ENTRY_BYTES} bytes and was left out.`,
    hint: 'The journal itself still has it: `journalctl --all`.',
    retryable: false,
  });
}
