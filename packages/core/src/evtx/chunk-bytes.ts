/** Size of a chunk of an event log file, in bytes. */
export const CHUNK_BYTES = 65_536;

/** What one record or chunk may cost at most: hostile templates multiply a few bytes into gigabytes. */
export interface BudgetLimits {
  /** Nodes and values that may be read and written. */
  readonly maxSteps: number;
  /** UTF-16 units of text that may be written. */
  readonly maxChars: number;
}

/** Stops the reading of one record; never leaves the reader. */
export class EvtxFault extends Error {
  readonly byte: number;

  /** `byte` counts from the start of the chunk. */
  constructor(detail: string, byte: number) {
    super(detail);
    this.byte = byte;
  }
}

/** Counts work down to nothing; then the record (or the rest of the chunk) is refused. */
export class Budget {
  private steps: number;
  private chars: number;

  constructor({ maxSteps, maxChars }: BudgetLimits) {
    this.steps = maxSteps;
    this.chars = maxChars;
  }

  /** Takes one step and so many characters. */
  spend(chars: number): void {
    this.steps -= 1;
    this.chars -= chars;
    if (this.steps < 0 || this.chars < 0)
      throw new EvtxFault('It unpacks to more than the limit', 0);
  }
}

/** The bytes of one chunk; every offset inside binary XML counts from its start. */
export interface ChunkBytes {
  readonly bytes: Uint8Array;
  readonly view: DataView;
}

/** Wraps bytes of at most one chunk, without copying them. */
export const toChunkBytes = (bytes: Uint8Array): ChunkBytes => ({
  bytes,
  view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
});

/** Arguments of one call that every engine's stack can hold. */
const UNITS_A_CALL = 4_096;

/** `count` UTF-16 units, little-endian; a lone surrogate stays what it is. */
export function readUtf16({ bytes }: ChunkBytes, from: number, count: number): string {
  if (count <= UNITS_A_CALL) return decode(bytes, from, count);
  let text = '';
  for (let done = 0; done < count; done += UNITS_A_CALL)
    text += decode(bytes, from + done * 2, Math.min(UNITS_A_CALL, count - done));
  return text;
}

function decode(bytes: Uint8Array, from: number, count: number): string {
  // A plain array: engines pass its members as arguments twice as fast as those of a typed one.
  const units = new Array<number>(count);
  for (let index = 0, at = from; index < count; index++, at += 2)
    units[index] = (bytes[at] as number) | ((bytes[at + 1] as number) << 8);
  return String.fromCharCode.apply(null, units);
}

/** Reads forward and never past `end`. */
export class ByteCursor {
  readonly chunk: ChunkBytes;
  readonly end: number;
  at: number;

  constructor(chunk: ChunkBytes, from: number, end: number) {
    this.chunk = chunk;
    this.at = from;
    this.end = Math.min(end, chunk.bytes.length);
  }

  get isAtEnd(): boolean {
    return this.at >= this.end;
  }

  /** The place of `count` bytes, which are now read. */
  take(count: number): number {
    const from = this.at;
    if (count > this.end - from)
      throw new EvtxFault(`It ends where ${count} more bytes were expected`, from);
    this.at = from + count;
    return from;
  }

  u8(): number {
    return this.chunk.bytes[this.take(1)] as number;
  }

  u16(): number {
    return this.chunk.view.getUint16(this.take(2), true);
  }

  u32(): number {
    return this.chunk.view.getUint32(this.take(4), true);
  }

  /** A text with its number of UTF-16 units before it. */
  text(): string {
    const count = this.u16();
    return readUtf16(this.chunk, this.take(count * 2), count);
  }
}

/** An unsigned 64-bit integer; exact up to 2^53. */
export const readU64 = (view: DataView, at: number): number =>
  view.getUint32(at + 4, true) * 4_294_967_296 + view.getUint32(at, true);
