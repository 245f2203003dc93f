import { createHash } from 'node:crypto';
import type { RoomView } from '@cordon/contract';
import { HOUR_MS } from '@cordon/core';
import { expect, test } from 'vitest';
import { incident } from '../../store/fixtures/facts.ts';
import { createHarness, type Harness, START } from '../fixtures/api-harness.ts';

const made = incident(1, { entities: [{ kind: 'user', id: 'alice', role: 'target' }] });
const ROOM = `/incidents/${made.id}/room`;
const HOSTILE = '<img src=x onerror=alert(1)>';

async function open(api: Harness) {
  const audit = { at: START, actor: 'test', what: 'opened', subject: made.id, data: {} };
  await api.deps.store.saveDecisions({ alerts: [], incidents: [made], audit });
  const askerOf = async (role: 'viewer' | 'responder') => {
    const cookie = await api.cookieOf(role);
    return async (method: 'GET' | 'POST', path: string, payload?: object) => {
      const answer = await api.ask({
        method,
        url: `/api/v1${path}`,
        headers: { cookie },
        ...(method === 'GET' ? {} : { payload: payload ?? {} }),
      });
      return { status: answer.statusCode, body: answer.json() };
    };
  };
  const ask = await askerOf('responder');
  const act = (one: object) => ask('POST', ROOM, { act: one });
  const room = async (): Promise<RoomView> => (await ask('GET', ROOM)).body;
  return { ask, act, room, look: await askerOf('viewer') };
}

test('tasks, comments, roles and decisions are written, changed with history, and undone', async () => {
  await using api = await createHarness();
  const { act, room, look } = await open(api);
  const task = (await act({ what: 'task_added', text: 'Call the bank', owner: 'anna' })).body.line;
  await act({ what: 'task_changed', task, text: 'Call both banks', owner: '' });
  const done = (await act({ what: 'task_done', task })).body.line;
  await act({ what: 'commented', text: `@anna ${HOSTILE}`, mentions: ['anna'] });
  await act({ what: 'role_given', role: 'contact', person: 'ben', department: 'Legal' });
  await act({ what: 'decided', text: 'Pay nothing', why: 'Backups are whole', reversing: 'No' });
  expect((await room()).tasks[0]).toMatchObject({
    text: 'Call both banks',
    done: { by: 'responder' },
    earlier: [{ text: 'Call the bank, owner anna' }],
  });
  await act({ what: 'taken_back', line: done });
  const now = await room();
  expect(now.tasks[0]).not.toHaveProperty('done');
  expect(now).toMatchObject({ is_intact: true, lines: 7, roles: [{ department: 'Legal' }] });
  expect((await look('POST', ROOM, { act: { what: 'task_done', task } })).status).toBe(403);
  const { items } = (await look('GET', `${ROOM}/lines`)).body;
  expect(items.map(({ what }: { what: string }) => what)).toEqual([
    'task_added',
    'task_changed',
    'task_done',
    'commented',
    'role_given',
    'decided',
    'taken_back',
  ]);
});

test('what does not fit is refused and leaves no line', async () => {
  await using api = await createHarness();
  const { act, room } = await open(api);
  expect((await act({ what: 'task_done', task: 9 })).body.code).toBe('room_act_unusable');
  expect((await act({ what: 'evidence_added', name: 'x', sha256: 'y' })).status).toBe(400);
  expect((await act({ what: 'commented', text: 'x'.repeat(5_000), mentions: [] })).status).toBe(
    400,
  );
  expect((await room()).lines).toBe(0);
});

test('who is named is told by their channel, and what they wrote themselves tells nobody', async () => {
  await using api = await createHarness();
  const { act } = await open(api);
  await api.house.notifier.look();
  await act({ what: 'commented', text: 'Please look, @anna', mentions: ['anna', 'nobody'] });
  api.advance(60_000);
  await api.house.notifier.look();
  await api.house.notifier.sent();
  const [letter, ...others] = api.house.receivers.a.to('anna');
  expect(others).toEqual([]);
  expect(letter?.letter.items[0]?.title).toContain('responder mentioned you');
  expect(letter?.letter.items[0]?.lines).toEqual(['Please look, @anna']);
});

test('evidence keeps its hash, and everybody who looks is noted', async () => {
  await using api = await createHarness();
  const { ask, room } = await open(api);
  const cookie = await api.cookieOf('responder');
  const bytes = Buffer.from([0, 255, 1, 2]);
  const kept = await api.ask({
    method: 'POST',
    url: `/api/v1${ROOM}/evidence?name=${encodeURIComponent('dump ".bin')}`,
    headers: { cookie, 'content-type': 'application/octet-stream' },
    payload: bytes,
  });
  const { line } = kept.json();
  const url = `/api/v1${ROOM}/evidence/${line}`;
  const got = await api.ask({ url, headers: { cookie } });
  expect(got.rawPayload).toEqual(bytes);
  expect(got.headers['content-disposition']).toBe("attachment; filename*=UTF-8''dump%20%22.bin");
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const { evidence, head } = (await ask('GET', `${ROOM}/manifest`)).body;
  expect(evidence).toMatchObject([
    { sha256, size_bytes: 4, by: 'responder', looks: [{ by: 'responder', is_intact: true }] },
  ]);
  expect(head).toMatch(/^[0-9a-f]{64}$/);
  await api.deps.log.append([{ sourceId: 's', receivedAt: START, bytes: Buffer.from('line') }]);
  const records = await ask('POST', `${ROOM}/records`, { offsets: [0], note: 'first' });
  expect(records.status).toBe(201);
  expect((await room()).evidence[1]).toMatchObject({ size_bytes: 5, offsets: [0] });
  const gone = await ask('POST', `${ROOM}/records`, { offsets: [7], note: '' });
  expect(gone.body.code).toBe('evidence_gone');
});

