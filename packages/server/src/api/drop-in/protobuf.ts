/*
 * The wire form of Protocol Buffers, as much of it as log messages need. Every length is checked
 * against what is there before anything is made of it; groups, which proto3 does not have, are refused.
 */

/** The bytes are no message. */
export class ProtobufError extends Error {}

/** One field of a message as it stands on the wire. */
export type WireField =
  | { readonly number: number; readonly kind: 'varint' | 'fixed64'; readonly value: bigint }
  | { readonly number: number; readonly kind: 'fixed32'; readonly value: number }
  | { readonly number: number; readonly kind: 'bytes'; readonly value: Uint8Array };

/** Gives the fields of a message, in order. */
export function* readFields(bytes: Uint8Array): Generator<WireField> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  while (at < bytes.length) {
    const tag = readVarint(bytes, at);
    at = tag.next;
    const number = Number(tag.value >> 3n);
    if (number < 1 || number > 0x1fff_ffff) throw new ProtobufError('a field has a wrong number');
    const field = readField(view, bytes, { at, number, type: Number(tag.value & 7n) });
    at = field.next;
    yield field.field;
  }
}

interface Place {
  readonly at: number;
  readonly number: number;
  readonly type: number;
}

function readField(view: DataView, bytes: Uint8Array, { at, number, type }: Place) {
  switch (type) {
    case 0: {
      const { value, next } = readVarint(bytes, at);
      return { field: { number, kind: 'varint', value } as const, next };
    }
    case 1: {
      const next = within(bytes, at + 8);
      return {
        field: { number, kind: 'fixed64', value: view.getBigUint64(at, true) } as const,
        next,
      };
    }
    case 2: {
      const length = readVarint(bytes, at);
      const next = within(bytes, length.next + Number(length.value));
      const value = bytes.subarray(length.next, next);
      return { field: { number, kind: 'bytes', value } as const, next };
    }
    case 5: {
      const next = within(bytes, at + 4);
      return { field: { number, kind: 'fixed32', value: view.getUint32(at, true) } as const, next };
    }
    default:
      throw new ProtobufError('a field has a wrong type');
  }
}

function within(bytes: Uint8Array, end: number): number {
  if (end > bytes.length) throw new ProtobufError('a field ends behind the message');
  return end;
}

/** A number of up to ten bytes, seven bits in each. */
export function readVarint(
  bytes: Uint8Array,
  start: number,
): { readonly value: bigint; readonly next: number } {
  let value = 0n;
  for (let at = start; at < start + 10; at += 1) {
    const byte = bytes[at];
    if (byte === undefined) throw new ProtobufError('a number is cut off');
    value |= BigInt(byte & 0x7f) << BigInt(7 * (at - start));
    if (byte < 0x80) return { value: BigInt.asUintN(64, value), next: at + 1 };
  }
  throw new ProtobufError('a number is longer than ten bytes');
}

/** The double whose bits these are (IEEE 754). */
export function doubleOf(bits: bigint): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, BigInt.asUintN(64, bits));
  return view.getFloat64(0);
}

/** The text of a field; bytes that are no UTF-8 show as U+FFFD. */
export const textOfBytes = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');

/** Writes a field of bytes or text. */
export function writeBytes(number: number, value: Uint8Array | string): Uint8Array {
  const bytes = typeof value === 'string' ? new TextEncoder().encode(value) : value;
  return Buffer.concat([toVarint((number << 3) | 2), toVarint(bytes.length), bytes]);
}

/** Writes a field of a whole number that is not negative. */
export const writeNumber = (number: number, value: number): Uint8Array =>
  Buffer.concat([toVarint(number << 3), toVarint(value)]);

function toVarint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  bytes.push(rest);
  return Uint8Array.from(bytes);
}
