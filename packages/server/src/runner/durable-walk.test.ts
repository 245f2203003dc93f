import {
  HOUR_MS,
  type Incident,
  MINUTE_MS,
  parsePlaybook,
  type Run,
  toEpochMs,
  toRun,
} from '@cordon/core';
import { createSandboxFirewall } from '@cordon/extensions';
import type { ConnectorDefinition } from '@cordon/kit';
import { describe, expect, it } from 'vitest';
import { createMemoryStateStore } from '../store/memory/memory-state-store.ts';
import type { RunnerDeps } from './deps.ts';
import { toIncident } from './fixtures/incident.ts';
import { createRunner } from './runner.ts';

/*
 * A playbook with every kind of step, killed at each moment at which the runner may be killed, comes
 * to the same end with the same log, and every effect is made once.
 */

const START = 1_700_000_000_000;
const INNER = `playbook: inner
inputs: { ip: ip }
outputs: { done: steps.block.outcome }
steps:
  - { id: block, do: net.ip.block, with: { ip: '\${{ inputs.ip }}' }, for: 1d, undo: manual, reason: Inner }
`;
const TEXT = `playbook: everything
inputs: { ips: list }
steps:
  - parallel:
      - - id: ips
          each: inputs.ips
          most: 5
          steps:
            - { id: block, do: net.ip.block, with: { ip: '\${{ item }}' }, for: 1d, undo: manual, reason: Each }
      - - { wait: 30m }
        - { id: sure, ask: 'Sure?', expires: 2h }
  - when: steps.sure.outcome == "succeeded"
    steps:
      - { id: sub, call: inner, with: { ip: 203.0.113.9 } }
  - switch: steps.sub.output.done
    cases:
      succeeded:
        - id: rounds
          while: round < 2
          most: 3
          steps: [{ wait: 10m }]
  - { stop: succeeded, text: Enough. }
`;
const read = (text: string) => {
  const { playbook, problems } = parsePlaybook(text, 'p.yml');
  if (!playbook) throw new Error(JSON.stringify(problems));
  return playbook;
};
const playbook = read(TEXT);
const playbooks = [playbook, read(INNER)];
const incident: Incident = toIncident('203.0.113.7', 'one', START);

/** Carries the run out, with a death at the n-th crash point; gives what is left. */
async function carryOut(deathAt: number) {
  const clock = { at: START };
  const applied: string[] = [];
  const firewall = createSandboxFirewall(() => clock.at);
  const connector: ConnectorDefinition = {
    ...firewall.connector,
    actions: firewall.connector.actions.map((action) => ({
      ...action,
      apply: (params, context) => {
        applied.push(String((params as { readonly ip: string }).ip));
        return action.apply(params, context);
      },
    })),
  };
  const store = createMemoryStateStore();
  await store.saveDecisions({
    alerts: [],
    incidents: [incident],
    audit: { at: toEpochMs(START), actor: 'test', what: 'test', subject: 'test', data: {} },
  });
  const first = toRun(playbook, incident, {
    item: null,
    inputs: { ips: ['203.0.113.7', '203.0.113.8'] },
    why: 'Test',
    at: toEpochMs(START),
    all: playbooks,
  });
  await store.saveRun(first);
  let points = 0;
  let die: () => void = () => undefined;
  const deps: RunnerDeps = {
    store,
    now: () => toEpochMs(clock.at),
    events: { count: async () => 0, find: async () => [] },
    playbooks: [],
    config: { mode: 'enforce' },
    connectors: [{ id: 'firewall', definition: connector, config: {} }],
    crashPoint: () => {
      points += 1;
      if (points !== deathAt) return undefined;
      die();
      return new Promise(() => undefined);
    },
  };
  const getRun = async (): Promise<Run> => (await store.getRun(first.id)) ?? first;
  let runner = await createRunner(deps);
  for (let turn = 0; turn < 60 && (await getRun()).status !== 'succeeded'; turn += 1) {
    const died = new Promise<'died'>((resolve) => {
      die = () => resolve('died');
    });
    const how = await Promise.race([died, runner.tick().then(() => 'through' as const)]);
    if (how === 'died') runner = await createRunner(deps);
    else {
      const asked = (await getRun()).log.findLast(({ stepId }) => stepId === 'sure');
      if (asked?.outcome === 'waiting')
        await runner.answer(first.id, 'sure', { approved: true, reason: 'yes' }, 'ann');
      clock.at += 5 * MINUTE_MS;
    }
  }
  const run = await getRun();
  const log = run.log.map(({ stepId, outcome }) => `${stepId} ${outcome}`);
  return { run, log, applied, points };
}

