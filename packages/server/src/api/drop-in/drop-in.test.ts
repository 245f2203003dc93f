import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createHarness } from '../fixtures/api-harness.ts';
import { createToken, linesOf, packSnappy, sendAs, senders } from './fixtures/senders.ts';

const LINES = ['sshd[7]: Failed password for root from 203.0.113.9', 'b', 'last'];
/** What would break a format that is put together from text. */
const HOSTILE = [
  'two\nlines\r\nin one',
  '"},{"event":"forged"}',
  '{"create":{}}\n{"message":"forged"}\n',
  '\u0000\u001b[31m\u202e<script>alert(1)</script>',
  '{"__proto__":{"admin":true}} \\" \\\\',
  'ünïcödé 🔥 \ufeff',
];
const GZIP = { 'content-encoding': 'gzip' };

describe.each(senders)('$name', (sender) => {
  it('makes one record of each line and answers once all are on disk', async () => {
    await using api = await createHarness();
    const token = await createToken(api);
    const answer = await sendAs(api, sender, { token, payload: sender.body(LINES) });
    expect(answer.statusCode).toBe(sender.accepted);
    expect(linesOf(api, sender)).toEqual(LINES);
    expect(api.deps.log.head()).toBe(LINES.length);
  });

  it('takes a packed body, and refuses a packing that it does not know', async () => {
    await using api = await createHarness();
    const token = await createToken(api);
    const payload = gzipSync(sender.body(LINES));
    const packed = await sendAs(api, sender, { token, payload, headers: GZIP });
    expect(packed.statusCode).toBe(sender.accepted);
    const headers = { 'content-encoding': 'br' };
    const unknown = await sendAs(api, sender, { token, payload, headers });
    expect([unknown.statusCode >= 400, linesOf(api, sender)]).toEqual([true, LINES]);
  });

  it('keeps hostile text one record each, as it was sent', async () => {
    await using api = await createHarness();
    const token = await createToken(api);
    await sendAs(api, sender, { token, payload: sender.body(HOSTILE) });
    expect(linesOf(api, sender)).toEqual(HOSTILE);
  });

  it('refuses a wrong token in its own form and counts it', async () => {
    await using api = await createHarness();
    await createToken(api);
    for (const token of ['cdn_src_wrong', `cdn_api_${'A'.repeat(43)}_000000`]) {
      const answer = await sendAs(api, sender, { token, payload: sender.body(LINES) });
      expect([answer.statusCode, sender.isOwnForm(answer)]).toEqual([sender.wrongToken, true]);
    }
    expect(api.pushed).toEqual([]);
    const metrics = await api.deps.telemetry.registry.metrics();
    expect(metrics).toContain('cordon_ingest_refused_total{reason="wrong_token"} 2');
  });

  it('slows down who guesses, and lets the right token pass meanwhile', async () => {
    await using api = await createHarness();
    const token = await createToken(api);
    for (let tries = 0; tries < 7; tries += 1)
      await sendAs(api, sender, { token: 'guess', payload: sender.body(LINES) });
    const metrics = await api.deps.telemetry.registry.metrics();
    expect(metrics).toContain('cordon_ingest_refused_total{reason="throttled"} 2');
    const answer = await sendAs(api, sender, { token, payload: sender.body(LINES) });
    expect(answer.statusCode).toBe(sender.accepted);
  });

  it.each([
    { name: 'no body of its kind', payload: Buffer.from('\u0007 nothing of the kind\n') },
    { name: 'nothing but brackets', payload: Buffer.from('['.repeat(200_000)) },
    { name: 'bytes', payload: Buffer.from([0xff, 0x00, 0xfe, 0x80, 0x0a]) },
  ])('takes nothing of $name', async ({ payload }) => {
    await using api = await createHarness();
    const token = await createToken(api);
    const answer = await sendAs(api, sender, { token, payload });
    expect([answer.statusCode, sender.isOwnForm(answer)]).toEqual([sender.malformed, true]);
    expect(api.pushed).toEqual([]);
  });

  it('never takes a part of a line from a body that was cut off', async () => {
    await using api = await createHarness();
    const token = await createToken(api);
    const body = sender.body(LINES);
    for (let end = 1; end < body.length; end += 5) {
      api.pushed.length = 0;
      const payload = body.subarray(0, end);
      const answer = await sendAs(api, sender, { token, payload });
      const taken = linesOf(api, sender);
      expect(taken).toEqual(LINES.slice(0, taken.length));
      if (taken.length === 0) expect(answer.statusCode).toBeGreaterThanOrEqual(400);
    }
  });

  it('refuses what is too large, packed or not, in its own form', async () => {
    await using api = await createHarness();
    const token = await createToken(api);
    const large = Buffer.alloc(25 * 1024 * 1024, 'a\n');
    const bomb = gzipSync(Buffer.alloc(33 * 1024 * 1024));
    for (const [payload, headers] of [
      [large, {}],
      [bomb, GZIP],
    ] as const) {
      const answer = await sendAs(api, sender, { token, payload, headers });
      expect([answer.statusCode, sender.isOwnForm(answer)]).toEqual([413, true]);
    }
    expect(api.pushed).toEqual([]);
  });

  it.each([
    { code: 'queue_full', status: 429 },
    { code: 'disk_full', status: 503 },
  ] as const)('answers $status and when to come back on $code', async ({ code, status }) => {
    await using api = await createHarness();
    const token = await createToken(api);
    const send = () => sendAs(api, sender, { token, payload: sender.body(LINES) });
    api.refusePushes({ code, detail: 'Not now.', retryable: true });
    const answer = await send();
    expect([answer.statusCode, answer.headers['retry-after']]).toEqual([status, '2']);
    expect(sender.isOwnForm(answer)).toBe(true);
    expect(api.pushed).toEqual([]);
    api.refusePushes(undefined);
    expect((await send()).statusCode).toBe(sender.accepted);
    expect(linesOf(api, sender)).toEqual(LINES);
  });

  it('gives the same records however the body comes in pieces', async () => {
    await using api = await createHarness();
    const token = await createToken(api);
    const body = sender.body([...LINES, ...HOSTILE]);
    const cuts = fc.array(fc.nat(body.length), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(cuts, async (at) => {
        api.pushed.length = 0;
        const ends = [0, ...at.toSorted((a, b) => a - b), body.length];
        const pieces = ends.slice(1).map((end, n) => body.subarray(ends[n], end));
        const payload = Readable.from(pieces.filter(({ length }) => length > 0));
        const headers = { 'transfer-encoding': 'chunked' };
        const answer = await sendAs(api, sender, { token, payload, headers });
        expect(answer.statusCode).toBe(sender.accepted);
        expect(linesOf(api, sender)).toEqual([...LINES, ...HOSTILE]);
      }),
      { numRuns: 20 },
    );
  });

  it('accounts for every line, also for those that are larger than a record may be', async () => {
    await using api = await createHarness();
    const token = await createToken(api);
    const payload = sender.body(['first', 'x'.repeat(1_100_000), 'third']);
    await sendAs(api, sender, { token, payload });
    const refused = api.refused.reduce((sum, { count }) => sum + count, 0);
    if (api.pushed.length > 0) expect(api.pushed.length + refused).toBe(3);
    for (const { bytes } of api.pushed) expect(bytes.length).toBeLessThanOrEqual(1_048_576);
  });
});

it('refuses a Snappy block that promises more than it may hold', async () => {
  await using api = await createHarness();
  const token = await createToken(api);
  const sender = senders.find(({ name }) => name === 'Loki in protobuf');
  if (!sender) throw new Error('it is in the table');
  const huge = Buffer.concat([
    Buffer.from([0xff, 0xff, 0xff, 0xff, 0x0f]),
    packSnappy(LINES_BYTES),
  ]);
  const answer = await sendAs(api, sender, { token, payload: huge });
  expect([answer.statusCode, api.pushed.length]).toEqual([413, 0]);
});

const LINES_BYTES = Buffer.from(LINES.join('\n'));
