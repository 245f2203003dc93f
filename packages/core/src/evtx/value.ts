import type { Json } from '../shared/json.ts';
import { type ChunkBytes, EvtxFault, readUtf16 } from './chunk-bytes.ts';
import {
  sidBytes,
  toAnsi,
  toFileTime,
  toGuid,
  toHex,
  toInteger,
  toReal,
  toSid,
  toSystemTime,
} from './value-text.ts';

/** A value of a template instance: where it lies in the chunk. */
export interface ValuePlace {
  readonly type: number;
  readonly from: number;
  readonly size: number;
}

/** Type of a value that is not there. */
export const NULL_TYPE = 0x00;
/** Type of a value that is binary XML itself. */
export const BINARY_XML_TYPE = 0x21;
const STRING_TYPE = 0x01;
const ANSI_TYPE = 0x02;
const SID_TYPE = 0x13;
const ARRAY_FLAG = 0x80;

type ReadFixed = (chunk: ChunkBytes, at: number) => Json;

const hex32: ReadFixed = ({ view }, at) => `0x${view.getUint32(at, true).toString(16)}`;
const hex64: ReadFixed = ({ view }, at) => `0x${view.getBigUint64(at, true).toString(16)}`;

/** Types whose size is always the same. */
const FIXED: Readonly<Record<number, { readonly size: number; readonly read: ReadFixed }>> = {
  3: { size: 1, read: ({ view }, at) => view.getInt8(at) },
  4: { size: 1, read: ({ view }, at) => view.getUint8(at) },
  5: { size: 2, read: ({ view }, at) => view.getInt16(at, true) },
  6: { size: 2, read: ({ view }, at) => view.getUint16(at, true) },
  7: { size: 4, read: ({ view }, at) => view.getInt32(at, true) },
  8: { size: 4, read: ({ view }, at) => view.getUint32(at, true) },
  9: { size: 8, read: ({ view }, at) => toInteger(view.getBigInt64(at, true)) },
  10: { size: 8, read: ({ view }, at) => toInteger(view.getBigUint64(at, true)) },
  11: { size: 4, read: ({ view }, at) => toReal(view.getFloat32(at, true)) },
  12: { size: 8, read: ({ view }, at) => toReal(view.getFloat64(at, true)) },
  13: { size: 4, read: ({ view }, at) => view.getUint32(at, true) !== 0 },
  15: { size: 16, read: toGuid },
  17: { size: 8, read: toFileTime },
  18: { size: 16, read: toSystemTime },
  20: { size: 4, read: hex32 },
  21: { size: 8, read: hex64 },
};

/** Bytes that a value of this type takes, where they are always as many. */
export const fixedBytes = (type: number): number | undefined => FIXED[type]?.size;

/**
 * The value as JSON, in the form that `evtx_dump` made usual: integers as numbers (as digits where
 * a number would not be exact), hexadecimal integers as `0x…`, GUIDs in capitals without braces,
 * times in ISO 8601, bytes as hexadecimal digits. The place must lie inside the chunk.
 */
export function readValue(chunk: ChunkBytes, place: ValuePlace): Json {
  const { type, from, size } = place;
  if (type === NULL_TYPE) return null;
  if (type === STRING_TYPE) return readText(chunk, from, size);
  if (size === 0) return null;
  if (type >= ARRAY_FLAG) return readArray(chunk, place);
  const fixed = FIXED[type];
  return fixed && fixed.size === size ? fixed.read(chunk, from) : readSized(chunk, place);
}

/** A text of so many bytes, without the NULs that end it. */
function readText(chunk: ChunkBytes, from: number, size: number): string {
  let count = size >> 1;
  while (count > 0 && chunk.view.getUint16(from + count * 2 - 2, true) === 0) count -= 1;
  return readUtf16(chunk, from, count);
}

/** Types whose size varies, and values that have another size than their type. */
function readSized(chunk: ChunkBytes, { type, from, size }: ValuePlace): Json {
  switch (type) {
    case ANSI_TYPE:
      return toAnsi(chunk, from, size);
    case SID_TYPE:
      return size >= 8 && sidBytes(chunk, from) <= size
        ? toSid(chunk, from)
        : toHex(chunk, from, size);
    case 0x0d:
      return toHex(chunk, from, size) !== '0'.repeat(size * 2);
    case 0x10:
      if (size === 4) return hex32(chunk, from);
      return size === 8 ? hex64(chunk, from) : toHex(chunk, from, size);
    case 0x23:
      return readText(chunk, from, size);
    case 0x0e:
    case 0x20:
      return toHex(chunk, from, size);
    default:
      if (FIXED[type]) return toHex(chunk, from, size);
      throw new EvtxFault(`There is no type of value 0x${type.toString(16)}`, from);
  }
}

function readArray(chunk: ChunkBytes, { type, from, size }: ValuePlace): Json {
  const member = type & ~ARRAY_FLAG;
  if (member === STRING_TYPE) return splitTexts(chunk, from, size);
  if (member === ANSI_TYPE) return splitAnsi(chunk, from, size);
  if (member === SID_TYPE) return splitSids(chunk, from, size);
  if (member === 0x10) return splitFixed(chunk, { from, size }, { size: 8, read: hex64 });
  const fixed = FIXED[member];
  return fixed ? splitFixed(chunk, { from, size }, fixed) : toHex(chunk, from, size);
}

function splitFixed(
  chunk: ChunkBytes,
  { from, size }: { readonly from: number; readonly size: number },
  fixed: { readonly size: number; readonly read: ReadFixed },
): Json {
  if (size % fixed.size !== 0) return toHex(chunk, from, size);
  const values: Json[] = [];
  for (let at = from; at < from + size; at += fixed.size) values.push(fixed.read(chunk, at));
  return values;
}

/** Texts that each end with a NUL; the last one may lack it. */
function splitTexts(chunk: ChunkBytes, from: number, size: number): Json {
  const end = from + (size & ~1);
  const texts: string[] = [];
  let start = from;
  for (let at = from; at < end; at += 2) {
    if (chunk.view.getUint16(at, true) !== 0) continue;
    texts.push(readUtf16(chunk, start, (at - start) >> 1));
    start = at + 2;
  }
  if (start < end) texts.push(readUtf16(chunk, start, (end - start) >> 1));
  return texts;
}

function splitAnsi(chunk: ChunkBytes, from: number, size: number): Json {
  const texts: string[] = [];
  let start = from;
  for (let at = from; at < from + size; at++) {
    if (chunk.bytes[at] !== 0) continue;
    texts.push(toAnsi(chunk, start, at - start));
    start = at + 1;
  }
  if (start < from + size) texts.push(toAnsi(chunk, start, from + size - start));
  return texts;
}

function splitSids(chunk: ChunkBytes, from: number, size: number): Json {
  const sids: string[] = [];
  let at = from;
  while (at + 8 <= from + size && at + sidBytes(chunk, at) <= from + size) {
    sids.push(toSid(chunk, at));
    at += sidBytes(chunk, at);
  }
  return at === from + size ? sids : toHex(chunk, from, size);
}