describe('a run with every kind of step', async () => {
  const whole = await carryOut(0);

  it('comes to its end', () => {
    expect(whole.run).toMatchObject({ status: 'succeeded' });
    expect(whole.applied).toEqual(['203.0.113.7', '203.0.113.8', '203.0.113.9']);
    expect(whole.log).toContain('rounds[1] succeeded');
    expect(whole.run.log.at(-1)?.text).toBe('Enough.');
  });

  it('comes to the same end, each effect once, wherever it is killed', async () => {
    expect(whole.points).toBeGreaterThan(40);
    for (let at = 1; at <= whole.points; at += 5) {
      const killed = await carryOut(at);
      expect([at, [...killed.log].sort()]).toEqual([at, [...whole.log].sort()]);
      expect([at, [...killed.applied].sort()]).toEqual([at, whole.applied]);
    }
  });

  it('keeps the playbooks it started with, though none is installed any more', () => {
    expect(whole.run.definition).toMatchObject({ calls: { inner: { text: INNER } } });
  });

  it('waits no longer than it says: the time to answer ends', async () => {
    const clock = { at: START };
    const store = createMemoryStateStore();
    const run = toRun(playbook, incident, {
      item: null,
      inputs: { ips: [] },
      why: '',
      at: toEpochMs(START),
      all: playbooks,
    });
    await store.saveRun(run);
    const runner = await createRunner({
      store,
      now: () => toEpochMs(clock.at),
      playbooks: [],
      config: { mode: 'enforce' },
      connectors: [],
    });
    for (let turn = 0; turn < 5; turn += 1) {
      await runner.tick();
      clock.at += HOUR_MS;
    }
    const log = (await store.getRun(run.id))?.log ?? [];
    expect(log.find((one) => one.stepId === 'sure' && one.outcome === 'skipped')).toBeDefined();
    const late = await runner.answer(run.id, 'sure', { approved: true, reason: 'late' }, 'ann');
    expect(late).toMatchObject({ ok: false, problem: { code: 'plan_changed' } });
  });

  it('starts again from a step, and does what came before not again', async () => {
    const store = createMemoryStateStore();
    await store.saveDecisions({
      alerts: [],
      incidents: [incident],
      audit: { at: toEpochMs(START), actor: 'test', what: 'test', subject: 'test', data: {} },
    });
    await store.saveRun(whole.run);
    const runner = await createRunner({
      store,
      now: () => toEpochMs(START + HOUR_MS),
      playbooks: [],
      config: { mode: 'observe' },
      connectors: [],
    });
    expect(await runner.again(whole.run.id, 'nowhere', 'ann')).toMatchObject({ ok: false });
    const again = await runner.again(whole.run.id, 'sub', 'ann');
    if (!again.ok) throw new Error(again.problem.detail);
    await runner.tick();
    const run = await store.getRun(again.value.id);
    expect(run?.log.filter(({ stepId }) => stepId === 'ips[0]/block')).toHaveLength(2);
    expect(run?.log.find(({ stepId }) => stepId === 'sub/block')?.outcome).toBe('failed');
    expect(run?.status).toBe('failed');
  });
});
