import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type EpochMs, fromIndicatorLine, type Indicator } from '@cordon/core';

/*
 * What is still to be looked for in stored events, one file for each time a feed brought something
 * new: a head, then a line for each indicator. How far it is stands beside it, so that a restart goes
 * on. Written before the feed's own file, so that a crash in between repeats and never forgets; the
 * name comes from the content, so that repeating makes no second one.
 */

export interface LookBackHead {
  readonly feed: string;
  /** When the indicators became known. */
  readonly knownAt: EpochMs;
  /** Events from here on are looked at. */
  readonly fromAt: EpochMs;
}

export interface LookBackJob extends LookBackHead {
  readonly path: string;
  /** Everything before it is done. */
  readonly nextAt: EpochMs;
}

const SUFFIX = '.job';
const WRITE_LINES = 10_000;

const progressOf = (path: string): string => `${path}.at`;

async function replaceFile(path: string, chunks: Iterable<string>): Promise<void> {
  const file = await open(`${path}.new`, 'w', 0o600);
  try {
    for (const chunk of chunks) await file.write(chunk);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.new`, path);
}

function* toChunks(head: LookBackHead, lines: readonly string[]): Generator<string> {
  yield `${JSON.stringify(head)}\n`;
  for (let at = 0; at < lines.length; at += WRITE_LINES)
    yield `${lines.slice(at, at + WRITE_LINES).join('\n')}\n`;
}

/** Puts indicators down to be looked for; resolves when they are on disk. */
export async function saveJob(
  dir: string,
  head: LookBackHead,
  lines: readonly string[],
): Promise<void> {
  await mkdir(dir, { recursive: true });
  const sum = createHash('sha256');
  for (const line of lines) sum.update(`${line}\n`);
  const path = join(dir, `${head.feed}-${sum.digest('hex').slice(0, 16)}${SUFFIX}`);
  await replaceFile(path, toChunks(head, lines));
}

async function readHead(path: string): Promise<LookBackHead | undefined> {
  try {
    for await (const line of createInterface({ input: createReadStream(path) }))
      return JSON.parse(line) as LookBackHead;
  } catch {
    // A damaged file is none.
  }
  return undefined;
}

async function readProgress(path: string): Promise<number | undefined> {
  const text = await readFile(progressOf(path), 'utf8').catch(() => '');
  const at = Number(text);
  return text !== '' && Number.isSafeInteger(at) ? at : undefined;
}

/** What is to be done, the oldest first. */
export async function listJobs(dir: string): Promise<readonly LookBackJob[]> {
  const names = await readdir(dir).catch(() => []);
  const jobs: LookBackJob[] = [];
  for (const name of names.filter((one) => one.endsWith(SUFFIX))) {
    const path = join(dir, name);
    const head = await readHead(path);
    if (head === undefined) continue;
    const nextAt = ((await readProgress(path)) ?? head.fromAt) as EpochMs;
    jobs.push({ ...head, path, nextAt });
  }
  return jobs.sort((a, b) => a.knownAt - b.knownAt || (a.path < b.path ? -1 : 1));
}

/** Goes through the indicators of a job; how many there were. */
export async function visitJob(
  { path }: LookBackJob,
  take: (indicator: Indicator) => void,
): Promise<number> {
  let count = -1;
  for await (const line of createInterface({ input: createReadStream(path) })) {
    count += 1;
    if (count > 0 && line !== '') take(fromIndicatorLine(line));
  }
  return Math.max(0, count);
}

/** Writes down how far it is. */
export async function saveProgress({ path }: LookBackJob, nextAt: EpochMs): Promise<void> {
  const progress = progressOf(path);
  await writeFile(`${progress}.new`, String(nextAt), { mode: 0o600 });
  await rename(`${progress}.new`, progress);
}

/** The job is done. */
export async function removeJob({ path }: LookBackJob): Promise<void> {
  await rm(path, { force: true });
  await rm(progressOf(path), { force: true });
}
