import { readdir, rm, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Problem } from '@cordon/core';
import type { Block } from './block.ts';
import { addFrame } from './block.ts';
import type { FrameSpan } from './frame.ts';
import { claimedEnd, decodeFrame, readSpan } from './frame.ts';
import type { LogFs, Segment } from './segment-file.ts';
import { listSegments, openSealed, readWhole, segmentPath } from './segment-file.ts';

/** What was found in a directory, after repair. */
export interface FoundLog {
  readonly segments: Segment[];
  readonly repairs: Problem[];
  /** The offset the next record gets. */
  readonly head: number;
}

/** What a bare log holds as far as it is whole. */
export interface Scan {
  readonly blocks: Block[];
  /** Whole frames end here; what follows is torn. */
  readonly end: number;
  readonly head: number;
  readonly damaged: number;
}

/**
 * Walks the frames of a log. A frame that does not fit its checksum, with a whole one after it, is
 * damage and only left out; without one it is the torn end of a crash.
 */
export function scanFrames(data: Buffer, first: number): Scan {
  const blocks: Block[] = [];
  let at = 0;
  let head = first;
  let damaged = 0;
  const take = (span: FrameSpan): void => {
    addFrame(blocks, span, [...decodeFrame(data, span)]);
    at = span.end;
    head = span.first + span.count;
  };
  for (;;) {
    const span = readSpan(data, at);
    if (span && span.first >= head) {
      take(span);
      continue;
    }
    const next = claimedEnd(data, at);
    const after = next === undefined ? undefined : readSpan(data, next);
    if (!after || after.first < head) return { blocks, end: at, head, damaged };
    damaged += 1;
    take(after);
  }
}

const damagedProblem = (path: string, detail: string): Problem => ({
  code: 'block_damaged',
  detail,
  hint: 'Restore the file from a backup if the records are needed; check the disk.',
  at: { file: path },
  retryable: false,
});

/** Cuts a torn end off and keeps the cut bytes beside the log: nothing is thrown away unseen. */
async function cutTail(
  path: string,
  cut: { readonly data: Buffer; readonly end: number; readonly fs: LogFs },
): Promise<Problem> {
  const torn = cut.data.subarray(cut.end);
  await writeFile(`${path}.torn`, torn);
  const file = await cut.fs.open(path, 'r+');
  try {
    await file.truncate(cut.end);
    await file.datasync();
  } finally {
    await file.close();
  }
  return {
    code: 'torn_tail',
    detail: `The last ${torn.length} bytes of the record log are not a whole append and were cut off.`,
    hint: `The bytes are kept in ${path}.torn.`,
    at: { file: path },
    retryable: false,
  };
}

async function openLog(
  dir: string,
  first: number,
  fs: LogFs,
): Promise<{
  readonly segment: Segment;
  readonly head: number;
  readonly repairs: readonly Problem[];
}> {
  const path = segmentPath(dir, first, 'log');
  const data = await readWhole(path);
  const found = scanFrames(data, first);
  const repairs: Problem[] = [];
  if (found.damaged > 0)
    repairs.push(
      damagedProblem(path, `${found.damaged} appends do not fit their checksums and are left out.`),
    );
  if (found.end < data.length) repairs.push(await cutTail(path, { data, end: found.end, fs }));
  return {
    segment: { first, path, isSealed: false, blocks: found.blocks },
    head: found.head,
    repairs,
  };
}

/** A sealing that a crash or a full disk interrupted begins again from its log. */
async function removeUnfinished(dir: string): Promise<void> {
  const names = await readdir(dir);
  for (const name of names.filter((other) => other.endsWith('.seg.tmp'))) await rm(join(dir, name));
}

/** Opens every segment of a directory, ascending, repairing what a crash left. */
export async function findLog(dir: string, fs: LogFs): Promise<FoundLog> {
  const segments: Segment[] = [];
  const repairs: Problem[] = [];
  let head = 0;
  await removeUnfinished(dir);
  const sealed = new Set<number>();
  for (const first of await listSegments(dir, 'seg')) {
    const segment = await openSealed(dir, first);
    if (!segment) {
      repairs.push(
        damagedProblem(
          segmentPath(dir, first, 'seg'),
          'The index of a sealed segment is damaged; its records are left out.',
        ),
      );
      continue;
    }
    sealed.add(first);
    segments.push(segment);
    const last = segment.blocks.at(-1);
    if (last) head = Math.max(head, last.first + last.count);
  }
  for (const first of await listSegments(dir, 'log')) {
    if (sealed.has(first)) {
      await unlink(segmentPath(dir, first, 'log'));
      continue;
    }
    const opened = await openLog(dir, first, fs);
    segments.push(opened.segment);
    repairs.push(...opened.repairs);
    head = Math.max(head, opened.head);
  }
  return { segments: segments.sort((a, b) => a.first - b.first), repairs, head };
}
