import { describe, expect, it } from 'vitest';
import { createCaptureReader, isCapture } from './capture-reader.ts';
import { AT, blocksOf, ethernet, pcap, pcapng, udp } from './fixtures/capture-writer.ts';
import type { CaptureItem } from './packet.ts';

const ENDS = { src: '192.0.2.7', dst: '198.51.100.9' };
const frame = ethernet(udp(ENDS, [1, 2, 3]));

/** What was read, with bytes that stay. */
function readAll(file: Uint8Array, pieceBytes = file.length || 1): CaptureItem[] {
  const reader = createCaptureReader();
  const items: CaptureItem[] = [];
  const take = (from: Iterable<CaptureItem>) => {
    for (const item of from)
      items.push(
        item.kind === 'packet'
          ? { ...item, packet: { ...item.packet, bytes: item.packet.bytes.slice() } }
          : item,
      );
  };
  for (let at = 0; at < file.length; at += pieceBytes)
    take(reader.push(file.subarray(at, at + pieceBytes)));
  take(reader.finish());
  return items;
}
const packets = (items: readonly CaptureItem[]) =>
  items.flatMap((item) => (item.kind === 'packet' ? [item.packet] : []));
const faults = (items: readonly CaptureItem[]) =>
  items.flatMap((item) => (item.kind === 'fault' ? [item.code] : []));

const frames = [
  { bytes: frame, at: AT + 1 },
  { bytes: frame.slice(0, 41), at: AT + 2_002, wireBytes: 45 },
];

describe('a capture file', () => {
  it.each([
    { name: 'of microseconds, little end first', file: pcap(frames) },
    { name: 'of microseconds, big end first', file: pcap(frames, { order: 'big' }) },
    { name: 'of nanoseconds, little end first', file: pcap(frames, { digits: 9 }) },
    { name: 'of nanoseconds, big end first', file: pcap(frames, { digits: 9, order: 'big' }) },
    { name: 'of pcapng, little end first', file: pcapng(frames) },
    { name: 'of pcapng, big end first', file: pcapng(frames, { order: 'big' }) },
  ])('$name gives its packets with time and bytes, in pieces of any size', ({ file }) => {
    const whole = readAll(file);
    expect(isCapture(file)).toBe(true);
    expect(faults(whole)).toEqual([]);
    expect(packets(whole).map(({ at, link, bytes }) => ({ at, link, bytes: [...bytes] }))).toEqual(
      frames.map(({ at, bytes }) => ({ at, link: 1, bytes })),
    );
    for (const pieceBytes of [1, 7, 100]) expect(readAll(file, pieceBytes)).toEqual(whole);
  });

  it.each([
    { name: 'pcap', file: pcap(frames) },
    { name: 'pcapng', file: pcapng(frames) },
  ])('of $name that ends too early keeps what came before and says where it ends', ({ file }) => {
    const items = readAll(file.subarray(0, file.length - 5));
    expect(packets(items)).toHaveLength(1);
    expect(items.at(-1)).toMatchObject({ kind: 'fault', code: 'capture_truncated' });
    const at = items.at(-1);
    expect(at?.kind === 'fault' && at.byte > 0 && at.byte < file.length).toBe(true);
  });

  it('that names a packet too large to be one is damaged from there on', () => {
    const file = pcap(frames);
    new DataView(file.buffer).setUint32(24 + 16 + frame.length + 8, 0x7fff_ffff, true);
    const items = readAll(file);
    expect(packets(items)).toHaveLength(1);
    expect(items.at(-1)).toMatchObject({ code: 'capture_damaged', byte: 24 + 16 + frame.length });
  });

  it('that is none is damaged from the start', () => {
    expect(faults(readAll(Uint8Array.from([1, 2, 3, 4, 5])))).toEqual(['capture_damaged']);
    expect(faults(readAll(new Uint8Array()))).toEqual(['capture_damaged']);
  });
});

describe('pcapng', () => {
  it('tells time in the units of each face, and leaves unknown blocks out', () => {
    const { section, face, packet, option, block, write } = blocksOf('little');
    const file = Uint8Array.from([
      ...section(),
      ...face(1, option(9, [9])),
      ...face(101, option(9, [0x80 | 10])),
      ...face(1, [...option(9, [3]), ...option(14, write([3_600, 8]))]),
      ...block(0x0bad, Array<number>(500).fill(7)),
      ...packet(frame, BigInt(AT) * 1_000_000n + 999_999n, 0),
      ...packet(frame, (BigInt(AT) * 1_024n) / 1_000n, 1),
      ...packet(frame, BigInt(AT), 2),
      ...packet(frame, 0n, 9),
    ]);
    expect(packets(readAll(file)).map(({ at, link }) => [at, link])).toEqual([
      [AT, 1],
      [AT, 101],
      [AT + 3_600_000, 1],
      [0, -1],
    ]);
  });

  it('may change its byte order from section to section, and has packets without a time', () => {
    const [one, two] = [blocksOf('big'), blocksOf('little')];
    const file = Uint8Array.from([
      ...one.section(),
      ...one.face(113),
      ...one.simple(frame),
      ...two.section(),
      ...two.face(1, [], 20),
      ...two.simple(frame),
    ]);
    const read = packets(readAll(file));
    expect(read.map(({ at, link }) => [at, link])).toEqual([
      [undefined, 113],
      [undefined, 1],
    ]);
    expect(read[1]?.bytes).toHaveLength(20);
  });

  it('says how many packets were missed, over all sections', () => {
    const { section, face, dropped } = blocksOf('little');
    const items = readAll(
      Uint8Array.from([
        ...section(),
        ...dropped(3),
        ...dropped(3),
        ...section(),
        ...face(),
        ...dropped(9),
      ]),
    );
    expect(items).toEqual([
      expect.objectContaining({ code: 'capture_dropped', why: '3 packets were missed up to here' }),
      expect.objectContaining({
        code: 'capture_dropped',
        why: '12 packets were missed up to here',
      }),
    ]);
  });

  it('skips a huge block that it does not need, and refuses a huge one that it needs', () => {
    const { section, face, write } = blocksOf('little');
    const head = [...section(), ...face()];
    const unknown = [
      ...head,
      ...write([0x0bad, 4], [0x7fff_fff0, 4]),
      ...Array<number>(64).fill(0),
    ];
    expect(faults(readAll(Uint8Array.from(unknown)))).toEqual(['capture_truncated']);
    const packet = [...head, ...write([6, 4], [0x7fff_fff0, 4]), ...Array<number>(64).fill(0)];
    expect(faults(readAll(Uint8Array.from(packet)))).toEqual(['capture_damaged']);
  });
});
