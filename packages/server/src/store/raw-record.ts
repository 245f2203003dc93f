import { isUtf8 } from 'node:buffer';
import type { EpochMs, RawRecord } from '@cordon/core';

/** A record on its way in: the log gives it its offset. */
export interface NewRecord {
  readonly sourceId: string;
  readonly receivedAt: EpochMs;
  /** Verbatim. */
  readonly bytes: Uint8Array;
  readonly peer?: string;
  readonly parsers?: readonly string[];
  /** What the sender calls it. */
  readonly senderId?: string;
}

/** A record as the rest of the server reads it: its bytes as text, and whether that lost something. */
export function toRawRecord(record: NewRecord, offset: number): RawRecord {
  const { bytes } = record;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  return {
    offset,
    sourceId: record.sourceId,
    receivedAt: record.receivedAt,
    text,
    ...(isUtf8(bytes) ? {} : { isLossy: true }),
    ...(record.peer === undefined ? {} : { peer: record.peer }),
    ...(record.parsers === undefined ? {} : { parsers: record.parsers }),
    ...(record.senderId === undefined ? {} : { senderId: record.senderId }),
  };
}
