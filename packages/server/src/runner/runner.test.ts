import {
  MINUTE_MS,
  parsePlaybook,
  type ResponseMode,
  type Run,
  selectPlaybooks,
  toEpochMs,
} from '@cordon/core';
import { createSandboxFirewall } from '@cordon/extensions';
import type { ConnectorDefinition } from '@cordon/kit';
import { describe, expect, it } from 'vitest';
import { createMemoryStateStore } from '../store/memory/memory-state-store.ts';
import { CRASH_POINTS, type CrashPoint, type ResponseConfig, type RunnerDeps } from './deps.ts';
import { toClosed, toIncident } from './fixtures/incident.ts';
import { readGateways, readResolvers } from './never-touch.ts';
import { createRunner } from './runner.ts';

const START = 1_700_000_000_000;
const ATTACKER = '203.0.113.7';
const TTL_MS = 10 * MINUTE_MS;
const TEXT = `
playbook: block-it
on: incident.severity >= high
each: incident.source_ips
steps:
  - { id: block, do: net.ip.block, with: { ip: '\${{ item }}' }, for: 10m, undo: auto, reason: Test }
`;
const playbook = parsePlaybook(TEXT, 'test.yml').playbook;
if (!playbook) throw new Error('the playbook of the test must read');
const events = { count: async () => 3, find: async () => [] };

/** A house with one firewall that counts what is done to it, and a clock that only moves by hand. */
function createHouse(config: Partial<ResponseConfig> = {}, mode: ResponseMode = 'enforce') {
  const clock = { at: START };
  const now = () => toEpochMs(clock.at);
  const firewall = createSandboxFirewall(() => clock.at);
  const calls = { apply: 0, undo: 0 };
  const connector: ConnectorDefinition = {
    ...firewall.connector,
    actions: firewall.connector.actions.map((action) => ({
      ...action,
      apply: (params, context) => {
        calls.apply += 1;
        return action.apply(params, context);
      },
      undo: async (params, context) => {
        calls.undo += 1;
        return action.undo
          ? action.undo(params, context)
          : { ok: false, problem: { code: 'bug', detail: 'No undo.', retryable: false } };
      },
    })),
  };
  const store = createMemoryStateStore();
  const open = (more: Partial<RunnerDeps> = {}) =>
    createRunner({
      store,
      now,
      events,
      playbooks: playbook ? [playbook] : [],
      config: { mode, ...config },
      connectors: [{ id: 'firewall', definition: connector, config: {} }],
      ...more,
    });
  const queue = async (ip = ATTACKER, seed = 'one'): Promise<readonly Run[]> => {
    const runs = selectPlaybooks(toIncident(ip, seed, START), playbook ? [playbook] : [], now());
    for (const run of runs) await store.saveRun(run);
    return runs;
  };
  const actions = async () => (await store.listActions({ limit: 100 })).items;
  return { clock, firewall, calls, store, open, queue, actions };
}

/** Kills once at a point: the work never goes on from there, as in a process that was killed. */
function createDeath(point: CrashPoint) {
  let die: () => void = () => undefined;
  const died = new Promise<void>((resolve) => {
    die = resolve;
  });
  let isDead = false;
  return {
    crashPoint: (name: CrashPoint): Promise<void> | undefined => {
      if (name !== point && !isDead) return undefined;
      isDead = true;
      die();
      return new Promise(() => undefined);
    },
    /** Resolves when death came before the work was done; fails the test otherwise. */
    async before(work: () => Promise<void>): Promise<void> {
      await Promise.race([died, work()]);
      expect(isDead).toBe(true);
    },
  };
}

