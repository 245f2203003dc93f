import type { EventSegment } from './event-segment.ts';

/** How small files become large ones. */
export interface MergeRule {
  /** This many neighbours of about one size are merged. */
  readonly count: number;
  /** A file of this size is not merged any more, so that retention has something to remove. */
  readonly maxBytes: number;
}

const SMALLEST_BYTES = 256 * 1024;

/** Files of one tier differ in size by less than the factor `count`. */
const tierOf = ({ bytes }: EventSegment, { count }: MergeRule): number =>
  Math.max(0, Math.floor(Math.log(bytes / SMALLEST_BYTES) / Math.log(count)) + 1);

const byOffset = (one: EventSegment, other: EventSegment): number => one.first - other.first;

/** Neighbours of the same tier, as long runs as there are. */
function runsOf(segments: readonly EventSegment[], rule: MergeRule): readonly EventSegment[][] {
  const runs: EventSegment[][] = [];
  let lastTier = -1;
  for (const segment of segments.toSorted(byOffset)) {
    const tier = segment.bytes >= rule.maxBytes ? -1 : tierOf(segment, rule);
    if (tier >= 0 && tier === lastTier) runs.at(-1)?.push(segment);
    else if (tier >= 0) runs.push([segment]);
    lastTier = tier;
  }
  return runs;
}

/** The next files to merge into one, or none when all is well. Every event is rewritten at most once a tier. */
export function planMerge(
  segments: readonly EventSegment[],
  rule: MergeRule,
): readonly EventSegment[] {
  return (
    runsOf(segments, rule)
      .find((run) => run.length >= rule.count)
      ?.slice(0, rule.count) ?? []
  );
}