test('a guest sees one room, is noted with each look, and is out when the link is taken back', async () => {
  await using api = await createHarness();
  const { ask, act, room } = await open(api);
  await act({ what: 'commented', text: HOSTILE, mentions: [] });
  const guest = { name: 'Eve of the insurer', right: 'comment', hours: 2 };
  const { url } = (await ask('POST', `${ROOM}/guests`, guest)).body;
  const path = new URL(url).pathname;
  const page = await api.app.inject({ url: path, headers: { host: 'localhost:7117' } });
  expect(page.statusCode).toBe(200);
  expect(page.body).not.toContain(HOSTILE);
  expect(page.body).toContain('&lt;img');
  await api.app.inject({
    method: 'POST',
    url: path,
    headers: { host: 'localhost:7117', 'content-type': 'application/x-www-form-urlencoded' },
    payload: 'text=We+pay+for+the+laptops',
  });
  const { guests, comments } = await room();
  expect(guests[0]?.looks).toHaveLength(2);
  expect(comments.at(-1)).toMatchObject({ is_guest: true, by: 'Eve of the insurer (guest)' });
  await act({ what: 'taken_back', line: guests[0]?.line });
  const over = await api.app.inject({ url: path, headers: { host: 'localhost:7117' } });
  expect(over.statusCode).toBe(410);
  const other = { name: 'Late', right: 'look', hours: 1 };
  const late = new URL((await ask('POST', `${ROOM}/guests`, other)).body.url).pathname;
  api.advance(HOUR_MS);
  expect(
    (await api.app.inject({ url: late, headers: { host: 'localhost:7117' } })).statusCode,
  ).toBe(410);
});

test('a link that is opened without end is closed for the hour', async () => {
  await using api = await createHarness();
  const { ask } = await open(api);
  const guest = { name: 'Bot', right: 'look', hours: 24 };
  const path = new URL((await ask('POST', `${ROOM}/guests`, guest)).body.url).pathname;
  const headers = { host: 'localhost:7117' };
  for (let look = 0; look < 60; look += 1) await api.app.inject({ url: path, headers });
  expect((await api.app.inject({ url: path, headers })).statusCode).toBe(410);
  api.advance(HOUR_MS + 1);
  expect((await api.app.inject({ url: path, headers })).statusCode).toBe(200);
});

test('targets run, are met and are missed; templates, drafts and hand-over tell what is known', async () => {
  await using api = await createHarness();
  const { ask, act, room } = await open(api);
  expect((await room()).targets.map(({ status }) => status)).toEqual([
    'running',
    'running',
    'running',
  ]);
  await ask('POST', `${ROOM}/template`, { template_id: 'brute' });
  await act({ what: 'role_given', role: 'lead', person: 'anna' });
  api.advance(40 * 24 * HOUR_MS);
  const cookie = await api.cookieOf('responder');
  const late = (await api.ask({ url: `/api/v1${ROOM}`, headers: { cookie } })).json() as RoomView;
  expect(late.targets.map(({ status }) => status)).toEqual(['met', 'missed', 'missed']);
  expect(late.tasks[0]).toMatchObject({
    text: 'Reset',
    due_at: new Date(START + 300_000).toISOString(),
  });
  const draft = await api.ask({
    url: `/api/v1${ROOM}/draft?audience=executive`,
    headers: { cookie },
  });
  expect(draft.json().text).toBe('Lead: anna');
  const handover = await api.ask({ url: `/api/v1${ROOM}/handover`, headers: { cookie } });
  expect(handover.json()).toMatchObject({
    open_tasks: [expect.stringContaining('Reset, nobody, due')],
    on_call: [expect.stringMatching(/^First line: (Anna|Cem) until .*, then (Anna|Cem)$/)],
  });
});

test('without a channel that mails nobody is asked and nothing is sent', async () => {
  await using api = await createHarness();
  const { ask, act, room } = await open(api);
  const question = { account: 'alice', to: 'alice@example.org', note: '' };
  expect((await ask('POST', `${ROOM}/questions`, question)).body.code).toBe('room_no_mail');
  const update = { what: 'update_sent', audience: 'legal', to: ['a@b.c'], subject: 's', text: 't' };
  expect((await act(update)).body.code).toBe('room_no_mail');
  expect((await room()).can_mail).toBe(false);
  expect((await room()).lines).toBe(0);
});
