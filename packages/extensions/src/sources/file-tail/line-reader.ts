import type { FileHandle } from 'node:fs/promises';
import { HEAD_BYTES, type Position } from './position.ts';

const LF = 0x0a;
const CR = 0x0d;

/** Lines read from one place of a file, and where the next read starts. */
export interface Lines {
  readonly lines: readonly Uint8Array[];
  readonly offset: number;
  /** Lines past the limit that ended or began here and were left out. */
  readonly tooLong: number;
  readonly isSkipping: boolean;
  /** Was there as much as fits? Then there may be more. */
  readonly isFull: boolean;
}

export interface ReadFrom {
  readonly offset: number;
  /** Is the place inside a line that is too long? */
  readonly isSkipping: boolean;
  /** At the end of a file that nobody writes to any more, an unended line is a line. */
  readonly takesRest: boolean;
}

function splitLines(bytes: Buffer): readonly Uint8Array[] {
  const lines: Uint8Array[] = [];
  let from = 0;
  while (from < bytes.length) {
    const found = bytes.indexOf(LF, from);
    const end = found < 0 ? bytes.length : found;
    const line = bytes.subarray(from, bytes[end - 1] === CR && end > from ? end - 1 : end);
    if (line.length > 0) lines.push(line);
    from = end + 1;
  }
  return lines;
}

/** Reads whole lines from `offset` on, at most `maxBytes`; a longer line is skipped to its end. */
export async function readLines(
  file: FileHandle,
  from: ReadFrom,
  maxBytes: number,
): Promise<Lines> {
  const buffer = Buffer.allocUnsafe(maxBytes + 1);
  const { bytesRead } = await file.read(buffer, 0, buffer.length, from.offset);
  const bytes = buffer.subarray(0, bytesRead);
  const isFull = bytesRead === buffer.length;
  if (from.isSkipping) {
    const end = bytes.indexOf(LF);
    const isOver = end >= 0;
    return {
      lines: [],
      offset: from.offset + (isOver ? end + 1 : bytesRead),
      tooLong: 0,
      isSkipping: !isOver,
      isFull: isFull || isOver,
    };
  }
  const end = bytes.lastIndexOf(LF);
  if (end < 0 && isFull) {
    return { lines: [], offset: from.offset + bytesRead, tooLong: 1, isSkipping: true, isFull };
  }
  const used = from.takesRest && !isFull ? bytesRead : end + 1;
  return {
    lines: splitLines(bytes.subarray(0, used)),
    offset: from.offset + used,
    tooLong: 0,
    isSkipping: false,
    isFull,
  };
}

/** The first bytes of a file, at most up to `offset`. */
export async function readHead(file: FileHandle, offset: number): Promise<string> {
  const buffer = Buffer.alloc(Math.min(HEAD_BYTES, offset));
  if (buffer.length === 0) return '';
  const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
  return buffer.subarray(0, bytesRead).toString('base64');
}

/** Is this still the file of that position, with at least as much in it? */
export async function isContinued(file: FileHandle, position: Position): Promise<boolean> {
  const { ino, size } = await file.stat();
  if (ino !== position.inode || size < position.offset) return false;
  return (await readHead(file, Buffer.from(position.head, 'base64').length)) === position.head;
}
