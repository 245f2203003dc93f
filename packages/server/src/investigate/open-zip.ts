/// <reference path="./yauzl.d.ts" />
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import * as yauzl from 'yauzl';

const END_BYTES = 22;
const MAX_COMMENT_BYTES = 65_535;
const END_SIGNATURE = Buffer.from('PK\x05\x06', 'latin1');

/** Opens an archive; bytes behind its end, which transfers and tools leave there, are passed over. */
export async function openZip(path: string): Promise<yauzl.ZipFile> {
  const { size, endsAt } = await measure(path);
  const options = { lazyEntries: true, autoClose: false };
  if (endsAt === size) return yauzl.openPromise(path, options);
  return yauzl.fromRandomAccessReaderPromise(new RangeReader(path), endsAt, options);
}

/** Where the record that ends an archive ends itself; the file's size when there is none. */
async function measure(path: string): Promise<{ readonly size: number; readonly endsAt: number }> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const length = Math.min(size, END_BYTES + MAX_COMMENT_BYTES);
    const { buffer } = await file.read(Buffer.alloc(length), 0, length, size - length);
    const at = buffer.lastIndexOf(END_SIGNATURE);
    if (at < 0 || at + END_BYTES > length) return { size, endsAt: size };
    const end = size - length + at + END_BYTES + buffer.readUInt16LE(at + END_BYTES - 2);
    return { size, endsAt: Math.min(size, end) };
  } finally {
    await file.close();
  }
}

/** Reads ranges of a file whose end is not the archive's. */
class RangeReader extends yauzl.RandomAccessReader {
  readonly path: string;
  constructor(path: string) {
    super();
    this.path = path;
  }
  override _readStreamForRange(start: number, end: number): Readable {
    return createReadStream(this.path, { start, end: end - 1 });
  }
}
