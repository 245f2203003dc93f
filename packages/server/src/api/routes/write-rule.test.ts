import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type SigmaDocument, toEpochMs } from '@cordon/core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type CaseOutcome, runCases } from '../../rules/cases.ts';
import { importRules } from '../../rules/import-rules.ts';
import { loadPacks } from '../../rules/pack.ts';
import { eventAt } from '../../store/event-store.contract.ts';
import { createHarness, type Harness, START } from '../fixtures/api-harness.ts';

let dataDir = '';
let harness: Harness;
let cookie: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'cordon-write-'));
  harness = await createHarness({ settings: { dataDir } });
  cookie = await harness.cookieOf('responder');
});
afterEach(async () => {
  await harness[Symbol.asyncDispose]();
  await rm(dataDir, { recursive: true, force: true });
});

const post = async (url: string, payload: object) => {
  const headers = { cookie };
  const response = await harness.ask({ method: 'POST', url: `/api/v1${url}`, payload, headers });
  return { status: response.statusCode, body: response.json() };
};
const Q = 'category = authentication and user.name = mallory';
const make = async (title: string) =>
  (await post('/hunt/rule', { q: Q, title, level: 'high' })).body.text as string;
const write = (text: string, more: object = {}) =>
  post('/rules', { text, q: Q, is_shadow: false, reason: 'seen in March', ...more });
const written = async (): Promise<readonly SigmaDocument[]> => (await loadPacks(dataDir)).values;
const logIn = (offset: number, name: string, more: object = {}) =>
  eventAt(offset, {
    class_uid: 3002,
    time: toEpochMs(START - offset * 1_000),
    user: { name },
    ...more,
    provenance: {
      offset,
      sourceId: 's',
      parserId: 'p',
      logsource: { product: 'linux', categories: ['authentication'] },
      fields: { line: `${name} ${offset}` },
    },
  });

it('keeps a rule made of a hunt, with cases of what the hunt finds and of what stands beside it', async () => {
  harness.deps.events.add([logIn(1, 'mallory'), logIn(2, 'ann'), logIn(3, 'mallory')]);
  const { status, body } = await write(await make('Mallory logs in'));
  expect(status).toBe(201);
  expect(body).toMatchObject({ must_fire: 2, must_not_fire: 1 });
  const rules = await written();
  expect(rules.map(({ id, title, source }) => ({ id, title, source }))).toEqual([
    { id: body.rule_id, title: 'Mallory logs in', source: 'written-here' },
  ]);
  const outcomes = rules[0] && (await runCases(rules[0], rules));
  expect(outcomes).toHaveLength(3);
  for (const { mustFire, fired } of outcomes as readonly CaseOutcome[])
    expect(fired).toBe(mustFire);
  const { items } = await harness.deps.store.listAudit({ limit: 1 });
  expect(items[0]).toMatchObject({
    what: 'rule_written',
    subject: body.rule_id,
    actor: 'responder',
    data: { title: 'Mallory logs in', reason: 'seen in March' },
  });
});

it('keeps what was written before, also when two are written at once', async () => {
  harness.deps.events.add([logIn(1, 'mallory')]);
  const texts = [await make('One'), await make('Two'), await make('Three')];
  const answers = await Promise.all(texts.map((text) => write(text)));
  expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
  const rules = await written();
  expect(rules.map(({ title }) => title).sort()).toEqual(['One', 'Three', 'Two']);
  const kept = await Promise.all(rules.map((rule) => runCases(rule, rules)));
  expect(kept.every((outcomes) => Array.isArray(outcomes) && outcomes.length === 1)).toBe(true);
});

it('can begin in shadow', async () => {
  const { status } = await write(await make('Quiet'), { is_shadow: true });
  expect(status).toBe(201);
  expect((await written())[0]).toMatchObject({ isShadow: true });
});

it.each([
  ['what is no rule', 'title: x\n'],
  [
    'a correlation',
    'title: x\nid: x\ncorrelation: {type: event_count, rules: [root-login], group-by: [u], timespan: 1m, condition: {gte: 2}}\n',
  ],
  [
    'an id that is taken',
    'title: x\nid: root-login\nlogsource: {product: x}\ndetection: {a: {b: 1}, condition: a}\n',
  ],
])('refuses %s and keeps nothing of it', async (_, text) => {
  const { status, body } = await write(text);
  expect(status).toBeGreaterThanOrEqual(400);
  expect(status).toBeLessThan(500);
  expect(body.detail).toBeTruthy();
  expect(await written()).toEqual([]);
});

it('refuses an import that would take the place of what was written', async () => {
  const wanted = { from: dataDir, dataDir, content: [], name: 'written-here', now: () => 1 };
  await expect(importRules(wanted)).rejects.toThrow('written in the console');
});
