import {
  MINUTE_MS,
  type Problem,
  parsePlaybook,
  selectPlaybooks,
  toEpochMs,
  type UndoPolicy,
  type VerdictKind,
} from '@cordon/core';
import { createSandboxFirewall } from '@cordon/extensions';
import type { ConnectorDefinition } from '@cordon/kit';
import { describe, expect, it } from 'vitest';
import { createMemoryStateStore } from '../store/memory/memory-state-store.ts';
import { toStoreError } from '../store/store-error.ts';
import type { RunnerStore } from './deps.ts';
import { createFragileFirewall } from './fixtures/fragile-firewall.ts';
import { toClosed, toIncident } from './fixtures/incident.ts';
import { createRunner } from './runner.ts';

const START = 1_700_000_000_000;
const ATTACKER = '203.0.113.7';
const OTHER = '203.0.113.8';

/** A house whose store can be made to fail. */
function createHouse(undo: UndoPolicy = 'auto') {
  const clock = { at: START };
  const now = () => toEpochMs(clock.at);
  const firewall = createSandboxFirewall(() => clock.at);
  const state = createMemoryStateStore();
  const store: RunnerStore = { ...state };
  const problems: Problem[] = [];
  const { playbook } = parsePlaybook(
    `
playbook: block-it
on: incident.severity >= high
each: incident.source_ips
steps:
  - { id: block, do: net.ip.block, with: { ip: '\${{ item }}' }, for: 10m, undo: ${undo}, reason: Test }
`,
    'test.yml',
  );
  if (!playbook) throw new Error('the playbook of the test must read');
  const open = (connector: ConnectorDefinition = firewall.connector) =>
    createRunner({
      store,
      now,
      events: { count: async () => 0, find: async () => [] },
      playbooks: [playbook],
      config: { mode: 'enforce' },
      connectors: [{ id: 'firewall', definition: connector, config: {} }],
      report: (problem) => problems.push(problem),
      retryMs: 1,
    });
  const queue = async (ip: string): Promise<void> => {
    for (const run of selectPlaybooks(toIncident(ip, ip, START), [playbook], now()))
      await state.saveRun(run);
  };
  const statusOf = async (ip: string) =>
    (await state.listActions({ limit: 10 })).items.find(({ target }) => target.id === ip)?.status;
  return { clock, firewall, state, store, problems, open, queue, statusOf };
}

describe('the runner in trouble', () => {
  it('outlives a store that fails, says so, and goes on by itself', async () => {
    const house = createHouse();
    await house.queue(ATTACKER);
    let failures = 3;
    house.store.listRuns = (query) => {
      failures -= 1;
      return failures < 0
        ? house.state.listRuns(query)
        : Promise.reject(toStoreError(new Error('database or disk is full')));
    };
    const ending = new AbortController();
    const running = (await house.open()).run(ending.signal);
    await expect.poll(() => house.statusOf(ATTACKER)).toBe('held');
    ending.abort();
    await running;
    expect(house.problems.map(({ code }) => code)).toEqual(Array(3).fill('response_delayed'));
  });

  it('leaves one action alone that it cannot work on, and sees to the others', async () => {
    const house = createHouse();
    await house.queue(ATTACKER);
    await house.queue(OTHER);
    house.store.saveActions = (change) => {
      if (
        change.actions.some(({ target, status }) => target.id === ATTACKER && status === 'applied')
      )
        throw new Error('a mistake');
      return house.state.saveActions(change);
    };
    await (await house.open()).tick();
    expect(await house.statusOf(OTHER)).toBe('held');
    expect(await house.statusOf(ATTACKER)).toBe('intended');
    expect(house.problems[0]).toMatchObject({ code: 'bug', retryable: true });
  });

  it('lets go after a restart of what is held for an incident that was closed', async () => {
    const house = createHouse();
    await house.queue(ATTACKER);
    await (await house.open()).tick();
    const incident = toClosed(toIncident(ATTACKER, ATTACKER, START), 'false_positive');
    await house.state.saveDecisions({
      alerts: [],
      incidents: [incident],
      audit: {
        at: toEpochMs(START),
        actor: 'anna',
        what: 'closed',
        subject: incident.id,
        data: {},
      },
    });
    const ending = new AbortController();
    const running = (await house.open()).run(ending.signal);
    await expect.poll(() => house.statusOf(ATTACKER)).toBe('undone');
    ending.abort();
    await running;
  });
});

describe('an effect that nobody can be sure of', () => {
  it('is taken back when its time is over', async () => {
    const house = createHouse();
    const firewall = createFragileFirewall({
      now: () => house.clock.at,
      isNative: false,
      onOrder: async () => undefined,
    });
    await house.queue(ATTACKER);
    const runner = await house.open(firewall.connector);
    firewall.failNext('silent');
    await runner.tick();
    for (let n = 0; n < 4; n += 1) {
      firewall.failNext('unreachable');
      house.clock.at += MINUTE_MS;
      await runner.tick();
    }
    expect(await house.statusOf(ATTACKER)).toBe('uncertain');
    expect(firewall.find(ATTACKER)?.by).toBe('cordon');
    house.clock.at += 10 * MINUTE_MS;
    await runner.tick();
    expect(await house.statusOf(ATTACKER)).toBe('undone');
    expect(firewall.find(ATTACKER)).toBeUndefined();
  });
});

describe('what ends a hold', () => {
  it.each([
    ['auto', 'true_positive', 'held'],
    ['auto', 'false_positive', 'undone'],
    ['on-close', 'true_positive', 'undone'],
    ['manual', 'false_positive', 'held'],
  ] as const satisfies readonly (readonly [UndoPolicy, VerdictKind, string])[])(
    'undo: %s, closed as %s: %s; its time ends it in any case',
    async (undo, verdict, status) => {
      const house = createHouse(undo);
      await house.queue(ATTACKER);
      const runner = await house.open();
      await runner.tick();
      await runner.releaseIncident(
        toClosed(toIncident(ATTACKER, ATTACKER, START), verdict),
        'anna',
      );
      await runner.tick();
      expect(await house.statusOf(ATTACKER)).toBe(status);
      house.clock.at += 10 * MINUTE_MS;
      await runner.tick();
      expect(await house.statusOf(ATTACKER)).toBe('undone');
    },
  );

  it('undo: never asks a person first, and is not taken back by anyone', async () => {
    const house = createHouse('never');
    await house.queue(ATTACKER);
    const runner = await house.open();
    await runner.tick();
    const [waiting] = (await house.state.listActions({ limit: 1 })).items;
    if (!waiting?.approval) throw new Error('an approval is expected');
    const { planHash } = waiting.approval;
    await runner.decide(waiting.id, { approved: true, reason: 'yes', planHash }, 'anna');
    await runner.tick();
    expect(await runner.undo(waiting.id, 'no', 'anna')).toMatchObject({ ok: false });
    house.clock.at += 10 * MINUTE_MS;
    await runner.tick();
    expect(await house.statusOf(ATTACKER)).toBe('done');
  });
});
