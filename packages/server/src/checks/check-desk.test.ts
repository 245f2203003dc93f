import {
  type Check,
  type CheckState,
  type Diagnosis,
  type JsonObject,
  toEpochMs,
} from '@cordon/core';
import { type ReceivedRecord, SinkRefused } from '@cordon/kit';
import { expect, test } from 'vitest';
import { DiagnosisDesk } from '../diagnose/diagnosis-desk.ts';
import { createMemoryStateStore } from '../store/memory/memory-state-store.ts';
import { CheckDesk } from './check-desk.ts';

const check = (id: string, more: Partial<Check> = {}): Check => ({
  id,
  kind: 'tcp',
  asset: 'web-1',
  host: '192.0.2.1',
  port: 80,
  path: '/',
  everyMs: 60_000,
  confirmCount: 1,
  dependsOn: [],
  expect: {},
  ...more,
});

const REFUSED: Diagnosis = {
  target: { host: '192.0.2.1', port: 80, service: 'tcp', path: '/' },
  outcome: 'cause',
  passed: [],
  faults: [
    {
      cause: 'not-listening',
      layer: 'tcp',
      title: 'nobody listens at port 80',
      evidence: ['a reset'],
      fix: 'start it',
      confirm: 'ss -ltn',
    },
  ],
};

/** A desk over checks whose next answers are said by id. */
async function openDesk(checks: readonly Check[], store = createMemoryStateStore()) {
  const said = new Map<string, CheckState>();
  const told: JsonObject[] = [];
  const problems: string[] = [];
  const walked: string[] = [];
  let isFull = false;
  const now = () => toEpochMs(1_000);
  const doctor = new DiagnosisDesk({
    state: store,
    now,
    onBroken: () => undefined,
    walk: async ({ host, port }) => {
      walked.push(`${host}:${port}`);
      return { diagnosis: REFUSED, facts: [] };
    },
  });
  const desk = await CheckDesk.open({
    checks,
    intake: {
      push: async (_: string, records: readonly ReceivedRecord[]) => {
        if (isFull) throw new SinkRefused({ code: 'disk_full', detail: 'full', retryable: true });
        for (const { bytes } of records) told.push(JSON.parse(new TextDecoder().decode(bytes)));
      },
    },
    doctor,
    store,
    now,
    chance: () => 0.5,
    onProblem: ({ code }) => problems.push(code),
    ask: async ({ id }) => ({ at: now(), state: said.get(id) ?? 'ok', text: `${id} seen.`, ms: 1 }),
  });
  const answer = async (id: string, state: CheckState) => {
    said.set(id, state);
    return desk.askNow(id);
  };
  const fill = (full: boolean) => {
    isFull = full;
  };
  return { desk, answer, told, walked, problems, fill, store };
}

test('a failure is diagnosed, then told with what the doctor found; being well from the start is no news', async () => {
  const { answer, told, walked, desk } = await openDesk([check('web')]);
  await answer('web', 'ok');
  expect(told).toEqual([]);
  await answer('web', 'fail');
  expect(walked).toEqual(['192.0.2.1:80']);
  expect(told).toMatchObject([
    {
      cordon: 'check',
      check: 'web',
      asset: 'web-1',
      state: 'fail',
      was: 'ok',
      finding: 'web seen.',
      diagnosis: 'nobody listens at port 80',
      cause: 'not-listening',
      confirm: 'ss -ltn',
    },
  ]);
  expect(desk.list()).toMatchObject([{ state: 'fail', diagnosis: { status: 'done' } }]);
  await answer('web', 'ok');
  expect(told[1]).toMatchObject({ state: 'ok', was: 'fail' });
});

test('what depends on something that fails is told as following from it, and nobody is asked why', async () => {
  const { answer, told, walked, desk } = await openDesk([
    check('db', { port: 5432 }),
    check('web', { dependsOn: ['db'] }),
  ]);
  await answer('db', 'fail');
  await answer('web', 'fail');
  expect(walked).toEqual(['192.0.2.1:5432']);
  expect(told[1]).toMatchObject({
    check: 'web',
    blocked_by: 'db',
    diagnosis: 'It depends on db, which fails itself.',
  });
  expect(desk.list().find((view) => view.check.id === 'web')?.blockedBy).toBe('db');
});

test('what goes on failing when what it depends on is well again is told as its own, once', async () => {
  const { answer, told, walked } = await openDesk([
    check('db', { port: 5432 }),
    check('web', { dependsOn: ['db'] }),
  ]);
  await answer('db', 'fail');
  await answer('web', 'fail');
  await answer('web', 'fail');
  expect(told.map(({ check: id, blocked_by }) => [id, blocked_by])).toEqual([
    ['db', undefined],
    ['web', 'db'],
  ]);
  await answer('db', 'ok');
  await answer('web', 'fail');
  await answer('web', 'fail');
  expect(walked).toEqual(['192.0.2.1:5432', '192.0.2.1:80']);
  expect(told.slice(3)).toMatchObject([
    { check: 'web', state: 'fail', diagnosis: 'nobody listens at port 80' },
  ]);
  expect(told[3]).not.toHaveProperty('blocked_by');
});

test('what could not be taken in is told at the next turn, in its order', async () => {
  const { answer, told, problems, fill } = await openDesk([check('web')]);
  fill(true);
  await answer('web', 'fail');
  expect([told.length, problems]).toEqual([0, ['disk_full']]);
  fill(false);
  await answer('web', 'ok');
  expect(told.map(({ state }) => state)).toEqual(['fail', 'ok']);
});

test('a restart goes on from where the checks stood', async () => {
  const before = await openDesk([check('web')]);
  await before.answer('web', 'fail');
  const after = await openDesk([check('web'), check('new')], before.store);
  expect(after.desk.list().map(({ state }) => state)).toEqual(['fail', 'unknown']);
  await after.answer('web', 'fail');
  expect(after.told).toEqual([]);
});

test('a kind without a port is told without a diagnosis, and there is no other check', async () => {
  const { answer, told, walked, desk } = await openDesk([check('name', { kind: 'dns', port: 0 })]);
  await answer('name', 'fail');
  expect([walked, told[0]?.['diagnosis'], told[0]?.['target']]).toEqual([
    [],
    'No diagnosis was made.',
    '192.0.2.1',
  ]);
  expect(await desk.askNow('other')).toBeUndefined();
});
