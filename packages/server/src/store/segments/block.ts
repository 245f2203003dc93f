import type { NewRecord } from '../ports.ts';
import type { FrameSpan } from './frame.ts';

/**
 * A run of frames that follow each other without a hole: what is read, compressed and skipped as one.
 * Times are the smallest and largest `receivedAt` in it.
 */
export interface Block {
  readonly first: number;
  readonly count: number;
  readonly position: number;
  readonly length: number;
  readonly minAt: number;
  readonly maxAt: number;
}

/** A block is closed once it holds this much. */
const BLOCK_BYTES = 256 * 1024;

const timesOf = (
  records: readonly Pick<NewRecord, 'receivedAt'>[],
): Pick<Block, 'minAt' | 'maxAt'> => {
  let minAt = Number.POSITIVE_INFINITY;
  let maxAt = Number.NEGATIVE_INFINITY;
  for (const { receivedAt } of records) {
    minAt = Math.min(minAt, receivedAt);
    maxAt = Math.max(maxAt, receivedAt);
  }
  return { minAt, maxAt };
};

/** Adds a frame to the last block, or begins the next one. */
export function addFrame(
  blocks: Block[],
  span: FrameSpan,
  records: readonly Pick<NewRecord, 'receivedAt'>[],
): void {
  const length = span.end - span.position;
  const times = timesOf(records);
  const last = blocks.at(-1);
  const follows =
    last && last.position + last.length === span.position && last.first + last.count === span.first;
  if (!follows || last.length + length > BLOCK_BYTES) {
    blocks.push({
      first: span.first,
      count: span.count,
      position: span.position,
      length,
      ...times,
    });
    return;
  }
  blocks[blocks.length - 1] = {
    ...last,
    count: last.count + span.count,
    length: last.length + length,
    minAt: Math.min(last.minAt, times.minAt),
    maxAt: Math.max(last.maxAt, times.maxAt),
  };
}

/** Index of the first block that holds `offset` or something after it; `blocks.length` when none does. */
export function blockAt(blocks: readonly Block[], offset: number): number {
  let low = 0;
  let high = blocks.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const block = blocks[middle];
    if (block && block.first + block.count <= offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
