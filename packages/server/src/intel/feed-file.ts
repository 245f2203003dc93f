import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import type { Json, Warninglist } from '@cordon/core';

/*
 * What a feed gave, in one file: a head, then a line for each indicator and each warninglist. Written
 * beside the old one, synced, and then put in its place, so that a crash leaves the one or the other.
 */

const FORMAT = 1;
const LIST_MARK = 'w';

/** Everything about the content that is not content. */
export interface FeedHead {
  readonly format: typeof FORMAT;
  /** When it was read. */
  readonly at: number;
  readonly memory: Json;
  readonly facts: Readonly<Record<string, number>>;
  readonly kept: number;
  readonly byType: Readonly<Record<string, number>>;
  readonly refused: Readonly<Record<string, number>>;
  readonly repeated: number;
  readonly entries: number;
  readonly sha256: string;
  /** Against what was there before. */
  readonly added: number;
  readonly removed: number;
}

/** The lines of a feed, sorted. */
export interface FeedContent {
  readonly indicators: readonly string[];
  readonly warninglists: readonly Warninglist[];
}

const toListLine = (list: Warninglist): string => `${LIST_MARK}${JSON.stringify(list)}`;

/** Equal content has an equal sum. */
export function sumOf({ indicators, warninglists }: FeedContent): string {
  const hash = createHash('sha256');
  for (const line of [...indicators, ...warninglists.map(toListLine)]) hash.update(`${line}\n`);
  return hash.digest('hex');
}

/** Writes a feed's file whole; resolves when it is on disk and in place. */
export async function writeFeedFile(
  path: string,
  head: Omit<FeedHead, 'format'>,
  content: FeedContent,
): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const draft = `${path}.new`;
  const file = await open(draft, 'w', 0o600);
  try {
    await file.write(`${JSON.stringify({ format: FORMAT, ...head })}\n`);
    for (let at = 0; at < content.indicators.length; at += 10_000)
      await file.write(`${content.indicators.slice(at, at + 10_000).join('\n')}\n`);
    for (const list of content.warninglists) await file.write(`${toListLine(list)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, path);
}

/** Goes through a feed's file line by line; undefined when there is none of this form. */
export async function readFeedFile(
  path: string,
  take: {
    readonly indicator?: (line: string) => void;
    readonly warninglist?: (list: Warninglist) => void;
  },
): Promise<FeedHead | undefined> {
  let head: FeedHead | undefined;
  try {
    const lines = createInterface({ input: createReadStream(path), crlfDelay: Infinity });
    for await (const line of lines) {
      if (head === undefined) {
        const value = JSON.parse(line) as FeedHead;
        if (value.format !== FORMAT) return undefined;
        head = value;
      } else if (line.startsWith(LIST_MARK))
        take.warninglist?.(JSON.parse(line.slice(1)) as Warninglist);
      else if (line !== '') take.indicator?.(line);
    }
    return head;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Removes what a crash left half written. */
export const removeDraft = (path: string): Promise<void> => rm(`${path}.new`, { force: true });
