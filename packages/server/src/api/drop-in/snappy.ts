/*
 * Unpacks Snappy's block format (google/snappy, format_description.txt). The size that a block gives
 * for itself is checked against the limit before a byte is set aside, and nothing is written past it.
 */
import { ProtobufError, readVarint } from './protobuf.ts';

/** The bytes are no Snappy block. */
export class SnappyError extends Error {}

/** The block is larger than the limit when unpacked. */
export class SnappyTooLarge extends SnappyError {}

/** The bytes of a block, at most `limit` of them. */
export function unpackSnappy(block: Uint8Array, limit: number): Uint8Array {
  const { value, next } = readLength(block);
  if (value > limit) throw new SnappyTooLarge(`it unpacks to more than ${limit} bytes`);
  // A copy of 64 bytes takes three: no honest block grows more than that.
  if (value > block.length * 32 + 64) throw new SnappyError('it promises more than it can hold');
  const out = new Uint8Array(value);
  let from = next;
  let to = 0;
  while (from < block.length) {
    const element = readElement(block, from);
    from = element.next;
    if (to + element.length > value) throw new SnappyError('it holds more than it promises');
    if (element.offset === undefined) {
      if (from + element.length > block.length) throw new SnappyError('a literal is cut off');
      out.set(block.subarray(from, from + element.length), to);
      from += element.length;
    } else {
      copyWithin(out, to, { offset: element.offset, length: element.length });
    }
    to += element.length;
  }
  if (to !== value) throw new SnappyError('it holds less than it promises');
  return out;
}

function readLength(block: Uint8Array): { readonly value: number; readonly next: number } {
  try {
    const { value, next } = readVarint(block, 0);
    if (value > 0xffff_ffffn) throw new SnappyError('its length is none');
    return { value: Number(value), next };
  } catch (error) {
    if (error instanceof ProtobufError) throw new SnappyError('its length is none');
    throw error;
  }
}

interface Element {
  readonly length: number;
  /** How far back a copy begins; absent for a literal. */
  readonly offset?: number;
  readonly next: number;
}

function readElement(block: Uint8Array, at: number): Element {
  const tag = byteAt(block, at);
  const high = tag >> 2;
  switch (tag & 3) {
    case 0: {
      const width = high < 60 ? 0 : high - 59;
      const length = (width === 0 ? high : numberAt(block, at + 1, width)) + 1;
      return { length, next: at + 1 + width };
    }
    case 1:
      return {
        length: (high & 7) + 4,
        offset: ((tag >> 5) << 8) | byteAt(block, at + 1),
        next: at + 2,
      };
    case 2:
      return { length: high + 1, offset: numberAt(block, at + 1, 2), next: at + 3 };
    default:
      return { length: high + 1, offset: numberAt(block, at + 1, 4), next: at + 5 };
  }
}

function byteAt(block: Uint8Array, at: number): number {
  const byte = block[at];
  if (byte === undefined) throw new SnappyError('an element is cut off');
  return byte;
}

function numberAt(block: Uint8Array, at: number, width: number): number {
  let value = 0;
  for (let step = width - 1; step >= 0; step -= 1) value = value * 256 + byteAt(block, at + step);
  return value;
}

/** A copy may read what it has just written: that is how runs are packed. */
function copyWithin(
  out: Uint8Array,
  to: number,
  { offset, length }: { readonly offset: number; readonly length: number },
): void {
  if (offset === 0 || offset > to) throw new SnappyError('a copy begins before the block');
  if (offset >= length) out.copyWithin(to, to - offset, to - offset + length);
  else for (let step = 0; step < length; step += 1) out[to + step] = out[to + step - offset] ?? 0;
}
