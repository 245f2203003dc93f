import type { Problem } from '../shared/problem.ts';
import { CHUNK_BYTES, readU64 } from './chunk-bytes.ts';
import { crc32 } from './crc32.ts';
import { type EvtxItem, readEvtxChunk } from './evtx-chunk.ts';

/** Bytes before the first chunk, as Windows writes them. */
const HEADER_BLOCK_BYTES = 4_096;
const MAGIC = [0x45, 0x6c, 0x66, 0x46, 0x69, 0x6c, 0x65, 0x00];
const DIRTY_FLAG = 1;

/** What the file says about itself. */
export interface EvtxHeader {
  readonly nextRecordId: number;
  readonly chunkCount: number;
  /** Was it not closed, e.g. copied while Windows was writing? Its last chunk may lag behind then. */
  readonly isDirty: boolean;
}

/** How the records of a file ended: `seen = read + lost`. */
export interface EvtxTally {
  readonly seen: number;
  readonly read: number;
  readonly lost: number;
}

/** Takes a file's bytes in pieces of any size and gives its records; holds one chunk of 64 KiB at most. */
export interface EvtxReader {
  push(bytes: Uint8Array): Generator<EvtxItem>;
  /** To be called once, at the end of the file. */
  finish(): Generator<EvtxItem>;
  readonly header: EvtxHeader | undefined;
  readonly tally: EvtxTally;
}

/** Do these bytes begin like a Windows event log file? */
export const isEvtx = (bytes: Uint8Array): boolean =>
  MAGIC.every((byte, index) => bytes[index] === byte);

/** All records of a file that is in memory. */
export function* readEvtx(bytes: Uint8Array): Generator<EvtxItem> {
  const reader = createEvtxReader();
  yield* reader.push(bytes);
  yield* reader.finish();
}

/** A reader for one Windows event log file (`.evtx`). Never throws for what the file holds. */
export function createEvtxReader(): EvtxReader {
  return new Reader();
}

class Reader implements EvtxReader {
  header: EvtxHeader | undefined;
  private readonly held = new Uint8Array(CHUNK_BYTES);
  private heldBytes = 0;
  /** Bytes of the file before those that are held. */
  private byte = 0;
  private chunk = 0;
  private read = 0;
  private lost = 0;

  get tally(): EvtxTally {
    return { seen: this.read + this.lost, read: this.read, lost: this.lost };
  }

  *push(bytes: Uint8Array): Generator<EvtxItem> {
    for (let from = 0; from < bytes.length; ) {
      const wanted = (this.byte === 0 ? HEADER_BLOCK_BYTES : CHUNK_BYTES) - this.heldBytes;
      const part = bytes.subarray(from, from + wanted);
      this.held.set(part, this.heldBytes);
      this.heldBytes += part.length;
      from += part.length;
      if (part.length === wanted) yield* this.close();
    }
  }

  *finish(): Generator<EvtxItem> {
    if (this.byte === 0 || this.heldBytes > 0) yield* this.close();
  }

  /** Reads what is held: the header, or a chunk. */
  private *close(): Generator<EvtxItem> {
    const block = this.held.subarray(0, this.heldBytes);
    const { byte } = this;
    this.byte += this.heldBytes;
    this.heldBytes = 0;
    if (byte === 0) yield* this.readHeader(block);
    else yield* this.readChunk(block, byte);
  }

  private *readHeader(block: Uint8Array): Generator<EvtxItem> {
    const view = new DataView(block.buffer, block.byteOffset, block.byteLength);
    if (block.length < HEADER_BLOCK_BYTES || !isEvtx(block)) {
      yield damaged('The file does not begin like a Windows event log file.');
      return;
    }
    if (view.getUint32(124, true) !== crc32(block.subarray(0, 120)))
      yield damaged(
        'The header of the file does not fit its checksum; the chunks were read anyway.',
      );
    this.header = {
      nextRecordId: readU64(view, 24),
      chunkCount: view.getUint16(42, true),
      isDirty: (view.getUint32(120, true) & DIRTY_FLAG) !== 0,
    };
  }

  private *readChunk(block: Uint8Array, byte: number): Generator<EvtxItem> {
    const index = this.chunk;
    this.chunk += 1;
    for (const item of readEvtxChunk({ bytes: block, byte, index })) {
      if (item.kind === 'record') this.read += 1;
      else this.lost += item.lost;
      yield item;
    }
  }
}

function damaged(detail: string): EvtxItem {
  const problem: Problem = {
    code: 'evtx_file_damaged',
    detail,
    hint: 'Check whether the copy is whole; what could be recognised was read.',
    retryable: false,
  };
  return { kind: 'problem', place: { byte: 0, chunk: 0 }, problem, lost: 0 };
}
