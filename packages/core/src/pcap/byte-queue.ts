const FIRST_BYTES = 65_536;

/** Bytes of a file that came and were not used yet; holds what was pushed and no more. */
export class ByteQueue {
  /** Place in the file of the first byte that was not used. */
  byte = 0;
  private buffer = new Uint8Array(FIRST_BYTES);
  private start = 0;
  private end = 0;
  private skipped = 0;

  get length(): number {
    return this.end - this.start;
  }

  /** Is the queue inside something that is skipped? */
  get isSkipping(): boolean {
    return this.skipped > 0;
  }

  /** Adds bytes; what was taken before may be overwritten. */
  push(bytes: Uint8Array): void {
    const from = Math.min(this.skipped, bytes.length);
    this.skipped -= from;
    this.byte += from;
    const rest = bytes.subarray(from);
    this.makeRoom(rest.length);
    this.buffer.set(rest, this.end);
    this.end += rest.length;
  }

  /** The next bytes, or undefined as long as there are not so many. */
  peek(length: number): DataView | undefined {
    if (this.length < length) return undefined;
    return new DataView(this.buffer.buffer, this.start, length);
  }

  /** Goes on behind so many bytes, whether they are there yet or not. */
  skip(length: number): void {
    const held = Math.min(length, this.length);
    this.start += held;
    this.byte += held;
    this.skipped += length - held;
  }

  private makeRoom(length: number): void {
    if (this.end + length <= this.buffer.length) return;
    const needed = this.length + length;
    const held = this.buffer.subarray(this.start, this.end);
    // Moving is paid by the room it frees: at least half of the buffer.
    if (needed > this.buffer.length / 2) this.buffer = new Uint8Array(needed * 2);
    this.buffer.set(held, 0);
    this.end = held.length;
    this.start = 0;
  }
}
