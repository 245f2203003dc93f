import type { ByteQueue } from './byte-queue.ts';
import { type CaptureItem, MAX_PACKET_BYTES } from './packet.ts';

const HEAD_BYTES = 24;
const RECORD_HEAD_BYTES = 16;
/** The upper bits say whether packets end with a checksum. */
const LINK_BITS = 0xffff;
/** The magic number as it is read in big-endian order, with the byte order and the fractions of a second it stands for. */
const MAGICS: Readonly<Record<number, readonly [isLittle: boolean, perMilli: number]>> = {
  [0xa1b2c3d4]: [false, 1_000],
  [0xd4c3b2a1]: [true, 1_000],
  [0xa1b23c4d]: [false, 1_000_000],
  [0x4d3cb2a1]: [true, 1_000_000],
};

/** Do these bytes begin like a capture file of tcpdump? */
export const isPcapMagic = (magic: number): boolean => MAGICS[magic] !== undefined;

/** Reads a capture file of tcpdump (`pcap`) as far as its bytes are there. */
export class PcapFile {
  private link: number | undefined;
  private isLittle = false;
  private perMilli = 1_000;

  /** Packets, as far as the queue has them whole. */
  *read(queue: ByteQueue): Generator<CaptureItem> {
    if (this.link === undefined && !this.readHead(queue)) return;
    for (;;) {
      const head = queue.peek(RECORD_HEAD_BYTES);
      if (!head) return;
      const length = head.getUint32(8, this.isLittle);
      if (length > MAX_PACKET_BYTES) {
        yield {
          kind: 'fault',
          code: 'capture_damaged',
          byte: queue.byte,
          why: `a packet says that it has ${length} octets`,
        };
        return;
      }
      const record = queue.peek(RECORD_HEAD_BYTES + length);
      if (!record) return;
      const packet = this.toPacket(record, queue.byte);
      queue.skip(record.byteLength);
      yield { kind: 'packet', packet };
    }
  }

  private readHead(queue: ByteQueue): boolean {
    const head = queue.peek(HEAD_BYTES);
    if (!head) return false;
    [this.isLittle, this.perMilli] = MAGICS[head.getUint32(0)] ?? [false, 1_000];
    this.link = head.getUint32(20, this.isLittle) & LINK_BITS;
    queue.skip(HEAD_BYTES);
    return true;
  }

  private toPacket(record: DataView, byte: number) {
    const seconds = record.getUint32(0, this.isLittle);
    const fraction = record.getUint32(4, this.isLittle);
    return {
      at: seconds * 1_000 + Math.floor(fraction / this.perMilli),
      link: this.link ?? 0,
      bytes: new Uint8Array(
        record.buffer,
        record.byteOffset + RECORD_HEAD_BYTES,
        record.byteLength - RECORD_HEAD_BYTES,
      ),
      wireBytes: record.getUint32(12, this.isLittle),
      byte,
    };
  }
}
