import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { createHarness, type Harness } from '../fixtures/api-harness.ts';
import { BASE_HEADERS, createToken } from './fixtures/senders.ts';

const call = (
  api: Harness,
  token: string,
  [method, path, payload]: readonly ['GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE', string, string?],
) =>
  api.app.inject({
    method,
    url: `/elasticsearch${path}`,
    headers: {
      ...BASE_HEADERS,
      authorization: `ApiKey ${Buffer.from(`edge:${token}`).toString('base64')}`,
      'content-type': 'application/json',
    },
    ...(payload === undefined ? {} : { payload }),
  });
const texts = (api: Harness) => api.pushed.map(({ bytes }) => Buffer.from(bytes).toString());

type Asked = readonly ['GET' | 'HEAD' | 'PUT', string, string?];
const TEMPLATE = '{"index_patterns":["filebeat"]}';
const SET_UP: Readonly<Record<string, readonly Asked[]>> = {
  'Filebeat 8': [
    ['GET', '/'],
    ['GET', '/_license?human=false'],
    ['GET', '/_ilm/policy/filebeat'],
    ['PUT', '/_ilm/policy/filebeat', '{"policy":{"phases":{}}}'],
    ['HEAD', '/_index_template/filebeat-8.17.0'],
    ['PUT', '/_index_template/filebeat-8.17.0', TEMPLATE],
    ['GET', '/_data_stream/filebeat-8.17.0'],
    ['PUT', '/_data_stream/filebeat-8.17.0'],
    ['GET', '/_nodes/ingest'],
    ['GET', '/_ingest/pipeline/filebeat-8.17.0-system-auth-pipeline'],
    ['PUT', '/_ingest/pipeline/filebeat-8.17.0-system-auth-pipeline', '{"processors":[]}'],
  ],
  'Filebeat 7': [
    ['GET', '/'],
    ['GET', '/_license?human=false'],
    ['GET', '/_xpack'],
    ['GET', '/_ilm/policy/filebeat'],
    ['PUT', '/_ilm/policy/filebeat', '{"policy":{"phases":{}}}'],
    ['HEAD', '/_template/filebeat-7.17.9'],
    ['PUT', '/_template/filebeat-7.17.9', TEMPLATE],
    ['HEAD', '/_alias/filebeat-7.17.9'],
    ['PUT', '/%3Cfilebeat-7.17.9-%7Bnow%2Fd%7D-000001%3E', '{"aliases":{}}'],
  ],
  Logstash: [
    ['HEAD', '/'],
    ['GET', '/'],
    ['GET', '/_license'],
    ['HEAD', '/_index_template/logstash'],
    ['PUT', '/_index_template/logstash', TEMPLATE],
    ['HEAD', '/_ilm/policy/logstash-policy'],
    ['PUT', '/_ilm/policy/logstash-policy', '{"policy":{"phases":{}}}'],
  ],
};

it.each(Object.entries(SET_UP))(
  'answers what %s asks before it sends, in its order',
  async (_, steps) => {
    await using api = await createHarness();
    const token = await createToken(api);
    for (const step of steps) {
      const answer = await call(api, token, step);
      expect([step.join(' '), answer.statusCode]).toEqual([step.join(' '), 200]);
      expect(answer.headers['x-elastic-product']).toBe('Elasticsearch');
      if (step[0] === 'PUT') expect(answer.json()).toEqual({ acknowledged: true });
    }
    expect(api.pushed).toEqual([]);
  },
);

it.each([
  'application/json',
  'application/x-ndjson',
  'application/vnd.elasticsearch+x-ndjson;compatible-with=8',
])('takes a packed bulk as Beats send it, as %s', async (type) => {
  await using api = await createHarness();
  const token = await createToken(api);
  const answer = await api.app.inject({
    method: 'POST',
    url: '/elasticsearch/_bulk?filter_path=errors%2Citems.%2A.error%2Citems.%2A.status',
    headers: {
      ...BASE_HEADERS,
      authorization: `ApiKey ${Buffer.from(`edge:${token}`).toString('base64')}`,
      'content-type': type,
      'content-encoding': 'gzip',
    },
    payload: gzipSync(
      '{"create":{"_index":"filebeat-8.17.0"}}\n{"@timestamp":"2026-11-24T05:59:58.000Z","message":"one"}\n',
    ),
  });
  expect([answer.statusCode, answer.json().errors]).toEqual([200, false]);
  expect(answer.json().items).toMatchObject([{ create: { status: 201 } }]);
  expect(texts(api)).toEqual([
    '{"_index":"filebeat-8.17.0","_source":{"@timestamp":"2026-11-24T05:59:58.000Z","message":"one"}}',
  ]);
});

