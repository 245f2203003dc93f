import type { FileHandle } from 'node:fs/promises';
import { isEvtx, type Problem, readEvtxChunk } from '@cordon/core';

/** So many bytes tell an event log file. */
export const MAGIC_BYTES = 8;
const HEADER_BYTES = 4_096;
const CHUNK_BYTES = 65_536;

/** What one chunk of a Windows event log file gave. */
export interface ReadChunk {
  /** Each record as JSON. */
  readonly texts: readonly Uint8Array[];
  readonly problems: readonly Problem[];
  /** Records that could not be read. */
  readonly lost: number;
  /** Where the next chunk begins; the same as before at the end of the file. */
  readonly offset: number;
}

/** Does the file begin like a Windows event log file? */
export async function isEventLog(file: FileHandle): Promise<boolean> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(MAGIC_BYTES), 0, MAGIC_BYTES, 0);
  return isEvtx(buffer.subarray(0, bytesRead));
}

/** Reads the chunk that begins at an offset, or the first one. */
export async function readLogChunk(file: FileHandle, from: number): Promise<ReadChunk> {
  const byte = Math.max(from, HEADER_BYTES);
  const index = (byte - HEADER_BYTES) / CHUNK_BYTES;
  const end: ReadChunk = { texts: [], problems: [], lost: 0, offset: from };
  // A half chunk was the end of the file when it was read; nothing whole can follow it.
  if (!Number.isInteger(index)) return end;
  const { buffer, bytesRead } = await file.read(Buffer.alloc(CHUNK_BYTES), 0, CHUNK_BYTES, byte);
  if (bytesRead === 0) return end;
  const items = [...readEvtxChunk({ bytes: buffer.subarray(0, bytesRead), byte, index })];
  const damages = items.flatMap((item) => (item.kind === 'problem' ? [item] : []));
  return {
    texts: items.flatMap((item) =>
      item.kind === 'record' ? [Buffer.from(JSON.stringify(item.event))] : [],
    ),
    problems: damages.map(({ problem }) => problem),
    lost: damages.reduce((sum, { lost }) => sum + lost, 0),
    offset: byte + bytesRead,
  };
}
