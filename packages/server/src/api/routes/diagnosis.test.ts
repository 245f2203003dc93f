import { expect, test } from 'vitest';
import { createHarness } from '../fixtures/api-harness.ts';

const URL = '/api/v1/diagnoses';

test('a diagnosis is walked for real, told step by step, and written to the audit trail', async () => {
  await using api = await createHarness();
  const cookie = await api.cookieOf('responder');
  const started = await api.ask({
    method: 'POST',
    url: URL,
    headers: { cookie },
    payload: { target: '127.0.0.1:9' },
  });
  expect(started.statusCode).toBe(202);
  const read = async () =>
    (await api.ask({ url: `${URL}/${started.json().id}`, headers: { cookie } })).json();
  await expect.poll(async () => (await read()).status, { timeout: 30_000 }).toBe('done');
  const view = await read();
  expect(view).toMatchObject({ by: 'responder', target: { host: '127.0.0.1', port: 9 } });
  expect(['cause', 'candidates']).toContain(view.outcome);
  expect(view.faults[0].confirm).not.toBe('');
  expect(view.steps.map(({ text }: { text: string }) => text)).toContain(
    'does 127.0.0.1 port 9 accept a connection?',
  );
  expect(view.steps[0]).toMatchObject({ answer: 'no', rules_out: 'an action of Cordon' });
  const list = await api.ask({ url: URL, headers: { cookie } });
  expect(list.json().items).toMatchObject([{ id: view.id, outcome: view.outcome }]);
  const { items } = await api.deps.store.listAudit({ limit: 5 });
  expect(items.map(({ what }) => what)).toContain('diagnosis_started');
}, 60_000);

test('a viewer may not ask, and what is no target is refused', async () => {
  await using api = await createHarness();
  const ask = async (role: 'viewer' | 'responder', payload: object) =>
    api.ask({ method: 'POST', url: URL, headers: { cookie: await api.cookieOf(role) }, payload });
  expect((await ask('viewer', { target: '127.0.0.1:9' })).statusCode).toBe(403);
  const unread = await ask('responder', { target: 'a b' });
  expect([unread.statusCode, unread.json().code]).toEqual([400, 'target_unreadable']);
});
