import type { ByteQueue } from './byte-queue.ts';
import { type CapturedPacket, type CaptureItem, MAX_PACKET_BYTES, toMillis } from './packet.ts';
import { readOptions } from './pcapng-option.ts';

/** A section header block; the same in both byte orders. */
export const SECTION_MAGIC = 0x0a0d0d0a;

const BYTE_ORDER = 0x1a2b3c4d;
const SECTION_PEEK = 12;
const HEAD_BYTES = 8;
const MIN_BLOCK = 12;
/** A block of packets may hold options beside the packet. */
const MAX_BLOCK = MAX_PACKET_BYTES + 65_536;
const MAX_INTERFACES = 4_096;
const BLOCK = { face: 1, oldPacket: 2, simplePacket: 3, statistics: 5, packet: 6 } as const;
const READ: ReadonlySet<number> = new Set(Object.values(BLOCK));
const OPTION = { resolution: 9, offset: 14, facesDropped: 5, systemDropped: 7 } as const;
const MICROSECONDS = 1_000_000n;
const UNKNOWN_LINK = -1;
const EMPTY = new DataView(new ArrayBuffer(0));

interface Head {
  readonly type: number;
  readonly length: number;
}

interface Face {
  readonly link: number;
  readonly snapBytes: number;
  readonly unitsPerSecond: bigint;
  readonly offsetMs: number;
}

interface Block {
  readonly type: number;
  readonly body: DataView;
  readonly byte: number;
}

const fault = (
  code: 'capture_damaged' | 'capture_dropped',
  byte: number,
  why: string,
): CaptureItem => ({
  kind: 'fault',
  code,
  byte,
  why,
});

/** Reads a capture file of Wireshark (`pcapng`) as far as its bytes are there; a file may have several sections. */
export class PcapngFile {
  private isLittle = true;
  private faces: Face[] = [];
  private dropped = 0;
  private droppedBefore = 0;

  /** Packets and what the file says of itself, as far as the queue has whole blocks. */
  *read(queue: ByteQueue): Generator<CaptureItem> {
    while (!queue.isSkipping) {
      const head = this.readHead(queue);
      if (head === undefined) return;
      const block = typeof head === 'string' ? head : this.takeBlock(queue, head);
      if (block === undefined) return;
      if (typeof block === 'string') {
        yield fault('capture_damaged', queue.byte, block);
        return;
      }
      yield* this.readBlock(block);
    }
  }

  /** Type and length of the next block; a sentence where they cannot be. */
  private readHead(queue: ByteQueue): Head | string | undefined {
    const head = queue.peek(HEAD_BYTES);
    if (!head) return undefined;
    if (head.getUint32(0) === SECTION_MAGIC) {
      const opened = this.openSection(queue);
      if (opened !== true) return opened;
    }
    const type = head.getUint32(0, this.isLittle);
    const length = head.getUint32(4, this.isLittle);
    if (length < MIN_BLOCK || length % 4 !== 0) return `a block says that it has ${length} octets`;
    if (READ.has(type) && length > MAX_BLOCK)
      return `a block of packets says that it has ${length} octets`;
    return { type, length };
  }

  /** Takes the next block when it is whole; one that does not matter is skipped, whatever its length. */
  private takeBlock(queue: ByteQueue, { type, length }: Head): Block | string | undefined {
    const { byte } = queue;
    if (!READ.has(type)) {
      queue.skip(length);
      return { type, body: EMPTY, byte };
    }
    const whole = queue.peek(length);
    if (!whole) return undefined;
    if (whole.getUint32(length - 4, this.isLittle) !== length)
      return 'a block ends with another length than it begins with';
    queue.skip(length);
    const body = new DataView(whole.buffer, whole.byteOffset + HEAD_BYTES, length - MIN_BLOCK);
    return { type, body, byte };
  }

