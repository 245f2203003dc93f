import { ByteQueue } from './byte-queue.ts';
import type { CaptureItem } from './packet.ts';
import { isPcapMagic, PcapFile } from './pcap-file.ts';
import { PcapngFile, SECTION_MAGIC } from './pcapng-file.ts';

const MAGIC_BYTES = 4;
const PART_BYTES = 65_536;

/** Takes a file's bytes in pieces of any size and gives its packets; holds one packet and 64 KiB at most. */
export interface CaptureReader {
  /** Packets that are whole now. Each is a view that holds until the next one is asked for. */
  push(bytes: Uint8Array): Generator<CaptureItem>;
  /** To be called once, at the end of the file. */
  finish(): Generator<CaptureItem>;
}

/** Do these bytes (at least four) begin like a packet capture, pcap or pcapng? */
export function isCapture(bytes: Uint8Array): boolean {
  if (bytes.length < MAGIC_BYTES) return false;
  const magic = new DataView(bytes.buffer, bytes.byteOffset, MAGIC_BYTES).getUint32(0);
  return magic === SECTION_MAGIC || isPcapMagic(magic);
}

/** A reader for one capture file, pcap or pcapng as it begins. Never throws for what the file holds. */
export function createCaptureReader(): CaptureReader {
  return new Reader();
}

class Reader implements CaptureReader {
  private readonly queue = new ByteQueue();
  private file: PcapFile | PcapngFile | undefined;
  /** Nothing is read behind damage, since where the next packet begins is not known. */
  private isOver = false;

  *push(bytes: Uint8Array): Generator<CaptureItem> {
    for (let from = 0; from < bytes.length && !this.isOver; from += PART_BYTES) {
      this.queue.push(bytes.subarray(from, from + PART_BYTES));
      yield* this.read();
    }
  }

  *finish(): Generator<CaptureItem> {
    if (this.isOver) return;
    if (this.file === undefined) yield this.end('capture_damaged', 'it is too short for a capture');
    else if (this.queue.length > 0 || this.queue.isSkipping)
      yield this.end('capture_truncated', 'it ends inside a packet');
  }

  private *read(): Generator<CaptureItem> {
    this.file ??= this.open();
    if (this.file === undefined) {
      if (this.queue.length >= MAGIC_BYTES)
        yield this.end('capture_damaged', 'it does not begin like a capture');
      return;
    }
    for (const item of this.file.read(this.queue)) {
      if (item.kind === 'fault' && item.code === 'capture_damaged') this.isOver = true;
      yield item;
      if (this.isOver) return;
    }
  }

  private open(): PcapFile | PcapngFile | undefined {
    const magic = this.queue.peek(MAGIC_BYTES)?.getUint32(0);
    if (magic === undefined) return undefined;
    if (magic === SECTION_MAGIC) return new PcapngFile();
    return isPcapMagic(magic) ? new PcapFile() : undefined;
  }

  private end(code: 'capture_damaged' | 'capture_truncated', why: string): CaptureItem {
    this.isOver = true;
    return { kind: 'fault', code, byte: this.queue.byte, why };
  }
}
