import type { Check } from '@cordon/core';
import { expect, test } from 'vitest';
import { createHarness } from '../fixtures/api-harness.ts';

const check = (id: string, more: Partial<Check>): Check => ({
  id,
  kind: 'tcp',
  asset: 'web-1',
  host: '127.0.0.1',
  port: 9,
  path: '/',
  everyMs: 60_000,
  confirmCount: 2,
  dependsOn: [],
  expect: {},
  ...more,
});

test('systems by machine, the worst first; a check is asked by hand', async () => {
  await using api = await createHarness({
    checks: [
      check('name', { asset: 'dns-1', kind: 'dns', host: 'localhost', port: 0 }),
      check('web', { kind: 'https', port: 443, path: '/health' }),
      check('closed', { dependsOn: ['web'] }),
    ],
  });
  const cookie = await api.cookieOf('responder');
  const ask = (id: string) =>
    api.ask({ method: 'POST', url: `/api/v1/checks/${id}/ask`, headers: { cookie }, payload: {} });
  expect((await ask('other')).statusCode).toBe(404);
  await ask('closed');
  expect((await ask('closed')).json()).toMatchObject({
    state: 'fail',
    every_s: 60,
    readings: [{ state: 'fail' }, { text: 'The port does not open: refused.' }],
  });
  const { items } = (await api.ask({ url: '/api/v1/systems', headers: { cookie } })).json();
  expect(items).toMatchObject([
    {
      asset: 'web-1',
      state: 'fail',
      checks: [
        { id: 'web', target: 'https://127.0.0.1:443/health', can_be_diagnosed: true },
        { id: 'closed', target: '127.0.0.1:9', depends_on: ['web'] },
      ],
    },
    {
      asset: 'dns-1',
      state: 'unknown',
      checks: [{ target: 'localhost', can_be_diagnosed: false }],
    },
  ]);
});

test('a viewer may look and not ask', async () => {
  await using api = await createHarness({ checks: [check('web', {})] });
  const cookie = await api.cookieOf('viewer');
  const url = '/api/v1/checks/web/ask';
  const asked = await api.ask({ method: 'POST', url, headers: { cookie }, payload: {} });
  expect(asked.statusCode).toBe(403);
  expect((await api.ask({ url: '/api/v1/systems', headers: { cookie } })).statusCode).toBe(200);
});
