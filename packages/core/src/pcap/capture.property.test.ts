import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CaptureFlows, createCaptureFlows } from './capture-flows.ts';
import { readClientHello } from './client-hello.ts';
import { readDns } from './dns-message.ts';
import {
  AT,
  answer,
  ascii,
  big,
  ethernet,
  ip,
  pcap,
  pcapng,
  tcp,
  udp,
} from './fixtures/capture-writer.ts';
import { readAnswer, readRequest } from './http-head.ts';

/** More runs when asked for. */
const RUNS = Number(process.env['CORDON_FUZZ_RUNS'] ?? 300);
const WEB = { src: '192.0.2.7', dst: '198.51.100.9', ports: [40_000, 80] } as const;
const ASK = { src: '2001:db8::7', dst: '2001:db8::53', ports: [40_001, 53] } as const;
const QUESTION = [...big([7, 2], [0x0100, 2], [1, 2], [0, 6]), 1, 97, 0, ...big([1, 2], [1, 2])];
const FRAMES = [
  tcp({ ...WEB, flags: 'S' }),
  tcp({ ...answer(WEB), flags: 'SA' }),
  tcp({ ...WEB, flags: 'PA' }, ascii('GET /a HTTP/1.1\r\nHost: b\r\n\r\n')),
  tcp({ ...answer(WEB), flags: 'PA' }, ascii('HTTP/1.1 200 OK\r\n\r\n')),
  tcp({ ...WEB, flags: 'PA', sequence: 9 }, [22, 3, 1, 0, 60, 1, 0, 0, 56, 3, 3]),
  udp(ASK, QUESTION),
  ip({ ...WEB, protocol: 17, fragment: 0x2000 }, big([1, 2], [2, 2], [99, 2], [0, 2])),
  ip({ ...ASK, protocol: 44 }, [17, 0, 0, 8, 0, 0, 0, 1, 1, 2]),
].map((packet, index) => ({ bytes: ethernet(packet, index % 2 === 0 ? [7] : []), at: AT + index }));
const FILES = [
  pcap(FRAMES),
  pcap(FRAMES, { order: 'big', digits: 9 }),
  pcapng(FRAMES),
  pcapng(FRAMES, { order: 'big' }),
];

/** Reads a file in pieces and holds what must hold whatever is in it. */
function readSafely(file: Uint8Array, pieceBytes: number): CaptureFlows['tally'] {
  const flows = createCaptureFlows({ fallbackAt: AT, maxFlows: 4 });
  let records = 0;
  const take = (outcomes: Iterable<{ readonly kind: string; readonly byte: number }>) => {
    for (const { kind, byte } of outcomes) {
      expect(byte).toBeGreaterThanOrEqual(0);
      expect(byte).toBeLessThanOrEqual(file.length);
      if (kind === 'record') records += 1;
    }
  };
  for (let at = 0; at < file.length; at += pieceBytes)
    take(flows.push(file.subarray(at, at + pieceBytes)));
  take(flows.finish());
  const { tally } = flows;
  expect(tally.packets).toBe(tally.counted + tally.other + tally.damaged + tally.unknownLink);
  // The work is bounded by the file: a packet costs its head at least, and gives two records at most.
  expect(tally.packets).toBeLessThanOrEqual(file.length / 16);
  expect(records).toBeLessThanOrEqual(2 * tally.packets);
  return tally;
}

const piece = fc.integer({ min: 1, max: 400 });
const place = fc.nat(2_000);
const change = fc.oneof(
  fc.record({ at: place, bytes: fc.uint8Array({ minLength: 1, maxLength: 8 }) }),
  fc.record({
    at: place,
    bytes: fc.constantFrom(Uint8Array.of(255, 255, 255, 255), new Uint8Array(4)),
  }),
);

describe('whatever a capture holds, it is read to an end', () => {
  it('when it is changed, or cut', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...FILES),
        fc.array(change, { maxLength: 6 }),
        fc.tuple(place, piece),
        (file, changes, [end, pieceBytes]) => {
          const bytes = file.slice(0, Math.max(0, file.length - (end % file.length)));
          for (const { at, bytes: put } of changes) {
            if (at + put.length <= bytes.length) bytes.set(put, at);
          }
          readSafely(bytes, pieceBytes);
        },
      ),
      { numRuns: RUNS },
    );
  });

  it('when a head is followed by noise', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...FILES),
        fc.uint8Array({ maxLength: 600 }),
        piece,
        (file, noise, size) => {
          readSafely(Uint8Array.from([...file.subarray(0, 24), ...noise]), size);
          readSafely(noise, size);
        },
      ),
      { numRuns: RUNS },
    );
  });

  it('and gives the same in pieces of any size', () => {
    fc.assert(
      fc.property(fc.constantFrom(...FILES), piece, (file, size) => {
        expect(readSafely(file, size)).toEqual(readSafely(file, file.length));
      }),
      { numRuns: 50 },
    );
  });

  it('and so is what applications say in it', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        for (const head of [[], QUESTION.slice(0, 12), [22, 3, 1, 0, 200, 1], ascii('GET ')]) {
          const payload = Uint8Array.from([...head, ...bytes]);
          const dns = readDns(payload);
          expect(dns?.name.length ?? 0).toBeLessThanOrEqual(1_024);
          expect(dns?.answers.length ?? 0).toBeLessThanOrEqual(32);
          readClientHello(payload);
          readRequest(payload);
          readAnswer(payload);
        }
      }),
      { numRuns: RUNS },
    );
  });
});
