import { type Incident, MINUTE_MS, type ResponseMode, toEpochMs } from '@cordon/core';
import { createSandboxFirewall } from '@cordon/extensions';
import { expect, it } from 'vitest';
import { batch } from '../store/fixtures/facts.ts';
import { createMemoryStateStore } from '../store/memory/memory-state-store.ts';
import { toClosed, toIncident } from './fixtures/incident.ts';
import { createRunner } from './runner.ts';

const START = 1_700_000_000_000;
const ATTACKER = '203.0.113.7';

async function openHouse(
  mode: ResponseMode = 'enforce',
  change = (incident: Incident) => incident,
) {
  const clock = { at: START };
  const now = () => toEpochMs(clock.at);
  const { connector, held } = createSandboxFirewall(() => clock.at);
  const store = createMemoryStateStore();
  const incident = change(toIncident(ATTACKER, 'one', START));
  await store.commitBatch(batch(1, { incidents: [incident], writtenAt: now() }));
  const runner = await createRunner({
    store,
    now,
    events: { count: async () => 3, find: async () => [] },
    playbooks: [],
    config: { mode, neverTouch: [{ value: '198.51.100.0/24', why: 'ours' }] },
    connectors: [{ id: 'firewall', definition: connector, config: {} }],
  });
  const propose = (ip: string, more: object = {}) => {
    clock.at += 1;
    return runner.propose(
      {
        incidentId: incident.id,
        verb: 'net.ip.block',
        params: { ip },
        reason: 'It guesses passwords.',
        ttlMs: 10 * MINUTE_MS,
        ...more,
      },
      'ann (token assistant)',
    );
  };
  return { runner, store, held, propose, incident };
}

const problemOf = (
  result: Awaited<ReturnType<Awaited<ReturnType<typeof openHouse>>['propose']>>,
) => (result.ok ? undefined : result.problem.code);

it('a proposal waits for a person whatever the mode allows, and is done when one says yes', async () => {
  const house = await openHouse('enforce');
  const proposed = await house.propose(ATTACKER);
  if (!proposed.ok) throw new Error(proposed.problem.detail);
  const action = proposed.value;
  expect(action).toMatchObject({
    status: 'awaiting_approval',
    params: { ip: ATTACKER },
    reason: 'It guesses passwords.',
    incidentId: house.incident.id,
  });
  await house.runner.tick();
  expect(house.held.list()).toEqual([]);
  const planHash = action.approval?.planHash ?? '';
  await house.runner.decide(action.id, { approved: true, reason: 'yes', planHash }, 'bob');
  await house.runner.tick();
  expect(house.held.get(ATTACKER)).toBeDefined();
  const { items } = await house.store.listAudit({ limit: 20 });
  expect(items.find(({ what }) => what === 'action_proposed')).toMatchObject({
    actor: 'ann (token assistant)',
    data: { verb: 'net.ip.block', reason: 'It guesses passwords.' },
  });
});

it('what is protected is refused by the guard, and what has no end is no plan', async () => {
  const house = await openHouse();
  const proposed = await house.propose('198.51.100.9');
  expect(proposed.ok && proposed.value.status).toBe('refused');
  expect((await house.propose(ATTACKER, { ttlMs: undefined })).ok).toBe(false);
});

it('in the mode that only observes it is shown and nothing more', async () => {
  const house = await openHouse('observe');
  const proposed = await house.propose(ATTACKER);
  expect(proposed.ok && proposed.value.status).toBe('observed');
});

it('what is no action, what has wrong parameters, and a closed incident are refused', async () => {
  const house = await openHouse();
  expect(problemOf(await house.propose(ATTACKER, { verb: 'net.ip.erase' }))).toBe('no_connector');
  expect(problemOf(await house.propose(ATTACKER, { params: { host: 'x' } }))).toBe('bad_params');
  expect(problemOf(await house.propose(ATTACKER, { params: { ip: ATTACKER, x: 1 } }))).toBe(
    'bad_params',
  );
  const closed = await openHouse('enforce', (open) => toClosed(open, 'benign'));
  expect(problemOf(await closed.propose(ATTACKER))).toBe('incident_closed');
});

it('nothing in it is read as an expression', async () => {
  const house = await openHouse();
  const reason = `\${{ incident.title }} "quoted" and {{ more }}`;
  const proposed = await house.propose(ATTACKER, { reason });
  expect(proposed.ok && proposed.value.reason).toBe(reason);
});

it('ten wait at once and no more', async () => {
  const house = await openHouse();
  for (let n = 1; n <= 10; n += 1) expect((await house.propose(`203.0.113.${n}`)).ok).toBe(true);
  expect(problemOf(await house.propose('203.0.113.11'))).toBe('proposals_throttled');
});
