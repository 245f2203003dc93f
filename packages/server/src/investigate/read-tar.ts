const BLOCK = 512;
/** Ordinary files; folders, links and the tape's own records hold no log. */
const FILES = new Set(['0', '\0', '7']);
const LINE_END = Uint8Array.of(0x0a);

/**
 * The contents of a tape archive's ordinary files, one behind the other, each ended by a line end.
 * What is no header ends it.
 */
export async function* readTar(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const tape = createTape(chunks);
  try {
    for (;;) {
      const header = await tape.take(BLOCK);
      const size = header && sizeOf(header);
      if (!header || size === undefined) return;
      const isFile = FILES.has(String.fromCharCode(header[156] ?? 0));
      for await (const part of tape.pass(size)) if (isFile) yield part;
      if (isFile && size > 0) yield LINE_END;
      await tape.take((BLOCK - (size % BLOCK)) % BLOCK);
    }
  } finally {
    await tape.close();
  }
}

/** Size of a member by its header; undefined for the empty block at the end and for what is no header. */
function sizeOf(header: Buffer): number | undefined {
  if (header[0] === 0) return undefined;
  const text = header.toString('latin1', 124, 136).replace(/[\0 ]+$/, '');
  return /^ *[0-7]{1,12}$/.test(text) ? Number.parseInt(text.trim(), 8) : undefined;
}

/** Reads bytes in the lengths that are asked for; holds no more than a chunk and a block. */
function createTape(chunks: AsyncIterable<Uint8Array>) {
  const source = chunks[Symbol.asyncIterator]();
  let held: Buffer = Buffer.alloc(0);
  const more = async (): Promise<boolean> => {
    const next = await source.next();
    if (next.done) return false;
    held = held.length === 0 ? Buffer.from(next.value) : Buffer.concat([held, next.value]);
    return true;
  };
  const cut = (length: number): Buffer => {
    const part = held.subarray(0, length);
    held = held.subarray(part.length);
    return part;
  };
  return {
    close: async (): Promise<void> => void (await source.return?.()),
    /** So many bytes, or undefined when there are not as many left. */
    async take(length: number): Promise<Buffer | undefined> {
      while (held.length < length) if (!(await more())) return undefined;
      return cut(length);
    },
    /** So many bytes in the parts that they come in. */
    async *pass(length: number): AsyncIterable<Buffer> {
      for (let left = length; left > 0; ) {
        if (held.length === 0 && !(await more())) return;
        const part = cut(left);
        left -= part.length;
        yield part;
      }
    },
  };
}
