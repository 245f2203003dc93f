import type { RawRecord } from '@cordon/core';
import { toRawRecord } from './raw-record.ts';
import { decodeRecords } from './segments/frame.ts';

/**
 * Records as they stand in the record log, one behind the other and without a hole, in memory of their
 * own: what is handed to another thread without being read here.
 */
export interface PackedRecords {
  readonly first: number;
  readonly count: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** The records of a package. */
export function unpackRecords({ first, count, bytes }: PackedRecords): readonly RawRecord[] {
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const records: RawRecord[] = [];
  for (const record of decodeRecords(data, { first, count, position: 0 }))
    records.push(toRawRecord(record, record.offset));
  return records;
}

/** Joins pieces into memory of their own. */
export function packRecords(
  first: number,
  parts: readonly { readonly bytes: Uint8Array; readonly count: number }[],
): PackedRecords {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.bytes.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part.bytes, at);
    at += part.bytes.length;
  }
  return { first, count: parts.reduce((sum, part) => sum + part.count, 0), bytes };
}
