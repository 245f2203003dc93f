import { createGunzip } from 'node:zlib';
import { sliceItems } from '../json-slices.ts';
import { LineSplitter } from '../line-splitter.ts';

const UNPACKED_BYTES = 512 * 1_048_576;
const MAX_LINE_BYTES = 1_048_576;

/** What is in an object. */
export interface ObjectRecords {
  readonly records: readonly Buffer[];
  readonly tooLong: number;
  /** Why it could not be read to its end. */
  readonly damage: string | undefined;
}

const isGzip = (bytes: Buffer): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

/** Unpacks up to the limit or the first damage, and keeps what came before. */
export async function unpack(
  bytes: Buffer,
  limit: number = UNPACKED_BYTES,
): Promise<{ readonly bytes: Buffer; readonly damage: string | undefined }> {
  if (!isGzip(bytes)) return { bytes, damage: undefined };
  const gunzip = createGunzip();
  const chunks: Buffer[] = [];
  let held = 0;
  try {
    gunzip.end(bytes);
    for await (const chunk of gunzip) {
      held += (chunk as Buffer).length;
      if (held > limit) return { bytes: Buffer.concat(chunks), damage: 'it unpacks to too much' };
      chunks.push(chunk as Buffer);
    }
    return { bytes: Buffer.concat(chunks), damage: undefined };
  } catch {
    return { bytes: Buffer.concat(chunks), damage: 'its compression is damaged' };
  } finally {
    gunzip.destroy();
  }
}

/** Elements of `Records` when the whole object is one JSON document with such an array. */
function trailRecords(bytes: Buffer): readonly Buffer[] | undefined {
  if (!/^\s*\{\s*"Records"\s*:/.test(bytes.toString('latin1', 0, 256))) return undefined;
  const text = bytes.toString('utf8');
  try {
    JSON.parse(text);
  } catch {
    return undefined;
  }
  return sliceItems(text, ['Records'])?.map((item) => Buffer.from(item));
}

/** Records of an object: the elements of `Records`, or else its lines. */
export async function readObject(packed: Buffer): Promise<ObjectRecords> {
  const { bytes, damage } = await unpack(packed);
  const trail = trailRecords(bytes);
  if (trail !== undefined) return { records: trail, tooLong: 0, damage };
  const splitter = new LineSplitter(MAX_LINE_BYTES);
  const records = [...splitter.push(bytes), ...splitter.end()];
  return { records, tooLong: splitter.takeSkipped(), damage };
}
