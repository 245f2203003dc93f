import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createHarness } from './fixtures/api-harness.ts';

async function buildConsole(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'cordon-web-'));
  await mkdir(join(dir, 'assets'));
  await writeFile(join(dir, 'index.html'), '<!doctype html><title>Cordon</title>');
  await writeFile(join(dir, 'assets', 'app-1a2b.js'), 'export {};');
  return dir;
}

test.each([
  { url: '/', status: 200, cache: 'no-cache', holds: 'Cordon' },
  { url: '/incidents/inc_1?tab=graph', status: 200, cache: 'no-cache', holds: 'Cordon' },
  {
    url: '/assets/app-1a2b.js',
    status: 200,
    cache: 'public, max-age=31536000, immutable',
    holds: 'export',
  },
  { url: '/assets/gone.js', status: 404, cache: undefined, holds: 'not_found' },
  { url: '/../package.json', status: 200, cache: 'no-cache', holds: 'Cordon' },
])('$url gives $status and may be kept: $cache', async ({ url, status, cache, holds }) => {
  await using api = await createHarness({ webDir: await buildConsole() });
  const answer = await api.ask({ url });
  expect([answer.statusCode, answer.headers['cache-control']]).toEqual([status, cache]);
  expect(answer.body).toContain(holds);
});

test.each([
  { accept: 'gzip, deflate, br', encoding: 'br', body: 'packed by brotli' },
  { accept: 'gzip', encoding: 'gzip', body: 'packed by gzip' },
  { accept: 'identity', encoding: undefined, body: 'export {};' },
])('a reader of "$accept" is sent $encoding', async ({ accept, encoding, body }) => {
  const webDir = await buildConsole();
  for (const [end, text] of Object.entries({ br: 'brotli', gz: 'gzip' }))
    await writeFile(join(webDir, 'assets', `app-1a2b.js.${end}`), `packed by ${text}`);
  await using api = await createHarness({ webDir });
  const headers = { 'accept-encoding': accept };
  const answer = await api.ask({ url: '/assets/app-1a2b.js', headers });
  expect([answer.statusCode, answer.headers['content-encoding'], answer.body]).toEqual([
    200,
    encoding,
    body,
  ]);
  expect(answer.headers['content-type']).toContain('javascript');
  expect(answer.headers['vary']).toContain('accept-encoding');
  expect(answer.headers['cache-control']).toContain('immutable');
});

test('without a built console the page says how to build it', async () => {
  await using api = await createHarness();
  const answer = await api.ask({ url: '/' });
  expect([answer.statusCode, answer.body]).toEqual([503, expect.stringContaining('npm start')]);
});

test('an unknown path of the API is a problem, not a page', async () => {
  await using api = await createHarness({ webDir: await buildConsole() });
  const answer = await api.ask({ url: '/api/v1/nothing' });
  expect([answer.statusCode, answer.json().code]).toEqual([404, 'not_found']);
});

test('the server is ready only when the replay is over, and alive before', async () => {
  await using api = await createHarness();
  api.pipeline.isReplaying = true;
  expect((await api.ask({ url: '/readyz' })).statusCode).toBe(503);
  expect((await api.ask({ url: '/healthz', headers: { host: '10.0.0.7:7117' } })).statusCode).toBe(
    200,
  );
  api.pipeline.isReplaying = false;
  expect((await api.ask({ url: '/readyz' })).json()).toMatchObject({ status: 'ready' });
  expect((await api.ask({ url: '/version' })).json()).toEqual({ version: '0.1.0' });
});

test('metrics are for this machine and for tokens, not for what a proxy passes on', async () => {
  await using api = await createHarness();
  api.pipeline.lagRecords = 7;
  const own = await api.ask({ url: '/metrics' });
  expect(own.body).toContain('cordon_pipeline_lag_records 7');
  expect((await api.ask({ url: '/metrics', remoteAddress: '192.0.2.9' })).statusCode).toBe(401);
  expect(
    (await api.ask({ url: '/metrics', headers: { 'x-forwarded-for': '192.0.2.9' } })).statusCode,
  ).toBe(401);
});
