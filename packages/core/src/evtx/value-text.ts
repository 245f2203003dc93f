import { type ChunkBytes, readU64 } from './chunk-bytes.ts';

const HEX = Array.from({ length: 256 }, (_, byte) =>
  byte.toString(16).padStart(2, '0').toUpperCase(),
);
/** Last 100 ns tick, in units of 2^32, that a date of four digits can show. */
const LAST_HIGH = 618_000_000;
const EPOCH_SECONDS = 11_644_473_600;
const TICKS_PER_SECOND = 10_000_000;
/** 2^32 ticks are 429 s and so many ticks. */
const HIGH_SECONDS = 429;
const HIGH_TICKS = 4_967_296;
/** Windows-1252 where it differs from Latin-1: 0x80 to 0x9f. */
const ANSI_80 =
  '\u20ac\u0081\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u008d\u017d\u008f' +
  '\u0090\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u009d\u017e\u0178';

/** Bytes in capital hexadecimal digits. */
export function toHex({ bytes }: ChunkBytes, from: number, size: number): string {
  let text = '';
  for (let at = from; at < from + size; at++) text += HEX[bytes[at] as number];
  return text;
}

/** A GUID in capitals, without braces. */
export function toGuid({ bytes }: ChunkBytes, at: number): string {
  const hex = (index: number) => HEX[bytes[at + index] as number] as string;
  return `${hex(3)}${hex(2)}${hex(1)}${hex(0)}-${hex(5)}${hex(4)}-${hex(7)}${hex(6)}-${hex(8)}${hex(9)}-${hex(10)}${hex(11)}${hex(12)}${hex(13)}${hex(14)}${hex(15)}`;
}

/** Bytes that a SID takes from `at` on. */
export const sidBytes = ({ bytes }: ChunkBytes, at: number): number =>
  8 + 4 * (bytes[at + 1] as number);

/** A security identifier, `S-1-5-18`. */
export function toSid({ bytes, view }: ChunkBytes, at: number): string {
  const authority = view.getUint16(at + 2, false) * 4_294_967_296 + view.getUint32(at + 4, false);
  let text = `S-${bytes[at]}-${authority}`;
  const end = at + 8 + 4 * (bytes[at + 1] as number);
  for (let part = at + 8; part < end; part += 4) text += `-${view.getUint32(part, true)}`;
  return text;
}

/** 100 ns ticks since 1601 as ISO 8601, cut to microseconds; beyond the year 9999 the ticks as they are. */
export function toFileTime({ view }: ChunkBytes, at: number): string {
  const high = view.getUint32(at + 4, true);
  if (high > LAST_HIGH) return view.getBigUint64(at, true).toString();
  const ticks = high * HIGH_TICKS + view.getUint32(at, true);
  const seconds = high * HIGH_SECONDS + Math.floor(ticks / TICKS_PER_SECOND);
  const micros = Math.floor((ticks % TICKS_PER_SECOND) / 10);
  const whole = new Date((seconds - EPOCH_SECONDS) * 1_000).toISOString();
  return `${whole.slice(0, 20)}${String(micros).padStart(6, '0')}Z`;
}

/** Epoch milliseconds of 100 ns ticks since 1601; undefined for a time no log can have. */
export function fileTimeMs({ view }: ChunkBytes, at: number): number | undefined {
  if (view.getUint32(at + 4, true) > LAST_HIGH) return undefined;
  return Math.floor(readU64(view, at) / 10_000) - EPOCH_SECONDS * 1_000;
}

/** Eight 16-bit numbers as ISO 8601, as they stand: the calendar is not asked. */
export function toSystemTime({ view }: ChunkBytes, at: number): string {
  const part = (index: number, digits: number) =>
    String(view.getUint16(at + index * 2, true)).padStart(digits, '0');
  return `${part(0, 4)}-${part(1, 2)}-${part(3, 2)}T${part(4, 2)}:${part(5, 2)}:${part(6, 2)}.${part(7, 3)}000Z`;
}

/** Windows-1252, up to the first NUL. */
export function toAnsi({ bytes }: ChunkBytes, from: number, size: number): string {
  let text = '';
  for (let at = from; at < from + size; at++) {
    const byte = bytes[at] as number;
    if (byte === 0) break;
    text += byte >= 0x80 && byte < 0xa0 ? ANSI_80[byte - 0x80] : String.fromCharCode(byte);
  }
  return text;
}

/** An integer of 64 bits: a number where that is exact, else its digits. */
export function toInteger(value: bigint): number | string {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value.toString();
}

/** A real as JSON can carry it: infinities and NaN have no number there. */
export const toReal = (value: number): number | string =>
  Number.isFinite(value) ? value : String(value);
