import { crc32 } from 'node:zlib';
import type { EpochMs } from '@cordon/core';
import type { NewRecord } from '../raw-record.ts';

/*
 * One append on disk, little-endian:
 *   u32 length of the payload, u32 CRC-32 of the payload, payload
 * payload: u64 offset of the first record, u32 count, then for each record
 *   u32 length of the head, head as JSON, u32 length of the bytes, bytes verbatim
 * The offset inside ties a frame to its place, so that stale bytes are never taken for records.
 */

const FRAME_HEAD = 8;
const PAYLOAD_HEAD = 12;
/** No append is larger; a length above it is damage. */
export const MAX_FRAME_BYTES = 256 * 1024 * 1024;

/** A frame as found: where it ends, and which records it holds. */
export interface FrameSpan {
  readonly first: number;
  readonly count: number;
  readonly position: number;
  readonly end: number;
}

export interface StoredRecord extends NewRecord {
  readonly offset: number;
}

interface Head {
  readonly s: string;
  readonly t: EpochMs;
  readonly p?: string;
  readonly q?: readonly string[];
  readonly d?: string;
}

const toHead = (record: NewRecord): Buffer =>
  Buffer.from(
    JSON.stringify({
      s: record.sourceId,
      t: record.receivedAt,
      p: record.peer,
      q: record.parsers,
      d: record.senderId,
    } satisfies Record<keyof Head, unknown>),
  );

/** Have both one head? Lists of parsers are compared as what they are: a source has one. */
const hasSameHead = (one: NewRecord, other: NewRecord): boolean =>
  one.sourceId === other.sourceId &&
  one.receivedAt === other.receivedAt &&
  one.peer === other.peer &&
  one.parsers === other.parsers &&
  one.senderId === other.senderId;

/** Neighbours mostly have one head, since they came in one piece: it is written once. */
function toHeads(records: readonly NewRecord[]): readonly Buffer[] {
  const heads: Buffer[] = [];
  let before: NewRecord | undefined;
  for (const record of records) {
    const last = heads.at(-1);
    const isSame = before !== undefined && last !== undefined && hasSameHead(record, before);
    heads.push(isSame ? last : toHead(record));
    before = record;
  }
  return heads;
}

/** The frame of one append whose first record gets offset `first`. */
export function encodeFrame(records: readonly NewRecord[], first: number): Buffer {
  const heads = toHeads(records);
  const size = records.reduce(
    (sum, record, index) => sum + 8 + (heads[index]?.length ?? 0) + record.bytes.length,
    PAYLOAD_HEAD,
  );
  const frame = Buffer.allocUnsafe(FRAME_HEAD + size);
  let at = frame.writeBigUInt64LE(BigInt(first), FRAME_HEAD);
  at = frame.writeUInt32LE(records.length, at);
  for (const [index, record] of records.entries()) {
    const head = heads[index] ?? Buffer.alloc(0);
    at = frame.writeUInt32LE(head.length, at);
    at += head.copy(frame, at);
    at = frame.writeUInt32LE(record.bytes.length, at);
    frame.set(record.bytes, at);
    at += record.bytes.length;
  }
  frame.writeUInt32LE(size, 0);
  frame.writeUInt32LE(crc32(frame.subarray(FRAME_HEAD)), 4);
  return frame;
}

/**
 * The records of a frame from offset `from` on, at most `limit`, as they stand in it: a view into
 * `data`, and how many they are.
 */
export function sliceFrame(
  data: Buffer,
  span: FrameSpan,
  { from, limit }: { readonly from: number; readonly limit: number },
): { readonly bytes: Buffer; readonly count: number } {
  const skipped = Math.max(0, from - span.first);
  const count = Math.max(0, Math.min(limit, span.count - skipped));
  let at = span.position + FRAME_HEAD + PAYLOAD_HEAD;
  for (let index = 0; index < skipped; index += 1) at = endOfRecord(data, at);
  const start = at;
  if (skipped + count === span.count) return { bytes: data.subarray(start, span.end), count };
  for (let index = 0; index < count; index += 1) at = endOfRecord(data, at);
  return { bytes: data.subarray(start, at), count };
}

function endOfRecord(data: Buffer, at: number): number {
  const headEnd = at + 4 + data.readUInt32LE(at);
  return headEnd + 4 + data.readUInt32LE(headEnd);
}

/** Where the frame at `position` says it ends; undefined when it does not say so believably. */
export function claimedEnd(data: Buffer, position: number): number | undefined {
  if (position + FRAME_HEAD > data.length) return undefined;
  const size = data.readUInt32LE(position);
  const end = position + FRAME_HEAD + size;
  return size < PAYLOAD_HEAD || size > MAX_FRAME_BYTES || end > data.length ? undefined : end;
}

/** The frame at `position`, or undefined when it is not whole or does not fit its checksum. */
export function readSpan(data: Buffer, position: number): FrameSpan | undefined {
  const end = claimedEnd(data, position);
  if (end === undefined) return undefined;
  const payload = data.subarray(position + FRAME_HEAD, end);
  if (crc32(payload) !== data.readUInt32LE(position + 4)) return undefined;
  return {
    first: Number(payload.readBigUInt64LE(0)),
    count: payload.readUInt32LE(8),
    position,
    end,
  };
}

/** The records of a frame that {@link readSpan} found whole. The bytes are views into `data`. */
export const decodeFrame = (data: Buffer, span: FrameSpan): Generator<StoredRecord> =>
  decodeRecords(data, { ...span, position: span.position + FRAME_HEAD + PAYLOAD_HEAD });

/** Records one behind the other from `position` on. Neighbours mostly have one head: it is read once. */
export function* decodeRecords(
  data: Buffer,
  { first, count, position }: Omit<FrameSpan, 'end'>,
): Generator<StoredRecord> {
  let at = position;
  let head: Head | undefined;
  let before = data.subarray(0, 0);
  for (let index = 0; index < count; index += 1) {
    const headEnd = at + 4 + data.readUInt32LE(at);
    const end = headEnd + 4 + data.readUInt32LE(headEnd);
    const bytes = data.subarray(at + 4, headEnd);
    if (head === undefined || !bytes.equals(before))
      head = JSON.parse(bytes.toString('utf8')) as Head;
    before = bytes;
    yield {
      offset: first + index,
      sourceId: head.s,
      receivedAt: head.t,
      bytes: data.subarray(headEnd + 4, end),
      ...(head.p === undefined ? {} : { peer: head.p }),
      ...(head.q === undefined ? {} : { parsers: head.q }),
      ...(head.d === undefined ? {} : { senderId: head.d }),
    };
    at = end;
  }
}

/** All whole frames that follow each other from the start of `data`. */
export function* spansOf(data: Buffer): Generator<FrameSpan> {
  let at = 0;
  for (let span = readSpan(data, at); span; span = readSpan(data, at)) {
    yield span;
    at = span.end;
  }
}
