import { HOUR_MS } from '@cordon/core';
import { expect, test } from 'vitest';
import { createHarness, type Harness, START } from '../fixtures/api-harness.ts';

const time = (at: number): string => new Date(at).toISOString();

async function asker(api: Harness, role: 'viewer' | 'responder') {
  const cookie = await api.cookieOf(role);
  return async (method: 'GET' | 'POST' | 'DELETE', path: string, payload?: object) => {
    const answer = await api.ask({
      method,
      url: `/api/v1${path}`,
      headers: { cookie },
      ...(method === 'GET' ? {} : { payload: payload ?? {} }),
    });
    return { status: answer.statusCode, body: answer.json() };
  };
}

test('who is on call, and who would be told why', async () => {
  await using api = await createHarness();
  const ask = await asker(api, 'viewer');
  const { body } = await ask('GET', '/on-call');
  expect(
    body.schedules[0].shifts.map((shift: { person: { id: string } }) => shift.person.id),
  ).toEqual(['anna', 'cem', 'anna']);
  expect(JSON.stringify(body)).not.toContain('"to":"anna"');
  const preview = await ask('GET', '/on-call/preview?subject=web-1');
  expect(preview.body).toMatchObject({
    team: { id: 'web', why: 'web looks after web-1 (web-*)' },
    steps: [{ recipients: [{ person: { name: 'Cem' }, urgency: 'page' }] }],
  });
  expect((await ask('GET', '/on-call/preview?team=none')).status).toBe(404);
});

test('somebody stands in, and that is taken back; nonsense is refused with the reason', async () => {
  await using api = await createHarness();
  const ask = await asker(api, 'responder');
  const span = { from: time(START), to: time(START + HOUR_MS) };
  const order = { schedule_id: 'first', person_id: 'ben', ...span };
  const added = await ask('POST', '/on-call/overrides', order);
  expect(added).toMatchObject({ status: 201, body: { person: { name: 'Ben' }, by: 'responder' } });
  expect((await ask('GET', '/on-call')).body.schedules[0].shifts[0].person.id).toBe('ben');
  await ask('DELETE', `/on-call/overrides/${added.body.id}`);
  expect((await ask('GET', '/on-call')).body.overrides).toEqual([]);
  for (const wrong of [{ person_id: 'x' }, { schedule_id: 'x' }, { to: time(START - 1) }])
    expect(await ask('POST', '/on-call/overrides', { ...order, ...wrong })).toMatchObject({
      status: 409,
      body: { code: 'override_unusable' },
    });
  const lines = (await api.deps.store.listAudit({ limit: 9 })).items.map(({ what }) => what);
  expect(lines).toEqual(
    expect.arrayContaining(['on_call_override_added', 'on_call_override_removed']),
  );
});

test('what was told is shown with every try and answer, and somebody at the console takes it', async () => {
  await using api = await createHarness();
  const ask = await asker(api, 'responder');
  await api.house.notifier.look();
  api.house.receivers.a.isDown = true;
  await api.house.incident(1, 'P1');
  await api.house.notifier.look();
  await api.house.notifier.sent();
  const { body } = await ask('GET', '/matters?status=open');
  expect(body.items).toMatchObject([
    {
      title: 'INC-1 Incident 1',
      told: [
        { status: 'delivered', channel: 'b', attempts: [{ is_taken: false }, { is_taken: true }] },
      ],
    },
  ]);
  const taken = await ask('POST', `/matters/${body.items[0].id}/acknowledge`);
  expect(taken.body).toMatchObject({ status: 'acknowledged', text: 'responder has it.' });
  const fatigue = (await ask('GET', '/on-call/fatigue?days=7')).body;
  expect(fatigue).toMatchObject({ pages: 1, acted_share: 1, people: [{ pages: 1 }] });
});

test('the page behind a link acts for its buttons only, and says what is hostile as text', async () => {
  await using api = await createHarness();
  await api.house.notifier.look();
  await api.house.incident(1, 'P1', { title: '<script>alert(1)</script>' });
  await api.house.notifier.look();
  await api.house.notifier.sent();
  const url = new URL(api.house.receivers.a.taken[0]?.answerUrl ?? '').pathname;
  const opened = await api.ask({ method: 'GET', url });
  expect(opened.body).toContain('&lt;script&gt;');
  expect(opened.headers['content-security-policy']).toContain("default-src 'self'");
  const statusOf = async () =>
    (await api.deps.store.listMatters({ limit: 1 })).items[0]?.state.status;
  expect(await statusOf()).toBe('open');
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  await api.ask({ method: 'POST', url, headers, payload: 'answer=nonsense' });
  expect(await statusOf()).toBe('open');
  const passed = await api.ask({ method: 'POST', url, headers, payload: 'answer=pass_on' });
  expect(passed.body).toContain('Passed on');
  await api.ask({ method: 'POST', url, headers, payload: 'answer=acknowledge' });
  expect(await statusOf()).toBe('acknowledged');
  expect((await api.ask({ method: 'GET', url })).body).toContain('Nothing is left to answer');
  const forged = `${url.slice(0, -1)}${url.endsWith('A') ? 'B' : 'A'}`;
  expect((await api.ask({ method: 'GET', url: forged })).statusCode).toBe(410);
});
