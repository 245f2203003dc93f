import type { FileHandle } from 'node:fs/promises';
import { open as openFile, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { promisify } from 'node:util';
import { crc32, zstdCompress, zstdDecompress } from 'node:zlib';
import type { Block } from './block.ts';
import { createFilter, type FilterPlace, SLICE_BYTES } from './block-filter.ts';

/*
 * Segments on disk. `<first offset>.log` is appended to and holds bare frames. `<first offset>.seg` is
 * sealed and never changes: zstd blocks one after the other, then their filters, then the index of
 * blocks as zstd JSON, then u32 length of the index, u32 CRC-32 of the index, and the mark.
 */

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);
const MARK = Buffer.from('CRDNSEG1');
const TRAILER = 8 + MARK.length;

export type LogFile = Pick<
  FileHandle,
  'read' | 'write' | 'datasync' | 'truncate' | 'close' | 'stat'
>;
/** What a segment log needs of a file system; tests hand in one that is full. */
export interface LogFs {
  open(path: string, flags: string): Promise<LogFile>;
}
export const realFs: LogFs = { open: (path, flags) => openFile(path, flags) };

/** A block of a sealed segment: where the compressed form lies. */
export interface SealedBlock extends Block {
  readonly crc: number;
  /** Absent in files of older versions: such a block is always searched. */
  readonly filter?: FilterPlace;
}

export interface Segment {
  readonly first: number;
  readonly path: string;
  readonly isSealed: boolean;
  readonly blocks: Block[];
}

const NAME_DIGITS = 16;
export const segmentPath = (dir: string, first: number, kind: 'log' | 'seg'): string =>
  join(dir, `${String(first).padStart(NAME_DIGITS, '0')}.${kind}`);

/** First offsets of the segments of a kind, ascending. */
export async function listSegments(dir: string, kind: 'log' | 'seg'): Promise<readonly number[]> {
  const names = await readdir(dir);
  return names
    .filter((name) => new RegExp(`^\\d{${NAME_DIGITS}}\\.${kind}$`).test(name))
    .map((name) => Number(name.slice(0, NAME_DIGITS)))
    .sort((a, b) => a - b);
}

/** Makes a created, renamed or removed name durable. */
export async function syncDirectory(dir: string): Promise<void> {
  const handle = await openFile(dir, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Writes all of `data` at `position`; a short write goes on where it stopped. */
export async function writeAll(file: LogFile, data: Buffer, position: number): Promise<void> {
  let done = 0;
  while (done < data.length) {
    const { bytesWritten } = await file.write(data, done, data.length - done, position + done);
    done += bytesWritten;
  }
}

export async function readRange(path: string, position: number, length: number): Promise<Buffer> {
  const file = await openFile(path, 'r');
  try {
    const data = Buffer.alloc(length);
    const { bytesRead } = await file.read(data, 0, length, position);
    return data.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** The frames of a block; undefined when a sealed block does not fit its checksum. */
export async function readBlock(segment: Segment, block: Block): Promise<Buffer | undefined> {
  const data = await readRange(segment.path, block.position, block.length);
  if (!segment.isSealed) return data;
  if (crc32(data) !== (block as SealedBlock).crc) return undefined;
  return decompress(data);
}

/** Makes a `.seg` of a `.log` that is not written any more; the caller removes the log once nobody is sent to it. */
export async function sealSegment(dir: string, segment: Segment, fs: LogFs): Promise<Segment> {
  const path = segmentPath(dir, segment.first, 'seg');
  try {
    const blocks = await writeSealed(`${path}.tmp`, segment, fs);
    await rename(`${path}.tmp`, path);
    await syncDirectory(dir);
    return { first: segment.first, path, isSealed: true, blocks };
  } catch (error) {
    await rm(`${path}.tmp`, { force: true });
    throw error;
  }
}

async function writeSealed(path: string, segment: Segment, fs: LogFs): Promise<SealedBlock[]> {
  const file = await fs.open(path, 'w');
  const packed: SealedBlock[] = [];
  const filters: Uint8Array[] = [];
  try {
    let position = 0;
    for (const block of segment.blocks) {
      const data = await readRange(segment.path, block.position, block.length);
      const bytes = await compress(data);
      await writeAll(file, bytes, position);
      packed.push({ ...block, position, length: bytes.length, crc: crc32(bytes) });
      filters.push(await buildFilter(data));
      position += bytes.length;
    }
    const blocks = placeFilters(packed, filters, position);
    await writeAll(file, Buffer.concat(filters), position);
    await writeIndex(file, blocks, position + lengthOf(filters));
    await file.datasync();
    return blocks;
  } finally {
    await file.close();
  }
}

async function buildFilter(data: Buffer): Promise<Uint8Array> {
  const filter = createFilter(data.length);
  for (let at = 0; at < data.length; at += SLICE_BYTES) {
    filter.add(data.subarray(at, at + SLICE_BYTES));
    await nextTurn();
  }
  return filter.finish();
}

const lengthOf = (parts: readonly Uint8Array[]): number =>
  parts.reduce((sum, { length }) => sum + length, 0);

function placeFilters(
  blocks: readonly SealedBlock[],
  filters: readonly Uint8Array[],
  from: number,
): SealedBlock[] {
  let position = from;
  return blocks.map((block, index) => {
    const bytes = filters[index] ?? new Uint8Array();
    const filter = { position, length: bytes.length, crc: crc32(bytes) };
    position += bytes.length;
    return { ...block, filter };
  });
}

async function writeIndex(
  file: LogFile,
  blocks: readonly SealedBlock[],
  position: number,
): Promise<void> {
  const index = await compress(Buffer.from(JSON.stringify(blocks)));
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(index.length, 0);
  trailer.writeUInt32LE(crc32(index), 4);
  await writeAll(file, Buffer.concat([index, trailer, MARK]), position);
}

/** About what it takes on disk. */
export const bytesOf = ({ blocks }: Pick<Segment, 'blocks'>): number =>
  blocks.reduce(
    (sum, block) => sum + block.length + ((block as Partial<SealedBlock>).filter?.length ?? 0),
    0,
  );

/** A sealed segment with its index; undefined when the index is damaged. */
export async function openSealed(dir: string, first: number): Promise<Segment | undefined> {
  const path = segmentPath(dir, first, 'seg');
  const file = await openFile(path, 'r');
  const { size } = await file.stat().finally(() => file.close());
  if (size < TRAILER) return undefined;
  const trailer = await readRange(path, size - TRAILER, TRAILER);
  const length = trailer.readUInt32LE(0);
  if (!trailer.subarray(8).equals(MARK) || length > size - TRAILER) return undefined;
  const index = await readRange(path, size - TRAILER - length, length);
  if (crc32(index) !== trailer.readUInt32LE(4)) return undefined;
  const blocks = JSON.parse((await decompress(index)).toString()) as SealedBlock[];
  return { first, path, isSealed: true, blocks };
}

export const readWhole = (path: string): Promise<Buffer> => readFile(path);
