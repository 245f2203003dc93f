import { crc32 } from 'node:zlib';
import type { EpochMs } from '@cordon/core';
import type { NewRecord } from '../ports.ts';

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

/** The frame of one append whose first record gets offset `first`. */
export function encodeFrame(records: readonly NewRecord[], first: number): Buffer {
  const heads = records.map(toHead);
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
export function* decodeFrame(data: Buffer, span: FrameSpan): Generator<StoredRecord> {
  let at = span.position + FRAME_HEAD + PAYLOAD_HEAD;
  for (let index = 0; index < span.count; index += 1) {
    const headEnd = at + 4 + data.readUInt32LE(at);
    const head = JSON.parse(data.toString('utf8', at + 4, headEnd)) as Head;
    const end = headEnd + 4 + data.readUInt32LE(headEnd);
    yield {
      offset: span.first + index,
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
