import { expect, test } from 'vitest';
import { createHarness, JSON_HEADERS, PASSWORD } from './fixtures/api-harness.ts';

const LOGIN = { method: 'POST', url: '/api/v1/session' } as const;

test.each([
  { host: 'localhost:7117', status: 200 },
  { host: '127.0.0.1', status: 200 },
  { host: '[::1]:7117', status: 200 },
  { host: 'cordon.example:443', status: 200 },
  { host: 'soc.example', status: 200 },
  { host: 'evil.example', status: 421 },
  { host: 'localhost.evil.example', status: 421 },
])('a request for host $host gets $status', async ({ host, status }) => {
  await using api = await createHarness({
    settings: { publicUrl: 'https://cordon.example', allowedHosts: ['soc.example'] },
  });
  expect((await api.ask({ url: '/api/v1/status', headers: { host } })).statusCode).toBe(status);
});

test.each([
  { name: 'the console itself', headers: { 'sec-fetch-site': 'same-origin' }, status: 200 },
  { name: 'another site', headers: { 'sec-fetch-site': 'cross-site' }, status: 403 },
  {
    name: 'a neighbour on the same domain',
    headers: { 'sec-fetch-site': 'same-site' },
    status: 403,
  },
  { name: 'an old browser on our page', headers: { origin: 'http://localhost:7117' }, status: 200 },
  { name: 'an old browser elsewhere', headers: { origin: 'http://evil.example' }, status: 403 },
  { name: 'a sandboxed frame', headers: { origin: 'null' }, status: 403 },
  { name: 'a plain form', headers: { 'content-type': 'text/plain' }, status: 415 },
])('a change asked for by $name gets $status', async ({ headers, status }) => {
  await using api = await createHarness();
  const cookie = await api.cookieOf('responder');
  const answer = await api.ask({
    method: 'PUT',
    url: '/api/v1/kill-switch',
    headers: { cookie, ...headers },
    payload: '{"engaged":true,"reason":"drill"}',
  });
  expect(answer.statusCode).toBe(status);
  expect(api.deps.actions.killSwitch().engaged).toBe(status === 200);
});

test('behind https the cookie is Secure and bound to the host', async () => {
  await using api = await createHarness({ settings: { publicUrl: 'https://cordon.example' } });
  await api.cookieOf('viewer');
  const answer = await api.ask({ ...LOGIN, payload: { name: 'viewer', password: PASSWORD } });
  expect(String(answer.headers['set-cookie'])).toMatch(
    /^__Host-cordon_session=.*; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
  );
});

test('five wrong passwords close one account for one address, not for others, for a while', async () => {
  await using api = await createHarness();
  await api.cookieOf('viewer');
  const logIn = (password: string, remoteAddress = '192.0.2.1') =>
    api.ask({ ...LOGIN, payload: { name: 'viewer', password }, remoteAddress });
  for (let tries = 0; tries < 5; tries += 1)
    expect((await logIn('wrong')).json().code).toBe('login_failed');
  const throttled = await logIn(PASSWORD);
  expect([throttled.statusCode, throttled.headers['retry-after']]).toEqual([429, '900']);
  expect((await logIn(PASSWORD, '192.0.2.2')).statusCode).toBe(201);
  api.advance(15 * 60_000);
  expect((await logIn(PASSWORD)).statusCode).toBe(201);
});

test('an account that is not there is told from a wrong password by nothing', async () => {
  await using api = await createHarness();
  await api.cookieOf('viewer');
  const unknown = (await api.ask({ ...LOGIN, payload: { name: 'nobody', password: 'x' } })).json();
  const wrong = (await api.ask({ ...LOGIN, payload: { name: 'viewer', password: 'x' } })).json();
  expect({ ...unknown, request_id: '' }).toEqual({ ...wrong, request_id: '' });
});

test('a session ends by itself when idle, at its longest, and by logging out', async () => {
  await using api = await createHarness();
  const me = async (cookie: string) =>
    (await api.ask({ url: '/api/v1/me', headers: { cookie } })).statusCode;
  const idle = await api.cookieOf('viewer');
  api.advance(2 * 3_600_000);
  expect(await me(idle)).toBe(401);

  const busy = await api.cookieOf('viewer');
  for (let hour = 0; hour < 11; hour += 1) {
    api.advance(3_600_000);
    expect(await me(busy)).toBe(200);
  }
  api.advance(3_600_000);
  expect(await me(busy)).toBe(401);

  const left = await api.cookieOf('viewer');
  expect(
    (await api.ask({ method: 'DELETE', url: '/api/v1/session', headers: { cookie: left } }))
      .statusCode,
  ).toBe(204);
  expect(await me(left)).toBe(401);
});