  private openSection(queue: ByteQueue): true | string | undefined {
    const head = queue.peek(SECTION_PEEK);
    if (!head) return undefined;
    const isBig = head.getUint32(8) === BYTE_ORDER;
    if (!isBig && head.getUint32(8, true) !== BYTE_ORDER) return 'a section has no byte order';
    this.isLittle = !isBig;
    this.faces = [];
    this.droppedBefore += this.dropped;
    this.dropped = 0;
    return true;
  }

  private *readBlock(block: Block): Generator<CaptureItem> {
    if (!READ.has(block.type)) return;
    if (block.type === BLOCK.face) this.openFace(block.body);
    else if (block.type === BLOCK.statistics) yield* this.readStatistics(block);
    else {
      const packet = this.readPacket(block);
      if (packet) yield { kind: 'packet', packet };
      else yield fault('capture_damaged', block.byte, 'a packet does not fit into its block');
    }
  }

  private openFace(body: DataView): void {
    if (body.byteLength < 8 || this.faces.length >= MAX_INTERFACES) return;
    const options = readOptions(body, 8, this.isLittle);
    const resolution = options.get(OPTION.resolution);
    const offset = options.get(OPTION.offset);
    const exponent = resolution && resolution.byteLength > 0 ? resolution.getUint8(0) : undefined;
    this.faces.push({
      link: body.getUint16(0, this.isLittle),
      snapBytes: body.getUint32(4, this.isLittle),
      unitsPerSecond: exponent === undefined ? MICROSECONDS : unitsOf(exponent),
      offsetMs: offset?.byteLength === 8 ? Number(offset.getBigInt64(0, this.isLittle)) * 1_000 : 0,
    });
  }

  /** Counters of a face are sums since it began; the last ones stand at the end of the section. */
  private *readStatistics({ body, byte }: Block): Generator<CaptureItem> {
    const options = readOptions(body, 12, this.isLittle);
    const counters = [OPTION.facesDropped, OPTION.systemDropped].map((code) => {
      const value = options.get(code);
      return value?.byteLength === 8 ? Number(value.getBigUint64(0, this.isLittle)) : 0;
    });
    const dropped = Math.max(...counters);
    if (dropped <= this.dropped) return;
    this.dropped = dropped;
    yield fault(
      'capture_dropped',
      byte,
      `${this.droppedBefore + dropped} packets were missed up to here`,
    );
  }

  private readPacket({ type, body, byte }: Block): CapturedPacket | undefined {
    if (type === BLOCK.simplePacket) return this.readSimple(body, byte);
    if (body.byteLength < 20) return undefined;
    const index =
      type === BLOCK.packet ? body.getUint32(0, this.isLittle) : body.getUint16(0, this.isLittle);
    const length = body.getUint32(12, this.isLittle);
    if (20 + length > body.byteLength) return undefined;
    const face = this.faces[index];
    const at = toMillis(
      body.getUint32(4, this.isLittle),
      body.getUint32(8, this.isLittle),
      face?.unitsPerSecond ?? MICROSECONDS,
    );
    return {
      at: at === undefined ? undefined : at + (face?.offsetMs ?? 0),
      link: face?.link ?? UNKNOWN_LINK,
      bytes: new Uint8Array(body.buffer, body.byteOffset + 20, length),
      wireBytes: body.getUint32(16, this.isLittle),
      byte,
    };
  }

  /** A simple packet is of the first face and has no time. */
  private readSimple(body: DataView, byte: number): CapturedPacket | undefined {
    if (body.byteLength < 4) return undefined;
    const wireBytes = body.getUint32(0, this.isLittle);
    const face = this.faces[0];
    const most = Math.min(wireBytes, face?.snapBytes || MAX_PACKET_BYTES);
    if (most > body.byteLength - 4) return undefined;
    const bytes = new Uint8Array(body.buffer, body.byteOffset + 4, most);
    return { at: undefined, link: face?.link ?? UNKNOWN_LINK, bytes, wireBytes, byte };
  }
}

/** Units of a second: a power of ten, or of two when the highest bit is set. */
const unitsOf = (exponent: number): bigint =>
  exponent & 0x80 ? 2n ** BigInt(exponent & 0x7f) : 10n ** BigInt(exponent);
