import { mkdir, rm } from 'node:fs/promises';
import type { Problem } from '@cordon/core';
import type { Kept, RetentionLimits } from '../ports.ts';
import { type EventSegment, hasBothEnds, listEventSegments, setAside } from './event-segment.ts';

/** The segments of a directory that queries read, and up to where they hold every event. */
export interface Shelf {
  segments: readonly EventSegment[];
  durable: number;
  readonly problems: Problem[];
}

/** Lists a directory and sets aside what is torn. */
export async function openShelf(dir: string): Promise<Shelf> {
  await mkdir(dir, { recursive: true });
  const segments = await listEventSegments(dir);
  const durable = segments.reduce((offset, segment) => Math.max(offset, segment.last + 1), 0);
  const shelf: Shelf = { segments, durable, problems: [] };
  await dropDamaged(shelf, hasBothEnds);
  return shelf;
}

/** Sets damaged files aside; events from there on count as not durable, so that they are added again. */
export async function dropDamaged(
  shelf: Shelf,
  isGood: (segment: EventSegment) => Promise<boolean>,
): Promise<void> {
  for (const segment of shelf.segments) {
    if (await isGood(segment)) continue;
    const name = await setAside(segment);
    shelf.segments = shelf.segments.filter((other) => other !== segment);
    shelf.durable = Math.min(shelf.durable, segment.first);
    shelf.problems.push({
      code: 'segment_damaged',
      detail: `The event segment of records ${segment.first} to ${segment.last} cannot be read and was set aside as ${name}.`,
      hint: 'Its events are made again from the record log at the next start.',
      at: { file: segment.path },
      retryable: false,
    });
  }
}

export const sizeOf = ({ segments }: Pick<Shelf, 'segments'>): Kept => ({
  files: segments.length,
  bytes: segments.reduce((sum, { bytes }) => sum + bytes, 0),
});

/** The oldest files that are past a limit; the newest stays, since its name says what is durable. */
function pastLimits(shelf: Shelf, { before, bytes }: RetentionLimits): readonly EventSegment[] {
  const oldest = shelf.segments.toSorted((one, other) => one.last - other.last).slice(0, -1);
  let left = sizeOf(shelf).bytes;
  const isPast = (segment: EventSegment): boolean => {
    const isOver = left > (bytes ?? Number.POSITIVE_INFINITY);
    left -= segment.bytes;
    return isOver || segment.writtenAt < (before ?? 0);
  };
  const firstKept = oldest.findIndex((segment) => !isPast(segment));
  return firstKept < 0 ? oldest : oldest.slice(0, firstKept);
}

/** Removes what is past its retention; says how much it was. */
export async function retireFrom(shelf: Shelf, limits: RetentionLimits): Promise<Kept> {
  const past = pastLimits(shelf, limits);
  for (const segment of past) {
    await rm(segment.path, { force: true });
    shelf.segments = shelf.segments.filter((other) => other !== segment);
  }
  return sizeOf({ segments: past });
}
