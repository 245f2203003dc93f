import { decodeUtf8 } from '../shared/utf8.ts';
import type { ElementKind } from './element.ts';

/** What a field of a data record holds. */
export type FlowValue = number | string | boolean;

const MAX_TEXT = 256;
const MAX_OCTETS = 64;
const NTP_EPOCH_SECONDS = 2_208_988_800;
const NUMBER_BYTES = 6;

const hexOf = (bytes: Uint8Array): string =>
  Array.from(bytes.subarray(0, MAX_OCTETS), (byte) => byte.toString(16).padStart(2, '0')).join('');

/** An unsigned number of up to eight octets; what a double cannot hold exactly becomes text. */
function readUnsigned(bytes: Uint8Array): FlowValue {
  if (bytes.length > 8) return hexOf(bytes);
  if (bytes.length <= NUMBER_BYTES) return bytes.reduce((value, byte) => value * 256 + byte, 0);
  const value = bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value.toString();
}

function readSigned(bytes: Uint8Array): FlowValue {
  const value = readUnsigned(bytes);
  if (typeof value !== 'number') return value;
  return (bytes[0] ?? 0) < 128 ? value : value - 256 ** bytes.length;
}

function readFloat(bytes: Uint8Array): FlowValue {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const value =
    bytes.length === 4 ? view.getFloat32(0) : bytes.length === 8 ? view.getFloat64(0) : Number.NaN;
  return Number.isFinite(value) ? value : hexOf(bytes);
}

/** The text of an address of 4 or 16 octets, IPv6 as RFC 5952 wants it; any other length as hexadecimal. */
export function addressText(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.');
  if (bytes.length !== 16) return hexOf(bytes);
  const groups = Array.from({ length: 8 }, (_, at) =>
    (((bytes[at * 2] ?? 0) << 8) | (bytes[at * 2 + 1] ?? 0)).toString(16),
  );
  const run = longestZeros(groups);
  if (run.length < 2) return groups.join(':');
  const head = groups.slice(0, run.from).join(':');
  const tail = groups.slice(run.from + run.length).join(':');
  return `${head}::${tail}`;
}

function longestZeros(groups: readonly string[]): {
  readonly from: number;
  readonly length: number;
} {
  let best = { from: 0, length: 0 };
  let from = 0;
  for (let at = 0; at <= groups.length; at += 1) {
    if (groups[at] === '0') continue;
    if (at - from > best.length) best = { from, length: at - from };
    from = at + 1;
  }
  return best;
}

/** The text of a hardware address. */
export const macText = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(':');

const isPrintable = (code: number): boolean => code >= 0x20 && code !== 0x7f;

function readText(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  const part = bytes.subarray(0, Math.min(end < 0 ? bytes.length : end, MAX_TEXT));
  return Array.from(decodeUtf8(part))
    .filter((character) => isPrintable(character.codePointAt(0) ?? 0))
    .join('');
}

/** Epoch milliseconds of an NTP time stamp of 8 octets. */
function readNtp(bytes: Uint8Array): FlowValue {
  if (bytes.length !== 8) return hexOf(bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const millis = Math.floor((view.getUint32(4) / 2 ** 32) * 1_000);
  return (view.getUint32(0) - NTP_EPOCH_SECONDS) * 1_000 + millis;
}

const scaled = (value: FlowValue, by: number): FlowValue =>
  typeof value === 'number' ? value * by : value;

const READERS: Readonly<Record<ElementKind, (bytes: Uint8Array) => FlowValue>> = {
  unsigned: readUnsigned,
  signed: readSigned,
  float: readFloat,
  bool: (bytes) => bytes[0] === 1,
  ip: addressText,
  mac: macText,
  text: readText,
  octets: hexOf,
  seconds: (bytes) => scaled(readUnsigned(bytes), 1_000),
  millis: readUnsigned,
  ntp: readNtp,
};

/** Reads the octets of one field; never throws, whatever their length. */
export const readValue = (kind: ElementKind, bytes: Uint8Array): FlowValue => READERS[kind](bytes);
