/*
 * How syslog records are told apart in a byte stream: octet counting and newline framing (RFC 6587,
 * 3.4). Which of the two a sender speaks is read from its first bytes; bytes inside a record are
 * never changed.
 */

/** What came out of a chunk: whole records, and what had to be left out. */
export interface Framed {
  readonly frames: readonly Uint8Array[];
  readonly losses: readonly FrameLoss[];
}
export interface FrameLoss {
  readonly kind: 'line_too_long' | 'bad_frame';
  /** Which record of the connection, from 1. */
  readonly record: number;
}

/** Splits one connection's stream; at most `maxBytes` + one chunk is held. */
export interface Framer {
  push(chunk: Uint8Array): Framed;
  /** The stream is over: an unended line is a record, an unended counted frame a loss. */
  end(): Framed;
}

const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const MAX_COUNT_DIGITS = 10;
const COMPACT_AFTER = 1_024;

type Mode =
  | { readonly kind: 'undecided' }
  | { readonly kind: 'newline' }
  | { readonly kind: 'header' }
  | { readonly kind: 'counted'; readonly bytes: number }
  | { readonly kind: 'skip_bytes'; readonly bytes: number }
  | { readonly kind: 'skip_line'; readonly next: 'newline' | 'undecided' };

const isDigit = (byte: number): boolean => byte >= 0x30 && byte <= 0x39;

/** A count, "not a count", or more bytes needed. */
function readCount(
  bytes: Buffer,
): { readonly length: number; readonly count: number } | 'no' | 'more' {
  let length = 0;
  while (length < bytes.length && length <= MAX_COUNT_DIGITS && isDigit(bytes[length] ?? 0))
    length += 1;
  if (length > MAX_COUNT_DIGITS) return 'no';
  if (length === bytes.length) return 'more';
  if (length === 0 || bytes[length] !== SPACE || bytes[0] === 0x30) return 'no';
  return { length: length + 1, count: Number(bytes.toString('latin1', 0, length)) };
}

class StreamFramer implements Framer {
  private readonly maxBytes: number;
  private mode: Mode = { kind: 'undecided' };
  private held: Buffer[] = [];
  private heldBytes = 0;
  private seen = 0;
  private frames: Uint8Array[] = [];
  private losses: FrameLoss[] = [];

  constructor(maxBytes: number) {
    this.maxBytes = maxBytes;
  }

  push(chunk: Uint8Array): Framed {
    let rest: Buffer | undefined = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    while (rest !== undefined && rest.length > 0) rest = this.step(rest);
    return this.take();
  }

  end(): Framed {
    const { kind } = this.mode;
    const isCounted = kind === 'counted' || kind === 'header';
    if (isCounted && this.heldBytes > 0) this.lose('bad_frame');
    else if (this.heldBytes > 0) this.emitLine(this.release());
    this.held = [];
    this.heldBytes = 0;
    return this.take();
  }

  /** Works off the front of the chunk; the rest, or undefined when all of it is used up. */
  private step(chunk: Buffer): Buffer | undefined {
    const { mode } = this;
    switch (mode.kind) {
      case 'undecided':
      case 'header':
        return this.decide(chunk, mode.kind);
      case 'newline':
        return this.readLine(chunk);
      case 'counted':
        return this.readCounted(chunk, mode.bytes);
      case 'skip_bytes':
        if (chunk.length < mode.bytes) {
          this.mode = { kind: 'skip_bytes', bytes: mode.bytes - chunk.length };
          return undefined;
        }
        this.mode = { kind: 'header' };
        return chunk.subarray(mode.bytes);
      case 'skip_line': {
        const end = chunk.indexOf(LF);
        if (end < 0) return undefined;
        this.mode = { kind: mode.next };
        return chunk.subarray(end + 1);
      }
    }
  }

  private decide(chunk: Buffer, from: 'undecided' | 'header'): Buffer | undefined {
    const bytes = this.heldBytes > 0 ? Buffer.concat([this.release(), chunk]) : chunk;
    // Some senders end a counted frame with line feeds that are not counted.
    const start = bytes.findIndex((byte) => byte !== LF);
    if (start < 0) return undefined;
    const body = bytes.subarray(start);
    const read = readCount(body);
    if (read === 'more') {
      this.hold(body);
      return undefined;
    }
    if (read === 'no') {
      if (from === 'header') this.lose('bad_frame');
      this.mode =
        from === 'header' ? { kind: 'skip_line', next: 'undecided' } : { kind: 'newline' };
      return body;
    }
    const isTooLong = read.count > this.maxBytes;
    if (isTooLong) this.lose('line_too_long');
    this.mode = { kind: isTooLong ? 'skip_bytes' : 'counted', bytes: read.count };
    return body.subarray(read.length);
  }

  private readCounted(chunk: Buffer, bytes: number): Buffer | undefined {
    const missing = bytes - this.heldBytes;
    if (chunk.length < missing) {
      this.hold(chunk);
      return undefined;
    }
    this.hold(chunk.subarray(0, missing));
    this.emit(this.release());
    this.mode = { kind: 'header' };
    return chunk.subarray(missing);
  }

  private readLine(chunk: Buffer): Buffer | undefined {
    const end = chunk.indexOf(LF);
    const upTo = end < 0 ? chunk.length : end;
    if (this.heldBytes + upTo > this.maxBytes) {
      this.release();
      this.lose('line_too_long');
      this.mode = { kind: 'skip_line', next: 'newline' };
      return chunk;
    }
    this.hold(chunk.subarray(0, upTo));
    if (end < 0) return undefined;
    this.emitLine(this.release());
    return chunk.subarray(end + 1);
  }

  private emitLine(line: Buffer): void {
    const isCrLf = line.at(-1) === CR;
    this.emit(isCrLf ? line.subarray(0, -1) : line);
  }

  private emit(frame: Uint8Array): void {
    if (frame.length === 0) return;
    this.seen += 1;
    this.frames.push(frame);
  }

  private lose(kind: FrameLoss['kind']): void {
    this.seen += 1;
    this.losses.push({ kind, record: this.seen });
  }

  /** One-byte chunks must not become a million small buffers. */
  private hold(bytes: Buffer): void {
    this.held.push(bytes);
    this.heldBytes += bytes.length;
    if (this.held.length > COMPACT_AFTER) this.held = [Buffer.concat(this.held)];
  }

  private release(): Buffer {
    const only = this.held.length === 1 ? this.held[0] : undefined;
    const bytes = only ?? Buffer.concat(this.held);
    this.held = [];
    this.heldBytes = 0;
    return bytes;
  }

  private take(): Framed {
    const framed = { frames: this.frames, losses: this.losses };
    this.frames = [];
    this.losses = [];
    return framed;
  }
}

/** A framer for one connection. `maxBytes`: records longer than this are left out and counted. */
export const createFramer = (maxBytes: number): Framer => new StreamFramer(maxBytes);
