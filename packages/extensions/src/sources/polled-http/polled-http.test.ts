import { generateKeyPairSync } from 'node:crypto';
import { describeCrashes, describeSource, startSource } from '@cordon/kit/source-contract';
import { Value } from 'typebox/value';
import { afterEach, describe, expect, it } from 'vitest';
import { signRequest } from '../../http/authorise.ts';
import { pauseOf, waitOf } from '../../http/throttle.ts';
import { type ApiServer, type Mishap, startApiServer } from './fixtures/api-server.ts';
import { MANIFESTS } from './known.ts';
import { Manifest } from './manifest.ts';
import { nextLink, readPage } from './page.ts';
import { createPolledHttp, polledHttp } from './source.ts';

const servers: ApiServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});
const SECRET = 'secret-that-must-not-show';
const okta = MANIFESTS.find(({ id }) => id === 'okta-system-log') as Manifest;
const graph = MANIFESTS.find(({ id }) => id === 'entra-sign-ins') as Manifest;

async function setUp(manifest: Manifest) {
  const server = await startApiServer(manifest);
  servers.push(server);
  return { server, config: configOf(server, manifest) };
}

function configOf(server: ApiServer, manifest: Manifest) {
  const isKey = manifest.auth.kind === 'oauth2' && manifest.auth.grant === 'jwt_bearer';
  return {
    api: manifest.id,
    values: { domain: 'd', tenant: 't', organisation: 'o', application: 'login' },
    baseUrl: server.base,
    tokenUrl: `${server.base}/token`,
    clientId: 'client',
    user: 'admin@example.com',
    secret: isKey ? privateKey : SECRET,
    startHoursAgo: 24,
    pollSeconds: 0.02,
    allowPrivate: true,
  };
}

const add = (server: ApiServer, ...ids: readonly string[]) => {
  for (const id of ids) server.items.push({ id, data: id });
};
const dataOf = (record: Uint8Array): string =>
  (JSON.parse(Buffer.from(record).toString('utf8')) as { data: string }).data;
const taken = (source: ReturnType<typeof startSource>) =>
  source.sink.records.map(({ bytes }) => dataOf(bytes));
const stop = async (source: ReturnType<typeof startSource>) => {
  source.abort();
  await source.done;
};