test('a disabled account and a lowered role count at once', async () => {
  await using api = await createHarness();
  const cookie = await api.cookieOf('administrator');
  const user = await api.deps.store.findUser({ name: 'administrator' });
  if (!user) throw new Error('the account was made');
  const audit = {
    at: user.createdAt,
    actor: 'test',
    what: 'user_changed',
    subject: user.id,
    data: {},
  };
  const users = async () =>
    (await api.ask({ url: '/api/v1/users', headers: { cookie } })).statusCode;
  expect(await users()).toBe(200);
  await api.deps.store.saveUser({ ...user, role: 'viewer' }, audit);
  expect(await users()).toBe(403);
  await api.deps.store.saveUser({ ...user, isDisabled: true }, audit);
  expect(await users()).toBe(401);
});

test('an API token works until it is deleted, never above its own role, and is kept as a hash only', async () => {
  await using api = await createHarness();
  const cookie = await api.cookieOf('administrator');
  const made = (
    await api.ask({
      method: 'POST',
      url: '/api/v1/tokens',
      headers: { cookie },
      payload: { label: 'siem', role: 'viewer' },
    })
  ).json();
  expect(made.token).toMatch(/^cdn_api_[0-9A-Za-z]{43}_[0-9A-Za-z]{6}$/);
  const authorization = `Bearer ${made.token}`;
  const get = async (url: string) =>
    (await api.ask({ url, headers: { authorization } })).statusCode;
  expect([await get('/api/v1/overview'), await get('/api/v1/users')]).toEqual([200, 403]);
  expect(
    (await api.ask({ url: '/api/v1/me', headers: { authorization: `${authorization}x` } }))
      .statusCode,
  ).toBe(401);

  const kept = JSON.stringify(await api.deps.store.listCredentials('api_token'));
  expect(kept).not.toContain(made.token);
  expect(JSON.stringify(await api.deps.store.listAudit({ limit: 100 }))).not.toContain(made.token);
  expect(api.log.join('')).not.toContain(made.token);

  await api.ask({ method: 'DELETE', url: `/api/v1/tokens/${made.id}`, headers: { cookie } });
  expect(await get('/api/v1/overview')).toBe(401);
});

test('every change leaves a line in the audit trail', async () => {
  await using api = await createHarness();
  const cookie = await api.cookieOf('administrator');
  const change = (method: 'POST' | 'DELETE', url: string, payload: object = {}) =>
    api.ask({ method, url: `/api/v1${url}`, headers: { cookie }, payload });
  await change('POST', '/users', {
    name: 'bob',
    role: 'viewer',
    password: 'a long enough password',
  });
  const token = (await change('POST', '/tokens', { label: 'x', role: 'viewer' })).json();
  await change('DELETE', `/tokens/${token.id}`);
  await change('POST', '/sources/push', { id: 'web', title: 'Web' });
  await change('POST', '/demo/start');
  await api.ask({ ...LOGIN, payload: { name: 'bob', password: 'wrong' } });
  await change('DELETE', '/session');
  const lines = (await api.deps.store.listAudit({ limit: 50 })).items
    .map(({ actor, what }) => `${actor} ${what}`)
    .sort();
  expect(lines).toEqual(
    [
      'test user_created',
      'administrator logged_in',
      'administrator user_created',
      'administrator token_created',
      'administrator token_deleted',
      'administrator push_source_created',
      'administrator demo_started',
      'nobody login_failed',
      'administrator logged_out',
    ].sort(),
  );
});

test('a body with an unknown member is refused with its place, and headers keep the page to itself', async () => {
  await using api = await createHarness();
  const answer = await api.ask({ ...LOGIN, payload: { name: 'x', password: 'y', admin: true } });
  expect(answer.json()).toMatchObject({
    status: 400,
    code: 'bad_request',
    errors: [{ pointer: '/admin' }, { pointer: '' }],
  });
  expect(answer.headers['content-security-policy']).toContain("default-src 'self'");
  expect(answer.headers['x-content-type-options']).toBe('nosniff');
  const broken = await api.app.inject({ ...LOGIN, headers: JSON_HEADERS, payload: '{"name":' });
  expect(broken.json()).toMatchObject({ status: 400, code: 'bad_request' });
});
