import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packSnappy } from './fixtures/senders.ts';
import { readLokiProtobuf } from './loki-streams.ts';
import { readOtlpJson } from './otlp-json.ts';
import { OtlpError, toOtlpRecord } from './otlp-log.ts';
import { readOtlpProtobuf } from './otlp-protobuf.ts';
import { ProtobufError, readFields, writeBytes } from './protobuf.ts';
import { SnappyError, unpackSnappy } from './snappy.ts';

const hex = (text: string) => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));
const LIMIT = 1_000;
/** More runs when asked for. */
const RUNS = Number(process.env['CORDON_FUZZ_RUNS'] ?? 100);

describe('Snappy', () => {
  // By hand from google/snappy's format_description.txt.
  it.each([
    { name: 'nothing', block: '00', text: '' },
    { name: 'a literal', block: '05 10 68656c6c6f', text: 'hello' },
    { name: 'a literal with its length behind', block: '03 f0 02 616263', text: 'abc' },
    { name: 'a run by a copy that overlaps', block: '0a 00 61 15 01', text: 'aaaaaaaaaa' },
    { name: 'a copy with two bytes of offset', block: '06 08 616263 0a 0300', text: 'abcabc' },
    { name: 'a copy with four bytes of offset', block: '06 08 616263 0b 03000000', text: 'abcabc' },
  ])('unpacks $name', ({ block, text }) => {
    expect(Buffer.from(unpackSnappy(hex(block), LIMIT)).toString()).toBe(text);
  });

  it.each([
    { name: 'is empty', block: '' },
    { name: 'is cut off', block: '05 10 6865' },
    { name: 'copies from before itself', block: '08 00 61 15 02' },
    { name: 'copies from nowhere', block: '04 01 00' },
    { name: 'holds more than it promises', block: '01 10 68656c6c6f' },
    { name: 'holds less than it promises', block: '09 10 68656c6c6f' },
    { name: 'promises too much', block: 'ff ff ff ff 0f 00 61' },
    { name: 'has a length without end', block: 'ff ff ff ff ff ff ff ff ff ff ff' },
  ])('refuses a block that $name', ({ block }) => {
    expect(() => unpackSnappy(hex(block), LIMIT)).toThrow(SnappyError);
  });

  it('gives back what was packed, and of anything else never more than the limit', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 500 }), (bytes) => {
        expect(Buffer.from(unpackSnappy(packSnappy(bytes), LIMIT))).toEqual(Buffer.from(bytes));
        try {
          expect(unpackSnappy(bytes, LIMIT).length).toBeLessThanOrEqual(LIMIT);
        } catch (error) {
          expect(error).toBeInstanceOf(SnappyError);
        }
      }),
      { numRuns: RUNS },
    );
  });
});

describe('protobuf', () => {
  it('reads the examples of its own documentation', () => {
    expect([...readFields(hex('08 96 01'))]).toEqual([{ number: 1, kind: 'varint', value: 150n }]);
    const [text] = readFields(hex('12 07 74657374696e67'));
    expect(text).toMatchObject({ number: 2, value: new TextEncoder().encode('testing') });
  });

  it('throws its own error, and no other, on any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        for (const read of [readFields, readOtlpProtobuf, readLokiProtobuf]) {
          try {
            for (const _ of read(bytes));
          } catch (error) {
            const isOwn = error instanceof ProtobufError || error instanceof OtlpError;
            expect(isOwn || (error as Error).constructor.name === 'LokiError').toBe(true);
          }
        }
      }),
      { numRuns: RUNS },
    );
  });
});

// One log, by hand from the field numbers of opentelemetry/proto/logs/v1/logs.proto.
const value = (kind: string, bytes: string) => hex(kind + bytes);
const pair = (key: string, inner: Uint8Array) =>
  Buffer.concat([writeBytes(1, key), writeBytes(2, inner)]);