/** Pauses end at once and are written down. */
const quick = () => {
  const pauses: number[] = [];
  const pause = async (forMs: number) => {
    pauses.push(forMs);
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { source: createPolledHttp(pause), pauses };
};

let current: ApiServer;
let sent = 0;
describeSource(polledHttp, {
  config: async () => {
    const { server, config } = await setUp(okta);
    current = server;
    return config;
  },
  send: async (_where, bytes) => {
    sent += 1;
    current.items.push({ id: `s${sent}`, data: Buffer.from(bytes).toString('base64') });
  },
  holds: (record, bytes) => dataOf(record) === Buffer.from(bytes).toString('base64'),
});

describe.each(MANIFESTS)('$id', (manifest) => {
  it('fits the schema of manifests', () => {
    expect([...Value.Errors(Manifest, manifest)]).toEqual([]);
  });

  it('is read page by page to its end, and then on', async () => {
    const { server, config } = await setUp(manifest);
    add(server, 'a', 'b', 'c', 'd', 'e');
    const source = startSource(polledHttp, config);
    await source.sink.until(() => source.sink.records.length === 5);
    add(server, 'f');
    await source.sink.until(() => source.sink.records.length === 6);
    expect(taken(source)).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
    expect(source.sink.problems).toEqual([]);
    await stop(source);
  });
});

describe('an API', () => {
  it.each<[Mishap, string]>([
    ['throttle', 'source_throttled'],
    ['limit', 'source_throttled'],
    ['broken', 'page_damaged'],
    ['cut', 'source_unreachable'],
    ['gone', 'page_damaged'],
    ['error', 'source_unreachable'],
  ])(
    'that answers "%s" in the middle is asked again, and nothing is lost or taken twice',
    async (mishap, code) => {
      const { server, config } = await setUp(graph);
      add(server, 'a', 'b', 'c', 'd', 'e');
      server.mishaps.push(undefined, mishap);
      const { source: definition, pauses } = quick();
      const source = startSource(definition, config);
      await source.sink.until(() => source.sink.records.length === 5);
      expect(taken(source)).toEqual(['a', 'b', 'c', 'd', 'e']);
      expect(source.sink.problems.map((problem) => problem.code)).toEqual([code]);
      expect(JSON.stringify(source.sink.problems)).not.toContain('secret');
      if (mishap === 'throttle') expect(pauses).toContain(7_000);
      await stop(source);
    },
  );

  it('whose token ran out gets a new one at once', async () => {
    const { server, config } = await setUp(graph);
    add(server, 'a', 'b', 'c');
    server.mishaps.push(undefined, 'expired');
    const source = startSource(polledHttp, config);
    await source.sink.until(() => source.sink.records.length === 3);
    expect(server.requests.slice(0, 3).map(({ authorization }) => authorization)).toEqual([
      'Bearer t1',
      'Bearer t1',
      'Bearer t2',
    ]);
    expect(source.sink.problems).toEqual([]);
    await stop(source);
  });

  it('that refuses the credentials is named, without them', async () => {
    const { server, config } = await setUp(okta);
    server.mishaps.push('expired', 'expired', 'expired');
    const { source: definition } = quick();
    const source = startSource(definition, config);
    await source.sink.until(() => source.sink.problems.length > 0);
    expect(source.sink.problems[0]).toMatchObject({ code: 'source_denied' });
    expect(JSON.stringify(source.sink.problems)).not.toContain(SECRET);
    expect(server.requests[0]?.authorization).toBe(`SSWS ${SECRET}`);
    await stop(source);
  });

  it('cannot send us, with our credentials, to another host', async () => {
    const { server, config } = await setUp(okta);
    server.mishaps.push('foreign');
    const { source: definition } = quick();
    const source = startSource(definition, config);
    await source.sink.until(() => source.sink.problems.length > 0);
    expect(source.sink.problems[0]).toMatchObject({ code: 'page_damaged' });
    expect(source.sink.problems[0]?.detail).toContain('another host');
    await stop(source);
  });

  it('is not asked at a private address unless that is meant', async () => {
    const { server, config } = await setUp(okta);
    const source = startSource(polledHttp, { ...config, allowPrivate: false });
    await source.sink.until(() => source.sink.problems.length > 0);
    expect(source.sink.problems[0]?.code).toBe('target_not_allowed');
    expect(server.requests).toEqual([]);
    await stop(source);
  });

  it('by a manifest of its own: an offset, an HMAC, items without an id', async () => {
    const manifest: Manifest = {
      ...okta,
      id: 'own',
      title: 'Own API',
      auth: { kind: 'hmac', header: 'x-signature', timeHeader: 'x-time', prefix: 'v1=' },
      cursor: { kind: 'offset', parameter: 'skip', pageSize: 2 },
      items: ['data', 'rows'],
      itemId: ['none'],
    };
    const { server, config } = await setUp(manifest);
    add(server, 'a', 'b', 'c');
    const source = startSource(polledHttp, { ...config, api: 'custom', manifest, pollSeconds: 60 });
    await source.sink.until(() => source.sink.records.length === 3);
    expect(new URL(server.requests[1]?.url ?? '').searchParams.get('skip')).toBe('2');
    await stop(source);
  });

  it('that nobody knows is refused with the names of those that are', async () => {
    const { config } = await setUp(okta);
    const source = startSource(polledHttp, { ...config, api: 'nope' });
    await expect(source.done).rejects.toThrow('There is no API "nope"');
  });
});

const paged = MANIFESTS.filter(({ id }) =>
  ['okta-system-log', 'entra-audits', 'crowdstrike-alerts'].includes(id),
);
describe.concurrent.each(paged)('$id', (manifest) => {
  describeCrashes(polledHttp, {
    points: 6,
    maxTwice: 2,
    setUp: async () => {
      const server = await startApiServer(manifest);
      const names = ['a', 'b', 'c', 'd', 'e'];
      add(server, ...names);
      const config = configOf(server, manifest);
      return { config, names, nameOf: dataOf, tearDown: () => server.close() };
    },
  });
});

describe('parts', () => {
  it.each([
    [{ 'retry-after': '3' }, 3_000],
    [{ 'retry-after': 'Thu, 01 Jan 1970 00:00:20 GMT' }, 10_000],
    [{ 'x-rate-limit-reset': '15' }, 5_000],
    [{ 'x-ratelimit-reset': '1' }, 0],
    [{ 'retry-after': '999999' }, 3_600_000],
    [{ 'retry-after': 'soon' }, undefined],
    [{}, undefined],
  ])('%j means to wait %s ms', (headers, ms) => expect(waitOf(headers, 10_000)).toBe(ms));

  it('the last request that is allowed waits for the reset', () => {
    expect(pauseOf({ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '12' }, 10_000)).toBe(
      2_000,
    );
    expect(pauseOf({ 'x-ratelimit-remaining': '9', 'x-ratelimit-reset': '12' }, 10_000)).toBe(0);
  });

  it('reads a Link header', () => {
    expect(nextLink('<https://a/?x=1,2>; rel="self", <https://a/n>; rel="next"')).toBe(
      'https://a/n',
    );
    expect(nextLink('<https://a/>; rel="prev"')).toBeUndefined();
    expect(nextLink(undefined)).toBeUndefined();
  });

  it.each(['', '[', '{"value":{}}', '"x"', 'null', '<html>'])('%j is no page', (body) =>
    expect(readPage(graph, { body, headers: {}, cursor: undefined })).toBeUndefined(),
  );

  it('signs time, method, path and body', () => {
    const auth = { kind: 'hmac', header: 'x', timeHeader: 't' } as const;
    const request = { method: 'GET', url: new URL('https://a/b?c=d'), body: '' };
    const one = signRequest(auth, { secret: 's', at: 5_000 }, request);
    expect(one['t']).toBe('5');
    expect(one['x']).toMatch(/^[0-9a-f]{64}$/);
    expect(signRequest(auth, { secret: 's', at: 6_000 }, request)['x']).not.toBe(one['x']);
  });
});
