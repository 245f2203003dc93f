import { expect, it } from 'vitest';
import { createHarness, type Harness } from '../fixtures/api-harness.ts';
import { BASE_HEADERS, createToken } from './fixtures/senders.ts';

const CHANNEL = 'b6f0c9f4-6f2b-4c57-9f6b-2f6a3d1f0a11';

const post = (
  api: Harness,
  path: string,
  given: { token?: string; payload: string; headers?: Record<string, string> },
) =>
  api.app.inject({
    method: 'POST',
    url: `/services/collector${path}`,
    headers: {
      ...BASE_HEADERS,
      ...(given.token ? { authorization: `Splunk ${given.token}` } : {}),
      ...given.headers,
    },
    payload: given.payload,
  });
const texts = (api: Harness) => api.pushed.map(({ bytes }) => Buffer.from(bytes).toString());

it('keeps a line alone, and an envelope that says more whole', async () => {
  await using api = await createHarness();
  const token = await createToken(api);
  const envelope =
    '{"time": 1796000000.5, "host":"web1","index":"main","event":"a line","fields":{"dc":"x"}}';
  const object = '{"event":{"user":"mia","n":12345678901234567890}}';
  const payload = `{"event":"alone","sourcetype":"access_combined"}${envelope}\n${object}`;
  const answer = await post(api, '/event', { token, payload });
  expect([answer.statusCode, answer.json()]).toEqual([200, { text: 'Success', code: 0 }]);
  expect(texts(api)).toEqual(['alone', envelope, object]);
  expect(api.pushed.map(({ parsers }) => parsers)).toEqual([
    ['apache-access', 'nginx-access'],
    undefined,
    undefined,
  ]);
});

it('takes raw lines with what the address says of them', async () => {
  await using api = await createHarness();
  const token = await createToken(api);
  await post(api, '/raw', { token, payload: 'one\r\ntwo\n\n' });
  await post(api, '/raw?host=web1&sourcetype=syslog', { token, payload: 'th"ree' });
  expect(texts(api)).toEqual([
    'one',
    'two',
    '{"host":"web1","sourcetype":"syslog","event":"th\\"ree"}',
  ]);
});

it.each([
  { payload: '', code: 5, taken: 0 },
  { payload: '{"event":"a"}{"event":', code: 6, number: 1, taken: 1 },
  { payload: '{"event":"a"} x {"event":"b"}', code: 6, number: 1, taken: 1 },
  { payload: '[{"event":"a"}]', code: 6, number: 0, taken: 0 },
  { payload: '{"event":"a"}{"host":"h"}{"event":"c"}', code: 12, number: 1, taken: 1, refused: 2 },
  { payload: '{"event":""}', code: 13, number: 0, taken: 0 },
  { payload: '{"event":{}}', code: 13, number: 0, taken: 0 },
])("answers $payload with Splunk's code $code", async (given) => {
  await using api = await createHarness();
  const token = await createToken(api);
  const answer = await post(api, '', { token, payload: given.payload });
  expect([answer.statusCode, answer.json().code, answer.json()['invalid-event-number']]).toEqual([
    400,
    given.code,
    given.number,
  ]);
  expect(api.pushed).toHaveLength(given.taken);
  const refused = api.refused.reduce((sum, { count }) => sum + count, 0);
  expect(refused).toBe(given.refused ?? (given.code === 5 ? 0 : 1));
});

it('asks for a token, and tells a missing from a wrong one', async () => {
  await using api = await createHarness();
  const missing = await post(api, '', { payload: '{"event":"a"}' });
  expect([missing.statusCode, missing.json().code]).toEqual([401, 2]);
  const wrong = await post(api, '', { token: 'x', payload: '{"event":"a"}' });
  expect([wrong.statusCode, wrong.json().code]).toEqual([403, 4]);
});

it('acknowledges by channel what is on disk, and nothing else', async () => {
  await using api = await createHarness();
  const token = await createToken(api);
  const headers = { 'x-splunk-request-channel': CHANNEL };
  const send = () => post(api, '', { token, headers, payload: '{"event":"a"}' });
  expect((await send()).json().ackId).toBe(0);
  expect((await send()).json().ackId).toBe(1);
  api.refusePushes({ code: 'queue_full', detail: 'Not now.', retryable: true });
  expect((await send()).json()).toEqual({
    text: 'Server is busy, queue is at capacity',
    code: 26,
  });
  const payload = '{"acks":[0,1,2,-1,"x"]}';
  const acks = await post(api, `/ack?channel=${CHANNEL}`, { token, payload });
  expect(acks.json()).toEqual({ acks: { 0: true, 1: true, 2: false } });
  const other = await post(api, `/ack?channel=${CHANNEL.replace('b', 'c')}`, { token, payload });
  expect(other.json().acks[0]).toBe(false);
  expect((await post(api, '/ack', { token, payload })).json().code).toBe(10);
  expect((await post(api, '/ack?channel=x', { token, payload })).json().code).toBe(11);
  expect((await post(api, '?channel=x', { token, payload: '{"event":"a"}' })).json().code).toBe(11);
});

it('says how it is without a token', async () => {
  await using api = await createHarness();
  const ask = (method: 'GET' | 'OPTIONS', path: string) =>
    api.app.inject({ method, url: `/services/collector${path}`, headers: BASE_HEADERS });
  expect((await ask('GET', '/health')).json().code).toBe(17);
  expect((await ask('OPTIONS', '/event/1.0')).statusCode).toBe(200);
  api.refusePushes({ code: 'disk_full', detail: 'Not now.', retryable: true });
  const sick = await ask('GET', '/health/1.0');
  expect([sick.statusCode, sick.json().code]).toEqual([503, 18]);
});
