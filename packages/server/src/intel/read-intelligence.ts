import {
  fromIndicatorLine,
  IndicatorIndex,
  type Intelligence,
  type Warninglist,
  WarninglistBook,
} from '@cordon/core';
import type { FeedConfig } from '@cordon/kit';
import { readFeedFile } from './feed-file.ts';

/** Where what the feeds gave is kept, and what of it is to be held as harmless. */
export interface IntelFiles {
  readonly feeds: readonly {
    readonly id: string;
    readonly path: string;
    readonly floor?: FeedConfig['floor'];
  }[];
  /** How many indicators there are. */
  readonly expected: number;
  readonly seed: number;
}

/** One index over what all feeds gave; a file that is damaged is told and left out. */
export async function readIntelligence(
  { feeds, expected, seed }: IntelFiles,
  onDamage: (feedId: string, error: unknown) => void,
): Promise<Intelligence> {
  const index = new IndicatorIndex({ expected, seed });
  const lists: Warninglist[] = [];
  for (const { id, path, floor } of feeds)
    await readFeedFile(path, {
      indicator: (line) => index.add(id, fromIndicatorLine(line)),
      warninglist: (list) => lists.push(floor === undefined ? list : { ...list, floor }),
    }).catch((error: unknown) => onDamage(id, error));
  return { index: index.seal(), warninglists: new WarninglistBook(lists, seed) };
}
