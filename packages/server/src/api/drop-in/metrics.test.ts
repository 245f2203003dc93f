import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createHarness, type Harness } from '../fixtures/api-harness.ts';
import { BASE_HEADERS, createToken, packSnappy } from './fixtures/senders.ts';
import { readMetricsJson } from './otlp-metric-json.ts';
import { readMetricsProtobuf } from './otlp-metric-protobuf.ts';
import { doubleOf, writeBytes, writeNumber } from './protobuf.ts';
import { readWriteRequest } from './remote-write.ts';

const AT_MS = 1_772_612_122_000;

/** A field of eight bytes. */
function fixed64(number: number, bits: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(bits);
  return Buffer.concat([Buffer.from([(number << 3) | 1]), bytes]);
}
function double(number: number, value: number): Buffer {
  const bits = Buffer.alloc(8);
  bits.writeDoubleBE(value);
  return fixed64(number, bits.readBigUInt64BE());
}
const message = (number: number, ...parts: Uint8Array[]) =>
  Buffer.from(writeBytes(number, Buffer.concat(parts)));
const pair = (number: number, key: string, value: Uint8Array | string) =>
  message(number, writeBytes(1, key), writeBytes(2, value));

const series = (labels: Record<string, string>, ...values: number[]) =>
  message(
    1,
    ...Object.entries(labels).map(([name, value]) => pair(1, name, value)),
    ...values.map((value, nth) => message(2, double(1, value), writeNumber(2, AT_MS + nth))),
  );

const send = (
  api: Harness,
  request: { url: string; token: string; type: string; payload: Buffer | string },
) =>
  api.app.inject({
    method: 'POST',
    url: request.url,
    headers: {
      ...BASE_HEADERS,
      authorization: `Bearer ${request.token}`,
      'content-type': request.type,
      ...(request.url.startsWith('/prom') ? { 'content-encoding': 'snappy' } : {}),
    },
    payload: request.payload,
  });

describe('Prometheus remote write', () => {
  const url = '/prometheus/api/v1/write';
  const type = 'application/x-protobuf';

  it('takes samples with their labels, counted to the last', async () => {
    await using api = await createHarness();
    const token = await createToken(api);
    const body = Buffer.concat([
      series({ __name__: 'up', instance: 'web-1:9100' }, 1, 1),
      series({ __name__: 'x_bucket', le: '1' }, 1),
      series({ __name__: 'x', instance: 'web-1:9100' }, Number.NaN),
    ]);
    const answer = await send(api, { url, token, type, payload: packSnappy(body) });
    expect([answer.statusCode, answer.body]).toEqual([204, '']);
    expect(api.deps.metrics.counts()).toEqual({
      samples: { taken: 2, late: 0, 'no-number': 1, bucket: 1 },
      series: 1,
      evictedSeries: 0,
    });
    const shown = await api.deps.telemetry.registry.metrics();
    expect(shown).toContain('cordon_samples_refused 2');
    expect([...readWriteRequest(body)][0]).toEqual({
      name: 'up',
      labels: { instance: 'web-1:9100' },
      at: AT_MS,
      value: 1,
    });
  });

  it('refuses who has no token, what is no message, and the second version', async () => {
    await using api = await createHarness();
    const token = await createToken(api);
    const payload = packSnappy(series({ __name__: 'up' }, 1));
    expect((await send(api, { url, token: 'x', type, payload })).statusCode).toBe(401);
    const noise = packSnappy(Buffer.from([9, 9, 9]));
    expect((await send(api, { url, token, type, payload: noise })).statusCode).toBe(400);
    const second = `${type};proto=io.prometheus.write.v2.Request`;
    expect((await send(api, { url, token, type: second, payload })).statusCode).toBe(415);
    expect(api.deps.metrics.counts().series).toBe(0);
  });
});

/** The same three metrics in both encodings. */
const NANOS = BigInt(AT_MS) * 1_000_000n;
const host = pair(1, 'host.name', writeBytes(1, 'web-2'));
const inProtobuf = message(
  1,
  message(1, host),
  message(
    2,
    message(
      2,
      writeBytes(1, 'queue.size'),
      message(5, message(1, fixed64(3, NANOS), double(4, 2.5))),
    ),
    message(
      2,
      writeBytes(1, 'jobs'),
      message(
        7,
        message(1, fixed64(3, NANOS), fixed64(6, 41n), pair(7, 'kind', writeBytes(1, 'mail'))),
        writeNumber(2, 2),
        writeNumber(3, 1),
      ),
    ),
    message(
      2,
      writeBytes(1, 'took'),
      message(9, message(1, fixed64(3, NANOS), fixed64(4, 7n), double(5, 3.5)), writeNumber(2, 2)),
    ),
  ),
);
const timeUnixNano = String(NANOS);
const inJson = {
  resourceMetrics: [
    {
      resource: { attributes: [{ key: 'host.name', value: { stringValue: 'web-2' } }] },
      scopeMetrics: [
        {
          metrics: [
            { name: 'queue.size', gauge: { dataPoints: [{ timeUnixNano, asDouble: 2.5 }] } },
            {
              name: 'jobs',
              sum: {
                aggregationTemporality: 'AGGREGATION_TEMPORALITY_CUMULATIVE',
                isMonotonic: true,
                dataPoints: [
                  {
                    timeUnixNano,
                    asInt: '41',
                    attributes: [{ key: 'kind', value: { stringValue: 'mail' } }],
                  },
                ],
              },
            },
            {
              name: 'took',
              histogram: {
                aggregationTemporality: 2,
                dataPoints: [{ timeUnixNano, count: '7', sum: 3.5 }],
              },
            },
          ],
        },
      ],
    },
  ],
};
const labels = { 'host.name': 'web-2' };
const EXPECTED = [
  { name: 'queue.size', labels, at: AT_MS, value: 2.5, isCounter: false },
  { name: 'jobs', labels: { ...labels, kind: 'mail' }, at: AT_MS, value: 41, isCounter: true },
  { name: 'took.count', labels, at: AT_MS, value: 7, isCounter: true },
  { name: 'took.sum', labels, at: AT_MS, value: 3.5, isCounter: true },
];

describe('OTLP metrics', () => {
  it('are the same in both encodings', () => {
    expect([...readMetricsProtobuf(inProtobuf)]).toEqual(EXPECTED);
    expect([...readMetricsJson(inJson)]).toEqual(EXPECTED);
  });

  it.each([
    ['application/x-protobuf', inProtobuf],
    ['application/json', JSON.stringify(inJson)],
  ])('are taken as %s', async (type, payload) => {
    await using api = await createHarness();
    const token = await createToken(api);
    const answer = await send(api, { url: '/v1/metrics', token, type, payload });
    expect(answer.statusCode).toBe(200);
    expect(api.deps.metrics.counts().samples.taken).toBe(4);
    const noise = await send(api, { url: '/v1/metrics', token, type, payload: '[1' });
    expect(noise.statusCode).toBe(400);
  });
});

it('whatever bytes come, a reader ends or refuses', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      for (const read of [readWriteRequest, readMetricsProtobuf]) {
        try {
          for (const sample of read(bytes)) expect(typeof sample.name).toBe('string');
        } catch (error) {
          expect(['ProtobufError', 'OtlpError']).toContain((error as Error).constructor.name);
        }
      }
    }),
  );
  expect(doubleOf(0x3ff0_0000_0000_0000n)).toBe(1);
});
