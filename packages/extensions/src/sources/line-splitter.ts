const LF = 0x0a;

/** Cuts a stream of bytes into lines; a line past the limit is skipped to its end and counted. */
export class LineSplitter {
  private readonly limit: number;
  private parts: Buffer[] = [];
  private held = 0;
  private isSkipping = false;
  private skipped = 0;

  constructor(limit: number) {
    this.limit = limit;
  }

  /** Whole lines, without their end; empty ones are left out. */
  push(chunk: Buffer): readonly Buffer[] {
    const lines: Buffer[] = [];
    let from = 0;
    for (let end = chunk.indexOf(LF); end >= 0; end = chunk.indexOf(LF, from)) {
      const line = this.close(chunk.subarray(from, end));
      if (line !== undefined && line.length > 0) lines.push(line);
      from = end + 1;
    }
    this.keep(chunk.subarray(from));
    return lines;
  }

  /** The unended line at the end of the stream. */
  end(): readonly Buffer[] {
    const line = this.close(Buffer.alloc(0));
    return line === undefined || line.length === 0 ? [] : [line];
  }

  /** How many lines were too long since the last call. */
  takeSkipped(): number {
    const count = this.skipped;
    this.skipped = 0;
    return count;
  }

  private keep(part: Buffer): void {
    if (this.isSkipping || part.length === 0) return;
    this.parts.push(part);
    this.held += part.length;
    if (this.held <= this.limit) return;
    this.forget();
    this.isSkipping = true;
  }

  private close(part: Buffer): Buffer | undefined {
    this.keep(part);
    if (this.isSkipping) {
      this.isSkipping = false;
      this.skipped += 1;
      return undefined;
    }
    const line = this.parts.length === 1 ? this.parts[0] : Buffer.concat(this.parts);
    this.forget();
    return line?.at(-1) === 0x0d ? line.subarray(0, -1) : line;
  }

  private forget(): void {
    this.parts = [];
    this.held = 0;
  }
}