it('says the version that is set, and a licence that is active', async () => {
  await using api = await createHarness({ settings: { elasticsearchVersion: '7.17.9' } });
  const token = await createToken(api);
  const info = (await call(api, token, ['GET', ''])).json();
  expect([info.version.number, info.tagline]).toEqual(['7.17.9', 'You Know, for Search']);
  const license = (await call(api, token, ['GET', '/_license'])).json();
  expect(license).toMatchObject({ license: { status: 'active', type: 'basic' } });
  expect((await call(api, token, ['GET', '/_xpack'])).json().features.ilm.enabled).toBe(true);
});

it('tells of each item whether it was taken, and counts those that were not', async () => {
  await using api = await createHarness();
  const token = await createToken(api);
  const body = [
    '{"create":{"_index":"logs","_id":"1"}}',
    '{"message":"made"}',
    '{"delete":{"_index":"logs","_id":"1"}}',
    '{"index":{}}',
    '{"message":"indexed"}',
    '{"update":{"_id":"1"}}',
    '{"doc":{"message":"changed"}}',
    '{"create":{}}',
    '["no object"]',
    '{"create":{}}',
    `{"message":"${'x'.repeat(1_100_000)}"}`,
    '',
  ].join('\r\n');
  const answer = await call(api, token, ['POST', '/web/_bulk', body]);
  const { errors, items } = answer.json();
  const statuses = items.map((item: Record<string, { status: number }>) =>
    Object.entries(item).map(([operation, { status }]) => `${operation} ${status}`),
  );
  expect([answer.statusCode, errors]).toEqual([200, true]);
  expect(statuses.flat()).toEqual([
    'create 201',
    'delete 400',
    'index 201',
    'update 400',
    'create 400',
    'create 413',
  ]);
  expect(items[1].delete.error.reason).toContain('nothing is deleted');
  expect(texts(api)).toEqual([
    '{"_index":"logs","_source":{"message":"made"}}',
    '{"_index":"web","_source":{"message":"indexed"}}',
  ]);
  expect(api.refused).toEqual([{ sourceId: 'edge', reason: 'not_a_record', count: 4 }]);
});

it.each([
  { name: 'without a last newline', body: '{"create":{}}\n{"a":1}' },
  { name: 'with a document and no action', body: '{"message":"x"}\n{"message":"y"}\n' },
  { name: 'with an action and no document', body: '{"create":{}}\n{"a":1}\n{"create":{}}\n' },
  { name: 'with two actions in a line', body: '{"create":{},"index":{}}\n{"a":1}\n' },
  { name: 'that is empty', body: '' },
])('takes nothing of a bulk body $name', async ({ body }) => {
  await using api = await createHarness();
  const token = await createToken(api);
  const answer = await call(api, token, ['POST', '/_bulk', body]);
  expect([answer.statusCode, answer.json().error.type]).toEqual([
    400,
    'illegal_argument_exception',
  ]);
  expect(api.pushed).toEqual([]);
});

it('takes single documents', async () => {
  await using api = await createHarness();
  const token = await createToken(api);
  const made = await call(api, token, ['POST', '/web/_doc', '{"message":"one"}']);
  expect([made.statusCode, made.json().result]).toEqual([201, 'created']);
  const put = await call(api, token, ['PUT', '/web/_create/7', '{"message":"two"}']);
  expect([put.statusCode, put.json()._id]).toEqual([201, '7']);
  const bad = await call(api, token, ['POST', '/web/_doc', 'none']);
  expect([bad.statusCode, api.pushed.length, api.refused.length]).toEqual([400, 2, 1]);
});

it.each([
  ['GET', '/_search'],
  ['POST', '/web/_search', '{"query":{"match_all":{}}}'],
  ['DELETE', '/web'],
  ['POST', '/_security/user/eve', '{}'],
] as const)('has nothing else to ask: %s %s', async (...step) => {
  await using api = await createHarness();
  const answer = await call(api, await createToken(api), step);
  expect([answer.statusCode, answer.json().error.type]).toEqual([
    400,
    'illegal_argument_exception',
  ]);
});

it('keeps what the sender calls a document: the same create, or the same content, is one', async () => {
  await using api = await createHarness();
  const token = await createToken(api);
  const send = (action: object, text: string) =>
    call(api, token, [
      'POST',
      '/_bulk',
      `${JSON.stringify(action)}\n${JSON.stringify({ text })}\n`,
    ]);
  await send({ create: { _index: 'logs', _id: 'a' } }, 'one');
  await send({ create: { _index: 'logs', _id: 'a' } }, 'two');
  await send({ index: { _index: 'logs', _id: 'b' } }, 'one');
  await send({ index: { _index: 'logs', _id: 'b' } }, 'one');
  await send({ index: { _index: 'logs', _id: 'b' } }, 'two');
  await send({ index: { _index: 'logs' } }, 'one');
  const [first, second, third, fourth, fifth, sixth] = api.pushed.map(({ senderId }) => senderId);
  expect([first, sixth]).toEqual(['logs/a/', undefined]);
  expect([second, fourth, new Set([first, third, fifth]).size]).toEqual([first, third, 3]);
});
