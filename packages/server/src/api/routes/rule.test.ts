import { DAY_MS, idOf, type Signal, toEpochMs } from '@cordon/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventAt } from '../../store/event-store.contract.ts';
import { createHarness, type Harness, START } from '../fixtures/api-harness.ts';

let harness: Harness;
let cookie: string;
beforeEach(async () => {
  harness = await createHarness();
  cookie = await harness.cookieOf('responder');
});
afterEach(() => harness[Symbol.asyncDispose]());

const get = async (url: string) => {
  const response = await harness.ask({ method: 'GET', url: `/api/v1${url}`, headers: { cookie } });
  return { status: response.statusCode, body: response.json() };
};
const post = async (url: string, payload: object) => {
  const headers = { cookie };
  const response = await harness.ask({ method: 'POST', url: `/api/v1${url}`, payload, headers });
  return { status: response.statusCode, body: response.json() };
};
const iso = (at: number) => new Date(at).toISOString();
const rootAt = (offset: number, at: number) =>
  eventAt(offset, {
    time: toEpochMs(at),
    user: { name: 'root' },
    src_endpoint: { ip: '192.0.2.1' },
    device: { hostname: 'srv-1' },
  });
const fired = (n: number): Signal => ({
  id: idOf('sig', [n]),
  rule: {
    id: 'root-login',
    title: 'x',
    techniques: [],
    tactics: [],
    falsepositives: [],
    behaviour: 'x',
  },
  severity_id: 4,
  at: toEpochMs(START - n),
  since: toEpochMs(START - n),
  count: 1,
  eventIds: [],
  offsets: [n],
  entities: [{ kind: 'user', id: 'root', role: 'target' }],
  logsource: {},
  text: `fired ${n}`,
  matched: {},
});

describe('rules', () => {
  it('are listed with what they brought and whose they are', async () => {
    const { body } = await get('/rules');
    expect(body.items).toEqual([
      expect.objectContaining({
        id: 'root-login',
        level: 'high',
        author: 'Ann',
        license: 'MIT',
        techniques: ['T1078'],
        logsource: 'authentication',
        mode: 'on',
        is_silent: true,
        matches_day: 0,
      }),
    ]);
    expect((await get('/rules/nowhere')).status).toBe(404);
  });

  it('can be put in shadow, with a reason in the audit trail', async () => {
    const { body } = await post('/rules/root-login/mode', { mode: 'shadow', reason: 'too loud' });
    expect(body.mode).toBe('shadow');
    const { items } = await harness.deps.store.listAudit({ limit: 1 });
    expect(items[0]).toMatchObject({
      what: 'rule_mode_set',
      subject: 'root-login',
      actor: 'responder',
      data: { mode: 'shadow', before: 'on', reason: 'too loud' },
    });
    expect((await post('/rules/root-login/mode', { mode: 'loud', reason: 'x' })).status).toBe(400);
  });

  it('are suppressed until a time, which is told with what it hid, and can be ended', async () => {
    const url = '/rules/root-login/suppressions';
    const wanted = {
      owner: 'ann',
      reason: 'our own scanner',
      expires_at: iso(START + DAY_MS),
      entity: { kind: 'user', id: 'root' },
    };
    expect((await post(url, { ...wanted, expires_at: iso(START - 1) })).status).toBe(400);
    const made = await post(url, wanted);
    expect(made).toMatchObject({ status: 201, body: { is_in_force: true, hidden: 0 } });
    await harness.deps.store.commitBatch({
      committedOffset: 1,
      tallies: [],
      deadLetters: [],
      signals: [fired(1)],
      outcomes: [],
      alerts: [],
      incidents: [],
      runs: [],
      muted: [{ signal: fired(2), cause: made.body.id }],
    });
    const { body } = await get('/rules/root-login');
    expect(body).toMatchObject({
      matches_day: 2,
      muted_month: 1,
      suppressions: 1,
      suppression_list: [{ owner: 'ann', reason: 'our own scanner', hidden: 1 }],
      days: [{ count: 2, muted: 1 }],
      recent: [{ text: 'fired 1' }],
    });
    const muted = await get(`/muted-signals?cause=${made.body.id}`);
    expect(muted.body.items).toEqual([
      { cause: made.body.id, signal: expect.objectContaining({ text: 'fired 2' }) },
    ]);
    const ended = await post(`${url}/${made.body.id}/end`, { reason: 'scanner is gone' });
    expect(ended.body).toMatchObject({ is_in_force: false, hidden: 1 });
    expect((await post(`${url}/sup_x/end`, { reason: 'x' })).status).toBe(404);
  });

  it('end their suppressions by themselves', async () => {
    await post('/rules/root-login/suppressions', {
      owner: 'ann',
      reason: 'x',
      expires_at: iso(START + 1_000),
    });
    harness.advance(1_000);
    const { body } = await get('/rules/root-login');
    expect(body.suppression_list).toMatchObject([{ is_in_force: false }]);
  });

  it('stand beside whatever else fired, which is muted the same way, one act after the other', async () => {
    await harness.deps.store.commitBatch({
      committedOffset: 1,
      tallies: [],
      deadLetters: [],
      signals: [{ ...fired(1), rule: { ...fired(1).rule, id: 'detector:scan', title: 'A scan' } }],
      outcomes: [],
      alerts: [],
      incidents: [],
      runs: [],
    });
    const { body } = await get('/rules?text=SCAN&state=fired&limit=1');
    expect(body).toMatchObject({ fitting: 1, all: 2 });
    expect(body.items[0]).toMatchObject({ id: 'detector:scan', kind: 'detector', level: 'high' });
    const url = `/rules/${encodeURIComponent('detector:scan')}`;
    const wanted = { owner: 'ann', reason: 'x', expires_at: iso(START + DAY_MS) };
    await Promise.all([1, 2, 3].map(() => post(`${url}/suppressions`, wanted)));
    expect((await get(url)).body).toMatchObject({ kind: 'detector', suppressions: 3, text: '' });
    expect((await post(`${url}/mode`, { mode: 'off', reason: 'x' })).body.mode).toBe('off');
    expect((await post('/rules/nowhere/suppressions', wanted)).status).toBe(404);
  });

  it('are back-tested over stored events, as they run or as a draft', async () => {
    const { events } = harness.deps;
    events.add([0, 1, 2].map((offset) => rootAt(offset, START - offset * DAY_MS)));
    const finish = async (id: string) => {
      for (;;) {
        const { body } = await get(`/backtests/${id}`);
        if (body.status !== 'waiting' && body.status !== 'running') return body;
      }
    };
    const started = await post('/backtests', { rule_id: 'root-login', days: 30 });
    expect(started.status).toBe(202);
    expect(await finish(started.body.id)).toMatchObject({
      status: 'done',
      events: 3,
      fired: 3,
      result: { entity_count: 3, samples: [{}, {}, {}] },
    });
    const text =
      'title: t\nid: t\nlogsource: {category: authentication}\ndetection: {a: {user.name: admin}, condition: a}\n';
    const draft = await post('/backtests', { text, days: 1 });
    expect((await finish(draft.body.id)).fired).toBe(0);
    const bad = await post('/backtests', { text: 'title: t', days: 1 });
    expect(bad).toMatchObject({ status: 409, body: { code: 'rule_missing_part' } });
    expect((await post('/backtests', { rule_id: 'nowhere', days: 1 })).status).toBe(404);
  });

  it('are set against what really comes in', async () => {
    harness.deps.events.add([rootAt(0, START)]);
    const { body } = await get('/coverage');
    expect(body).toMatchObject({
      sources: [{ name: 'linux / authentication', events: 1, rules: 1 }],
      techniques: [{ id: 'T1078', rules: 1, silent: 0, by_source: [1] }],
      silent: [],
    });
  });
});

