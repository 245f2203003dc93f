import { routes } from '@cordon/contract';
import { expect, test } from 'vitest';
import { createHarness } from './fixtures/api-harness.ts';

const SAFE_PATHS = ['/healthz', '/readyz', '/version', '/metrics'];

test('the first administrator is made with the set-up token, once, and is logged in', async () => {
  await using api = await createHarness();
  const token = await api.setupToken();
  const payload = { token, name: 'alice', password: 'a long enough password' };
  expect((await api.ask({ url: '/api/v1/status' })).json()).toMatchObject({ is_set_up: false });

  const made = await api.ask({ method: 'POST', url: '/api/v1/setup', payload });
  expect(made.statusCode).toBe(201);
  const cookie = String(made.headers['set-cookie']);
  expect(cookie).toMatch(
    /^cordon_session=[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; SameSite=Lax$/,
  );
  const me = await api.ask({ url: '/api/v1/me', headers: { cookie } });
  expect(me.json()).toMatchObject({ name: 'alice', role: 'administrator', via: 'session' });

  const again = await api.ask({ method: 'POST', url: '/api/v1/setup', payload });
  expect([again.statusCode, again.json().code]).toEqual([409, 'already_set_up']);
  expect(await api.setupToken()).toBe('');
});

test('a wrong, a mistyped and an expired set-up token are refused', async () => {
  await using api = await createHarness();
  const token = await api.setupToken();
  const ask = async (used: string) =>
    (
      await api.ask({
        method: 'POST',
        url: '/api/v1/setup',
        payload: { token: used, name: 'eve', password: 'a long enough password' },
      })
    ).json().code;
  expect(await ask('cdn_set_guess')).toBe('bad_setup_link');
  expect(await ask(`${token.slice(0, -1)}!`)).toBe('bad_setup_link');
  api.advance(25 * 3_600_000);
  expect(await ask(token)).toBe('bad_setup_link');
});

test('every route declares who may call it, and without login only public ones answer', async () => {
  const all: { method: string; url: string; access: unknown }[] = [];
  await using api = await createHarness({ onRoute: (route) => all.push(route) });
  expect(all.length).toBeGreaterThan(Object.keys(routes).length);
  for (const { method, url, access } of all) {
    if (!url.startsWith('/api/')) {
      if (SAFE_PATHS.includes(url)) expect(access).toBe('public');
      continue;
    }
    expect(
      ['public', 'source', 'viewer', 'proposer', 'responder', 'administrator'],
      `${method} ${url}`,
    ).toContain(access);
    if (access === 'public') continue;
    const answer = await api.ask({
      method: method as 'GET',
      url,
      ...(method === 'GET' ? {} : { payload: {} }),
    });
    expect([url, answer.statusCode]).toEqual([url, 401]);
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
  }
});

test.each([
  { role: 'viewer', method: 'GET', url: '/api/v1/overview', status: 200 },
  { role: 'viewer', method: 'PUT', url: '/api/v1/kill-switch', status: 403 },
  { role: 'viewer', method: 'GET', url: '/api/v1/users', status: 403 },
  { role: 'responder', method: 'PUT', url: '/api/v1/kill-switch', status: 200 },
  { role: 'responder', method: 'GET', url: '/api/v1/tokens', status: 403 },
  { role: 'administrator', method: 'GET', url: '/api/v1/tokens', status: 200 },
] as const)('a $role asking $method $url gets $status', async ({ role, method, url, status }) => {
  await using api = await createHarness();
  const cookie = await api.cookieOf(role);
  const payload = method === 'PUT' ? { engaged: true, reason: 'drill' } : undefined;
  expect(
    (await api.ask({ method, url, headers: { cookie }, ...(payload ? { payload } : {}) }))
      .statusCode,
  ).toBe(status);
});