describe('the runner', () => {
  it('blocks, verifies, holds and lifts in time', async () => {
    const house = createHouse();
    await house.queue();
    const runner = await house.open();
    await runner.tick();
    expect(house.firewall.held.get(ATTACKER)).toBeDefined();
    expect((await house.actions())[0]?.status).toBe('held');
    expect((await house.store.listRuns({ limit: 1 })).items[0]?.status).toBe('succeeded');
    house.clock.at += TTL_MS;
    await runner.tick();
    expect(house.firewall.held.list()).toEqual([]);
    expect((await house.actions())[0]?.status).toBe('undone');
    expect((await house.store.verifyAudit()).problem).toBeUndefined();
  });

  // At its time the firewall lifts by itself; the one after this dies while something is really undone.
  it.each(CRASH_POINTS.filter((point) => point !== 'undone_unsaved'))(
    'killed at %s and started again, it acts exactly once and lifts in time',
    async (point) => {
      const house = createHouse();
      await house.queue();
      const death = createDeath(point);
      const dying = await house.open(death);
      await death.before(async () => {
        await dying.tick();
        house.clock.at += TTL_MS;
        await dying.tick();
      });
      const again = await house.open();
      await again.tick();
      expect(house.calls.apply).toBe(1);
      house.clock.at += TTL_MS;
      await again.tick();
      expect(house.firewall.held.list()).toEqual([]);
      expect((await house.actions()).map((action) => action.status)).toEqual(['undone']);
      expect(house.calls.apply).toBe(1);
    },
  );

  it('killed in the middle of taking back, it finds the effect gone and does not act again', async () => {
    const house = createHouse();
    await house.queue();
    const death = createDeath('undone_unsaved');
    const dying = await house.open(death);
    await dying.tick();
    const [held] = await house.actions();
    if (!held) throw new Error('an action is expected');
    await dying.undo(held.id, 'a mistake', 'anna');
    await death.before(() => dying.tick());
    await (await house.open()).tick();
    expect((await house.actions())[0]?.status).toBe('undone');
    expect(house.calls).toEqual({ apply: 1, undo: 1 });
  });

  it('observes without a single changing call', async () => {
    const house = createHouse({}, 'observe');
    await house.queue();
    await (await house.open()).tick();
    expect((await house.actions())[0]?.status).toBe('observed');
    expect(house.calls).toEqual({ apply: 0, undo: 0 });
  });

  it('waits for a person, refuses another plan, and does what was approved', async () => {
    const house = createHouse({}, 'approve');
    await house.queue();
    const runner = await house.open();
    await runner.tick();
    const [waiting] = await house.actions();
    if (!waiting?.approval) throw new Error('an approval is expected');
    expect(house.calls.apply).toBe(0);
    const other = await runner.decide(
      waiting.id,
      { approved: true, reason: 'yes', planHash: 'other' },
      'anna',
    );
    expect(other).toMatchObject({ ok: false, problem: { code: 'plan_changed' } });
    const yes = await runner.decide(
      waiting.id,
      { approved: true, reason: 'yes', planHash: waiting.approval.planHash },
      'anna',
    );
    expect(yes).toMatchObject({ ok: true, value: { status: 'intended' } });
    await runner.tick();
    expect((await house.actions())[0]).toMatchObject({
      status: 'held',
      approval: { decision: { by: 'anna', approved: true } },
    });
  });

  it('takes no answer for a no when the time is over', async () => {
    const house = createHouse({}, 'approve');
    await house.queue();
    const runner = await house.open();
    await runner.tick();
    house.clock.at += 60 * MINUTE_MS;
    await runner.tick();
    expect((await house.actions())[0]?.status).toBe('expired');
    expect(house.calls.apply).toBe(0);
  });

  it('never touches what is protected, nor an administrator who is logged in', async () => {
    const house = createHouse();
    await house.queue('127.0.0.1', 'loopback');
    await house.queue(ATTACKER, 'administrator');
    const runner = await house.open({ administratorAddresses: async () => [ATTACKER] });
    await runner.tick();
    expect((await house.actions()).map((action) => action.status)).toEqual(['refused', 'refused']);
    expect(house.calls.apply).toBe(0);
  });

  it('does nothing new while the kill switch is engaged, also after a restart, and still lifts', async () => {
    const house = createHouse();
    await house.queue();
    const runner = await house.open();
    await runner.tick();
    await runner.setKillSwitch(true, 'drill', 'anna');
    await house.queue('203.0.113.8', 'two');
    const again = await house.open();
    expect(again.killSwitch()).toEqual({ engaged: true, reason: 'drill', by: 'anna' });
    await again.tick();
    expect(house.firewall.held.get('203.0.113.8')).toBeUndefined();
    house.clock.at += TTL_MS;
    await again.tick();
    expect(house.firewall.held.list()).toEqual([]);
  });

  it('lifts a shared effect only when the last holder ends', async () => {
    const house = createHouse();
    await house.queue(ATTACKER, 'one');
    const runner = await house.open();
    await runner.tick();
    house.clock.at += MINUTE_MS;
    await house.queue(ATTACKER, 'two');
    await runner.tick();
    const held = (await house.actions()).filter((action) => action.status === 'held');
    expect(held).toHaveLength(2);
    const [one, two] = held;
    if (!one || !two) throw new Error('two actions are expected');
    await runner.undo(one.id, 'over', 'anna');
    await runner.tick();
    expect(house.firewall.held.get(ATTACKER)).toBeDefined();
    await runner.undo(two.id, 'over', 'anna');
    await runner.tick();
    expect(house.firewall.held.get(ATTACKER)).toBeUndefined();
  });

  it('leaves alone what somebody else has blocked', async () => {
    const house = createHouse();
    house.firewall.held.put(ATTACKER, 60 * MINUTE_MS);
    await house.queue();
    const runner = await house.open();
    await runner.tick();
    house.clock.at += TTL_MS;
    await runner.tick();
    expect(house.calls).toEqual({ apply: 0, undo: 0 });
    expect(house.firewall.held.get(ATTACKER)).toBeDefined();
  });

  it('asks a person when the budget of the hour is used up', async () => {
    const house = createHouse({ limits: { verbPerHour: 1 } });
    await house.queue(ATTACKER, 'one');
    await house.queue('203.0.113.8', 'two');
    await (await house.open()).tick();
    expect((await house.actions()).map((action) => action.status).sort()).toEqual([
      'awaiting_approval',
      'held',
    ]);
  });

  it('takes everything back when the incident was a mistake', async () => {
    const house = createHouse();
    await house.queue();
    const runner = await house.open();
    await runner.tick();
    await runner.releaseIncident(
      toClosed(toIncident(ATTACKER, 'one', START), 'false_positive'),
      'anna',
    );
    await runner.tick();
    expect(house.firewall.held.list()).toEqual([]);
  });
});

describe('what the machine must never cut off', () => {
  it('reads gateways and name servers', () => {
    const route =
      'Iface\tDestination\tGateway\neth0\t00000000\t0101A8C0\neth0\t0001A8C0\t00000000\n';
    expect(readGateways(route)).toEqual(['192.168.1.1']);
    expect(
      readResolvers('# x\nnameserver 192.0.2.53\nsearch a\n nameserver 2001:db8::53\n'),
    ).toEqual(['192.0.2.53', '2001:db8::53']);
  });
});