describe('hunting', () => {
  beforeEach(() => {
    harness.deps.events.add([0, 1, 2].map((offset) => rootAt(offset, START - offset * 60_000)));
  });
  const hunt = (path: string, q: string, more = '') =>
    get(`/hunt/${path}?q=${encodeURIComponent(q)}${more}`);

  it('finds events, newest first, a page at a time', async () => {
    const first = await hunt('events', 'user.name = root', '&limit=2');
    expect(first.body.items.map(({ offset }: { offset: number }) => offset)).toEqual([0, 1]);
    expect(first.body.items[0]).toMatchObject({ class_name: 'authentication', host: 'srv-1' });
    const rest = await hunt('events', 'user.name = root', `&cursor=${first.body.next_cursor}`);
    expect(rest.body.items).toHaveLength(1);
    expect(rest.body.next_cursor).toBeUndefined();
    expect((await hunt('events', '', '&cursor=x')).body.code).toBe('bad_cursor');
  });

  it('says where a query is wrong', async () => {
    const { status, body } = await hunt('events', 'user.nam = root');
    expect(status).toBe(400);
    expect(body).toMatchObject({ code: 'hunt_syntax', errors: [{ pointer: '/q#1' }] });
    expect(body.hint).toContain('user.name');
  });

  it('counts over time and by value', async () => {
    const { body } = await hunt('bars', '');
    expect(body).toMatchObject({ total: 3, bucket_s: 60 });
    expect(body.bars).toHaveLength(3);
    const top = await hunt('top', '', '&field=any.ip');
    expect(top.body.items).toEqual([{ value: '192.0.2.1', count: 3 }]);
    expect((await hunt('top', '', '&field=any.ipp')).body.hint).toContain('any.ip');
  });

  it('makes a rule of a hunt', async () => {
    const q = 'class_uid = 3002 and user.name = root and time > now-7d';
    const { body } = await post('/hunt/rule', { q, title: 'Root', level: 'low' });
    expect(body).toMatchObject({ problems: [], left_out: [expect.stringContaining('time >')] });
    expect(body.text).toContain('category: authentication');
    expect(
      (await post('/hunt/rule', { q: 'user.name = a', title: 'x', level: 'low' })).status,
    ).toBe(400);
  });
});
