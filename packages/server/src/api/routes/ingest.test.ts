import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { createHarness, type Harness } from '../fixtures/api-harness.ts';

async function createSource(api: Harness, id = 'web'): Promise<string> {
  const cookie = await api.cookieOf('administrator');
  const answer = await api.ask({
    method: 'POST',
    url: '/api/v1/sources/push',
    headers: { cookie },
    payload: { id, title: 'Web' },
  });
  return answer.json().token;
}

const send = (
  api: Harness,
  token: string,
  {
    payload,
    headers = {},
    id = 'web',
  }: { payload: string | Buffer; headers?: Record<string, string>; id?: string },
) =>
  api.app.inject({
    method: 'POST',
    url: `/api/v1/ingest/${id}`,
    headers: { host: 'localhost', authorization: `Bearer ${token}`, ...headers },
    payload,
  });

const textOf = (api: Harness) =>
  api.pushed.map(({ bytes }) => Buffer.from(bytes).toString('latin1'));

test('each line becomes one record, verbatim, and is on disk when the sender is told', async () => {
  await using api = await createHarness();
  const token = await createSource(api);
  const payload = Buffer.from('{"a":1}\r\n\n  text \x00\x1b[31m\xff<b>\nlast', 'latin1');
  const answer = await send(api, token, {
    payload,
    headers: { 'content-type': 'application/x-ndjson' },
  });
  expect([answer.statusCode, answer.json()]).toEqual([200, { accepted: 3 }]);
  expect(textOf(api)).toEqual(['{"a":1}', '  text \x00\x1b[31m\xff<b>', 'last']);
  expect(api.deps.log.head()).toBe(3);
});

test.each([
  { name: 'without a content type', headers: {}, payload: 'a\nb' },
  { name: 'as JSON', headers: { 'content-type': 'application/json' }, payload: '{}\n{}' },
  {
    name: 'packed with gzip',
    headers: { 'content-encoding': 'gzip' },
    payload: gzipSync('a\nb\n'),
  },
])('a body $name is taken', async ({ headers, payload }) => {
  await using api = await createHarness();
  expect((await send(api, await createSource(api), { payload, headers })).json()).toEqual({
    accepted: 2,
  });
});

test.each([
  {
    name: 'a gzip bomb',
    payload: gzipSync(Buffer.alloc(40 * 1024 * 1024)),
    headers: { 'content-encoding': 'gzip' },
    status: 413,
  },
  {
    name: 'gzip that is none',
    payload: 'plain',
    headers: { 'content-encoding': 'gzip' },
    status: 400,
  },
  { name: 'an unknown packing', payload: 'x', headers: { 'content-encoding': 'br' }, status: 415 },
  {
    name: 'a body above the limit',
    payload: Buffer.alloc(9 * 1024 * 1024, 'a\n'),
    headers: {},
    status: 413,
  },
  {
    name: 'a line above the limit',
    payload: Buffer.alloc(1024 * 1024 + 1, 'a'),
    headers: {},
    status: 413,
  },
  { name: 'too many lines', payload: 'a\n'.repeat(100_001), headers: {}, status: 413 },
])('$name is refused whole with $status', async ({ payload, headers, status }) => {
  await using api = await createHarness();
  const answer = await send(api, await createSource(api), {
    payload,
    headers: headers as Record<string, string>,
  });
  expect([answer.statusCode, answer.json().retryable, api.pushed.length]).toEqual([
    status,
    false,
    0,
  ]);
});

test('a wrong token, the token of another source and a login are no way in', async () => {
  await using api = await createHarness();
  const token = await createSource(api);
  await createSource(api, 'other');
  const cookie = await api.cookieOf('administrator');
  const answers = [
    await send(api, 'cdn_src_wrong', { payload: 'x' }),
    await send(api, token, { payload: 'x', id: 'other' }),
    await api.app.inject({
      method: 'POST',
      url: '/api/v1/ingest/web',
      headers: { host: 'localhost', cookie },
      payload: 'x',
    }),
  ];
  for (const answer of answers)
    expect([answer.statusCode, answer.json().code]).toEqual([401, 'wrong_token']);
  expect(api.pushed).toEqual([]);
  const asApi = await api.ask({
    url: '/api/v1/overview',
    headers: { authorization: `Bearer ${token}` },
  });
  expect(asApi.statusCode).toBe(401);
});

test.each([
  { code: 'queue_full', status: 429 },
  { code: 'disk_full', status: 503 },
] as const)(
  'when the way in says $code the sender gets $status and is told when to come back',
  async ({ code, status }) => {
    await using api = await createHarness();
    const token = await createSource(api);
    api.refusePushes({ code, detail: 'Not now.', retryable: true });
    const answer = await send(api, token, { payload: 'x' });
    expect([answer.statusCode, answer.headers['retry-after'], answer.json().code]).toEqual([
      status,
      '2',
      code,
    ]);
    api.refusePushes(undefined);
    expect((await send(api, token, { payload: 'x' })).statusCode).toBe(200);
  },
);