const LOG = Buffer.concat([
  hex('09 00000000000000 01'),
  hex('10 09'),
  writeBytes(3, 'INFO'),
  writeBytes(5, hex('0a 02 6869')),
  writeBytes(6, pair('n', value('18', 'ffffffffffffffffff01'))),
  writeBytes(6, pair('ok', value('10', '01'))),
  writeBytes(6, pair('pi', value('21', '0000000000000840'))),
  writeBytes(6, pair('raw', value('3a', '0101'))),
  writeBytes(6, pair('list', writeBytes(5, writeBytes(1, hex('0a 01 61'))))),
  writeBytes(9, hex('00112233445566778899aabbccddeeff')),
  writeBytes(99, 'unknown'),
]);
const REQUEST = writeBytes(
  1,
  Buffer.concat([
    writeBytes(1, writeBytes(1, pair('host.name', hex('0a 04 67617465')))),
    writeBytes(2, Buffer.concat([writeBytes(1, writeBytes(1, 'lib')), writeBytes(2, LOG)])),
  ]),
);
const IN_JSON = {
  resourceLogs: [
    {
      resource: { attributes: [{ key: 'host.name', value: { stringValue: 'gate' } }] },
      scopeLogs: [
        {
          scope: { name: 'lib' },
          logRecords: [
            {
              timeUnixNano: String(1n << 56n),
              severityNumber: 9,
              severityText: 'INFO',
              body: { stringValue: 'hi' },
              attributes: [
                { key: 'n', value: { intValue: '-1' } },
                { key: 'ok', value: { boolValue: true } },
                { key: 'pi', value: { doubleValue: 3 } },
                { key: 'raw', value: { bytesValue: 'AQ==' } },
                { key: 'list', value: { arrayValue: { values: [{ stringValue: 'a' }] } } },
              ],
              traceId: '00112233445566778899AABBCCDDEEFF',
            },
          ],
        },
      ],
    },
  ],
};

const textsOf = (logs: Iterable<readonly [Parameters<typeof toOtlpRecord>[0], object]>) =>
  [...logs].map(([origin, log]) => Buffer.from(toOtlpRecord(origin, log)).toString());

describe('OTLP', () => {
  it('gives the same record in both encodings', () => {
    const [record = ''] = textsOf(readOtlpProtobuf(REQUEST));
    expect(textsOf(readOtlpJson(IN_JSON))).toEqual([record]);
    expect(JSON.parse(record)).toEqual({
      resource: { 'host.name': 'gate' },
      scope: { name: 'lib' },
      time_unix_nano: String(1n << 56n),
      severity_number: 9,
      severity_text: 'INFO',
      body: 'hi',
      attributes: { n: -1, ok: true, pi: 3, raw: 'AQ==', list: ['a'] },
      trace_id: '00112233445566778899aabbccddeeff',
    });
  });

  it('refuses values that nest without end', () => {
    let inner: Uint8Array = hex('0a 01 61');
    for (let depth = 0; depth < 50; depth += 1) inner = writeBytes(5, writeBytes(1, inner));
    const request = writeBytes(1, writeBytes(2, writeBytes(2, writeBytes(5, inner))));
    expect(() => [...readOtlpProtobuf(request)]).toThrow(OtlpError);
  });
});

it('Loki: labels, time and what is said of a line are kept', () => {
  const entry = Buffer.concat([
    writeBytes(1, hex('08 01 10 05')),
    writeBytes(2, 'a line'),
    writeBytes(3, Buffer.concat([writeBytes(1, 'trace'), writeBytes(2, 'x')])),
  ]);
  const stream = Buffer.concat([
    writeBytes(1, '{job="we\\"b", host="gate"}'),
    writeBytes(2, entry),
  ]);
  expect([...readLokiProtobuf(writeBytes(1, stream))]).toEqual([
    {
      stream: { job: 'we"b', host: 'gate' },
      timestamp: '1000000005',
      line: 'a line',
      metadata: { trace: 'x' },
    },
  ]);
});
