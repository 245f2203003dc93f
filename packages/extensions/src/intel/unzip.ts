/// <reference path="./yauzl.d.ts" />
import { buffer } from 'node:stream/consumers';
import * as yauzl from 'yauzl';

/** Is it a zip archive, and not an empty one? */
export const isZip = (bytes: Buffer): boolean =>
  bytes.length > 4 && bytes.readUInt32BE(0) === 0x504b0304;

const BREAK = /[\r\n]+/g;

/**
 * The files of an archive as one text, one behind the other; a document of JSON on a line of its own. Throws
 * RangeError when they are more than `limitBytes` together, and whatever is wrong with the archive.
 */
export async function unzip(bytes: Buffer, limitBytes: number): Promise<Buffer> {
  const archive = await yauzl.fromBufferPromise(bytes, { lazyEntries: true });
  const parts: Buffer[] = [];
  let left = limitBytes;
  for await (const entry of archive.eachEntry()) {
    if (entry.fileName.endsWith('/')) continue;
    // What an entry says of its size is held to by the reader.
    left -= entry.uncompressedSize + 1;
    if (left < 0) throw new RangeError('The files are too large together.');
    const file = await buffer(await archive.openReadStreamPromise(entry));
    const isJson = entry.fileName.endsWith('.json');
    // A line break inside of JSON stands between its tokens only.
    parts.push(isJson ? Buffer.from(file.toString('utf8').replace(BREAK, ' ')) : file);
    parts.push(Buffer.from('\n'));
  }
  return Buffer.concat(parts);
}
