import { describe, expect, it } from 'vitest';
import { createCaptureFlows } from './capture-flows.ts';
import { readClientHello } from './client-hello.ts';
import { AT, ascii, big, ethernet, pcap, tcp } from './fixtures/capture-writer.ts';

const block = (octets: 1 | 2, body: readonly number[]) => [...big([body.length, octets]), ...body];
const numbers = (list: readonly number[]) => list.flatMap((value) => big([value, 2]));
const extension = (type: number, body: readonly number[] = []) => [
  ...big([type, 2]),
  ...block(2, body),
];

interface Offer {
  readonly version?: number;
  readonly ciphers: readonly number[];
  readonly extensions: readonly number[];
}

/** A hello in one record. */
function hello({ version = 0x0303, ciphers, extensions }: Offer): Uint8Array {
  const body = [
    ...big([version, 2]),
    ...Array<number>(32).fill(7),
    ...block(1, []),
    ...block(2, numbers(ciphers)),
    ...block(1, [0]),
    ...block(2, extensions),
  ];
  const handshake = [1, ...big([body.length, 3]), ...body];
  return Uint8Array.from([22, 3, 1, ...block(2, handshake)]);
}

const serverName = (name: string) => extension(0, block(2, [0, ...block(2, ascii(name))]));
const BROWSER = hello({
  ciphers: [
    0x7a7a, 0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0xc013, 0xc014,
    0x009c, 0x009d, 0x002f, 0x0035,
  ],
  extensions: [
    ...extension(0x1a1a),
    ...serverName('shop.example'),
    ...extension(0x17),
    ...extension(0xff01, [0]),
    ...extension(0x0a, block(2, numbers([0x4a4a, 0x1d, 0x17, 0x18]))),
    ...extension(0x0b, block(1, [0])),
    ...extension(0x23),
    ...extension(0x10, block(2, [...block(1, ascii('h2')), ...block(1, ascii('http/1.1'))])),
    ...extension(0x05, [1, 0, 0, 0, 0]),
    ...extension(
      0x0d,
      block(2, numbers([0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601])),
    ),
    ...extension(0x12),
    ...extension(0x33, block(2, [])),
    ...extension(0x2d, [1, 1]),
    ...extension(0x2b, block(1, numbers([0x6a6a, 0x0304, 0x0303]))),
    ...extension(0x1b, [2, 0, 2]),
    ...extension(0x4469, block(2, block(1, ascii('h2')))),
    ...extension(0x15, Array<number>(200).fill(0)),
  ],
});

describe('a hello of TLS', () => {
  it('tells name, version, protocols, and the fingerprint that its specification works out', () => {
    const read = readClientHello(BROWSER);
    expect(read).toMatchObject({
      kind: 'hello',
      hello: {
        version: 'TLSv1.3',
        serverName: 'shop.example',
        protocols: ['h2', 'http/1.1'],
        ja4: 't13d1516h2_8daaf6152771_e5627efa2ab1',
      },
    });
  });

  it('has the JA3 that its authors give as an example', () => {
    const old = hello({
      version: 769,
      ciphers: [47, 53, 5, 10, 49_161, 49_162, 49_171, 49_172, 50, 56, 19, 4],
      extensions: [
        ...serverName('a'),
        ...extension(10, block(2, numbers([23, 24, 25]))),
        ...extension(11, block(1, [0])),
      ],
    });
    expect(readClientHello(old)).toMatchObject({
      hello: { ja3: 'ada70206e40642a3e4461f35503241d5', version: 'TLSv1.0' },
    });
  });

  it.each([
    { name: 'another kind of record', bytes: [23, 3, 3, 0, 5, 1] },
    { name: 'an answer of a server', bytes: [22, 3, 3, 0, 5, 2] },
    { name: 'one that names more than a hello has', bytes: [22, 3, 3, 0xff, 0xff, 1] },
    { name: 'text', bytes: ascii('GET / HTTP/1.1') },
  ])('is not $name', ({ bytes }) =>
    expect(readClientHello(Uint8Array.from(bytes))).toEqual({ kind: 'none' }),
  );

  it('that comes in two segments is joined, in order only', () => {
    const ends = { src: '192.0.2.7', dst: '198.51.100.9', ports: [40_000, 443] } as const;
    const part = (from: number, to: number, sequence = 1 + from) =>
      ethernet(tcp({ ...ends, flags: 'PA', sequence }, [...BROWSER.subarray(from, to)]));
    const flowOf = (...frames: number[][]) => {
      const flows = createCaptureFlows({ fallbackAt: AT });
      const file = pcap(frames.map((bytes) => ({ bytes })));
      return [...flows.push(file), ...flows.finish()].flatMap((item) =>
        item.kind === 'record' ? [item.record] : [],
      )[0];
    };
    expect(flowOf(part(0, 100), part(100, BROWSER.length))).toMatchObject({
      tls_sni: 'shop.example',
      tls_version: 'TLSv1.3',
      tls_alpn: ['h2', 'http/1.1'],
    });
    expect(flowOf(part(0, 100), part(100, BROWSER.length, 5_000))).not.toHaveProperty('tls_sni');
  });
});
