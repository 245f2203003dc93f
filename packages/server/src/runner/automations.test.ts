import {
  type Incident,
  parsePlaybook,
  selectPlaybooks,
  toEpochMs,
  type VerdictKind,
} from '@cordon/core';
import { createSandboxFirewall } from '@cordon/extensions';
import { describe, expect, it } from 'vitest';
import { createMemoryStateStore } from '../store/memory/memory-state-store.ts';
import { toClosed, toIncident } from './fixtures/incident.ts';
import { createRunner } from './runner.ts';

const START = 1_700_000_000_000;
const PROVEN = 40;
const toPlaybook = (version: number) => {
  const { playbook } = parsePlaybook(
    `
playbook: block-it
version: ${version}
on: incident.severity >= high
each: incident.source_ips
steps:
  - { id: block, do: net.ip.block, with: { ip: '\${{ item }}' }, for: 10m, undo: auto, reason: Test }
  - { id: sure, ask: 'Is that right?', expires: 1h, else: skip }
`,
    'test.yml',
  );
  if (!playbook) throw new Error('the playbook of the test must read');
  return playbook;
};

/** A house in enforce mode whose automations begin in the shadow. */
async function createHouse() {
  const clock = { at: START };
  const now = () => toEpochMs(clock.at);
  const { connector, held } = createSandboxFirewall(() => clock.at);
  const store = createMemoryStateStore();
  const content = { playbooks: [toPlaybook(1)] };
  const open = () =>
    createRunner({
      store,
      now,
      events: { count: async () => 0, find: async () => [] },
      get playbooks() {
        return content.playbooks;
      },
      config: {
        mode: 'enforce',
        automation: { startIn: 'shadow', agreement: 0.9 },
        limits: { verbPerHour: 1e6, actionsPerHour: 1e6, incidentPerHour: 1e6 },
      },
      connectors: [{ id: 'firewall', definition: connector, config: {} }],
    });
  const place = { runner: await open() };
  let incidents = 0;
  const keep = (incident: Incident) =>
    store.saveDecisions({
      alerts: [],
      incidents: [incident],
      audit: { at: now(), actor: 'anna', what: 'kept', subject: incident.id, data: {} },
    });
  /** An attack: what the automation asks for is worked on. */
  const attack = async (): Promise<Incident> => {
    incidents += 1;
    clock.at += 1_000;
    const incident = toIncident(`203.0.113.${incidents}`, `${incidents}`, clock.at);
    await keep(incident);
    for (const run of selectPlaybooks(incident, content.playbooks, now())) await store.saveRun(run);
    await place.runner.tick();
    return incident;
  };
  /** An attack, and a person's verdict on it. */
  const judge = async (kind: VerdictKind): Promise<void> => {
    const closed = toClosed(await attack(), kind);
    await keep(closed);
    await place.runner.releaseIncident(closed, 'anna');
    await place.runner.tick();
  };
  const prove = async (): Promise<void> => {
    for (let n = 0; n < PROVEN; n += 1) await judge('true_positive');
  };
  const state = async () => {
    const [one] = await place.runner.automations();
    if (!one) throw new Error('an automation is expected');
    return one;
  };
  const newest = async () => (await store.listActions({ limit: 1 })).items[0];
  const promote = () => place.runner.setStage('block-it', 'live', 'it is right', 'anna');
  return { attack, judge, prove, state, newest, promote, held, store, content, place, open };
}

describe('an automation in the shadow', () => {
  it('records what it would have done, asks nobody, and touches nothing', async () => {
    const house = await createHouse();
    await house.attack();
    expect(await house.newest()).toMatchObject({ status: 'observed', mode: 'observe' });
    expect(house.held.get('203.0.113.1')).toBeUndefined();
    const { items } = await house.store.listRuns({ limit: 1 });
    expect(items[0]).toMatchObject({ status: 'succeeded' });
    expect(items[0]?.log.map(({ text }) => text)).toContain('Would ask: Is that right?');
  });

  it('does what a person starts by hand', async () => {
    const house = await createHouse();
    const { id } = await house.attack();
    await house.place.runner.start('block-it', id, {}, 'anna');
    await house.place.runner.tick();
    expect(await house.newest()).toMatchObject({ status: 'held' });
    expect((await house.newest())?.automation).toBeUndefined();
  });

  it('is made live by a name and a number only', async () => {
    const house = await createHouse();
    await house.judge('true_positive');
    expect(await house.promote()).toMatchObject({ problem: { code: 'automation_unproven' } });
    await house.prove();
    expect(await house.state()).toMatchObject({
      stage: 'shadow',
      agreement: { k: PROVEN + 1, n: PROVEN + 1 },
      promotion: { ok: true },
    });
    expect(await house.promote()).toMatchObject({
      value: { stage: 'live', decision: { by: 'anna', agreement: { k: PROVEN + 1 } } },
    });
    const { items } = await house.store.listAudit({ limit: 1 });
    expect(items[0]).toMatchObject({
      what: 'automation_promoted',
      actor: 'anna',
      data: { agreed: PROVEN + 1, judged: PROVEN + 1, version: 1 },
    });
    await house.attack();
    expect(await house.newest()).toMatchObject({ status: 'held', mode: 'enforce' });
  });
});

describe('an automation that was made live', () => {
  const createLive = async () => {
    const house = await createHouse();
    await house.prove();
    await house.promote();
    return house;
  };

  it('goes back to the shadow by itself when it drifts, and must prove itself anew', async () => {
    const house = await createLive();
    await house.judge('false_positive');
    expect(await house.state()).toMatchObject({ stage: 'live' });
    await house.judge('benign');
    expect(await house.state()).toMatchObject({
      stage: 'shadow',
      decision: { by: 'cordon', agreement: { k: 0, n: 2 } },
      agreement: { k: 0, n: 0 },
    });
    await house.attack();
    expect(await house.newest()).toMatchObject({ status: 'observed' });
    expect(await house.promote()).toMatchObject({ problem: { code: 'automation_unproven' } });
  });

  it('stays live over a restart, and in no other version', async () => {
    const house = await createLive();
    house.place.runner = await house.open();
    expect(await house.state()).toMatchObject({ stage: 'live' });
    house.content.playbooks = [toPlaybook(2)];
    expect(await house.state()).toMatchObject({ stage: 'shadow', agreement: { k: 0, n: 0 } });
    await house.attack();
    expect(await house.newest()).toMatchObject({ status: 'observed' });
  });

  it('is put back by a person at any time', async () => {
    const house = await createLive();
    const back = () => house.place.runner.setStage('block-it', 'shadow', 'a big change', 'bob');
    expect(await back()).toMatchObject({ value: { stage: 'shadow', decision: { by: 'bob' } } });
    expect(await back()).toMatchObject({ problem: { code: 'illegal_transition' } });
    expect(await house.promote()).toMatchObject({ value: { stage: 'live' } });
  });

  it('is the only kind of playbook that has a stage', async () => {
    const house = await createHouse();
    expect(await house.place.runner.setStage('none', 'live', 'why', 'anna')).toMatchObject({
      problem: { code: 'not_found' },
    });
  });
});
