import type { Kept, RetentionLimits } from '../ports.ts';
import { bytesOf, type Segment } from './segment-file.ts';

/** What was or would be removed. */
export type Retired = Kept & { readonly records: number };

const sumOf = (segments: readonly Segment[], pick: (segment: Segment) => number): number =>
  segments.reduce((sum, segment) => sum + pick(segment), 0);

const recordsOf = ({ blocks }: Segment): number =>
  blocks.reduce((sum, { count }) => sum + count, 0);

const endOf = ({ first, blocks }: Segment): number => {
  const last = blocks.at(-1);
  return last ? last.first + last.count : first;
};

/** How much these segments are. */
export const measure = (segments: readonly Segment[]): Retired => ({
  files: segments.length,
  bytes: sumOf(segments, bytesOf),
  records: sumOf(segments, recordsOf),
});

/**
 * The oldest sealed segments past a limit, up to the first one that has to stay: newer than the limits
 * ask, or with a record at or behind `upTo` that is not done with.
 */
export function pastLimits(
  segments: readonly Segment[],
  { before, bytes = Number.POSITIVE_INFINITY, upTo }: RetentionLimits & { readonly upTo: number },
): readonly Segment[] {
  let left = sumOf(segments, bytesOf);
  const mustGo = (segment: Segment): boolean => {
    const isOver = left > bytes;
    left -= bytesOf(segment);
    const newest = segment.blocks.reduce((at, { maxAt }) => Math.max(at, maxAt), 0);
    return segment.isSealed && endOf(segment) <= upTo && (isOver || newest < (before ?? 0));
  };
  const firstKept = segments.findIndex((segment) => !mustGo(segment));
  return firstKept < 0 ? segments : segments.slice(0, firstKept);
}
