/// <reference path="../investigate/yauzl.d.ts" />
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { Problem } from '@cordon/core';
import * as yauzl from 'yauzl';

/*
 * What rules are imported from: a folder or an archive. Both are hostile: links are not followed,
 * every size is bounded, and a path of an archive is only ever a name, never a place to write to.
 */

/** How much one import takes in. */
export interface SourceLimits {
  readonly files: number;
  readonly fileBytes: number;
  readonly totalBytes: number;
  /** Members of an archive, rules or not. */
  readonly members: number;
}

export const SOURCE_LIMITS: SourceLimits = {
  files: 20_000,
  fileBytes: 1_000_000,
  totalBytes: 200_000_000,
  members: 200_000,
};

/** One file that may hold rules, or the licence of all. */
export interface SourceFile {
  /** From the root of the source, with `/`. */
  readonly path: string;
  readonly text: string;
}

/** Thrown when the source as a whole cannot be taken. */
export class SourceError extends Error {
  readonly problem: Problem;
  constructor(detail: string, hint?: string) {
    super(detail);
    this.problem = {
      code: 'rule_source_unreadable',
      detail,
      ...(hint === undefined ? {} : { hint }),
      retryable: false,
    };
  }
}

const WANTED = /(?:\.ya?ml|(?:^|\/)licen[cs]e[^/]*)$/i;
const HIDDEN = /(?:^|\/)(?:\.|node_modules\/)/;
const isWanted = (path: string): boolean => WANTED.test(path) && !HIDDEN.test(path);

/** Every file of a folder or a ZIP that may hold rules, in order of path. */
export async function readSource(
  from: string,
  limits: SourceLimits,
  onProgress: (done: number, total: number) => void,
): Promise<readonly SourceFile[]> {
  const kind = await stat(from).catch(() => undefined);
  if (kind?.isDirectory()) return readFolder(from, limits, onProgress);
  if (kind?.isFile()) return readZip(from, limits, onProgress);
  throw new SourceError(`${from} is not there.`, 'Name a folder, a .zip or an https:// address.');
}

/** Adds up what was taken and stops at the limits. */
class Budget {
  readonly #limits: SourceLimits;
  #files = 0;
  #bytes = 0;

  constructor(limits: SourceLimits) {
    this.#limits = limits;
  }

  take(bytes: number): void {
    this.#files += 1;
    this.#bytes += bytes;
    const { files, totalBytes } = this.#limits;
    if (this.#files > files) throw new SourceError(`There are more than ${files} files.`, NARROW);
    if (this.#bytes > totalBytes)
      throw new SourceError(`The files hold more than ${totalBytes} bytes.`, NARROW);
  }
}

const NARROW = 'Name the folder that holds the rules.';

async function readFolder(
  dir: string,
  limits: SourceLimits,
  onProgress: (done: number, total: number) => void,
): Promise<readonly SourceFile[]> {
  const entries = await readdir(dir, { withFileTypes: true, recursive: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(dir, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter(isWanted)
    .sort();
  const budget = new Budget(limits);
  const files: SourceFile[] = [];
  for (const path of paths) {
    const { size } = await stat(join(dir, path));
    budget.take(Math.min(size, limits.fileBytes));
    const text =
      size > limits.fileBytes ? tooLarge(limits) : await readFile(join(dir, path), 'utf8');
    files.push({ path, text });
    onProgress(files.length, paths.length);
  }
  return files;
}

/** Longer than any rule may be: it is refused by the reader of rules, with its place. */
const tooLarge = ({ fileBytes }: SourceLimits): string => ' '.repeat(fileBytes + 1);

async function readZip(
  path: string,
  limits: SourceLimits,
  onProgress: (done: number, total: number) => void,
): Promise<readonly SourceFile[]> {
  const zip = await yauzl
    .openPromise(path, { lazyEntries: true, autoClose: false })
    .catch((error: unknown) => {
      throw new SourceError(`${path} is no ZIP archive: ${messageOf(error)}.`);
    });
  const budget = new Budget(limits);
  const files: SourceFile[] = [];
  let members = 0;
  try {
    for await (const entry of zip.eachEntry()) {
      members += 1;
      if (members > limits.members)
        throw new SourceError(`The archive has more than ${limits.members} members.`, NARROW);
      if (!isWanted(entry.fileName) || entry.isEncrypted()) continue;
      const bytes = await readCapped(await zip.openReadStreamPromise(entry), limits.fileBytes);
      budget.take(bytes?.length ?? limits.fileBytes);
      files.push({ path: entry.fileName, text: bytes?.toString('utf8') ?? tooLarge(limits) });
      onProgress(members, zip.entryCount);
    }
  } catch (error) {
    if (error instanceof SourceError) throw error;
    throw new SourceError(`The archive cannot be unpacked: ${messageOf(error)}.`);
  } finally {
    zip.close();
  }
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** What the header of a member says of its size is not believed; undefined when it is more than allowed. */
async function readCapped(
  stream: AsyncIterable<Uint8Array>,
  most: number,
): Promise<Buffer | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    if (size > most) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
