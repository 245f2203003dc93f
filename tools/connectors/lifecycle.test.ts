/*
 * Every effect that a manifest can hold, through the real runner: planned, guarded, done, verified, held,
 * taken back and verified, however the product fails in the middle of it.
 */
import {
  type ActionRecord,
  HOUR_MS,
  type JournalEntry,
  parsePlaybook,
  selectPlaybooks,
  toEpochMs,
} from '@cordon/core';
import { connectorOf } from '@cordon/extensions';
import type { ActionDefinition } from '@cordon/kit';
import { afterEach, describe, expect, it } from 'vitest';
import { toIncident } from '../../packages/server/src/runner/fixtures/incident.ts';
import { createRunner } from '../../packages/server/src/runner/runner.ts';
import { createMemoryStateStore } from '../../packages/server/src/store/memory/memory-state-store.ts';
import type { Emulator, Mishap } from './emulator.ts';
import { BENCHES, configAt, manifestOf, startVendor } from './vendors.ts';

const START = 1_700_000_000_000;
const MOST_TURNS = 20;

const open: Emulator[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

/** A house with one product, and a clock that only moves by hand. */
async function createHouse(bench: (typeof BENCHES)[number]) {
  const emulator = await startVendor(bench);
  open.push(emulator);
  const clock = { at: START };
  const definition = connectorOf(manifestOf(bench), () => clock.at);
  const action = definition.actions.find((one) => one.class === 'contain');
  if (action === undefined) throw new Error(`${bench.id} holds nothing.`);
  const config = configAt(bench, emulator.base);
  const playbook = toPlaybook(action, bench.params);
  const store = createMemoryStateStore();
  const runner = await createRunner({
    store,
    now: () => toEpochMs(clock.at),
    events: { count: async () => 0, find: async () => [] },
    playbooks: [playbook],
    config: { mode: 'enforce' },
    connectors: [{ id: definition.id, definition, config }],
  });
  for (const run of selectPlaybooks(
    toIncident('203.0.113.9', 'x', START),
    [playbook],
    toEpochMs(clock.at),
  ))
    await store.saveRun(run);
  const see = async (): Promise<ActionRecord> => {
    const [found] = (await store.listActions({ limit: 2 })).items;
    if (found === undefined) throw new Error('Nothing is in the ledger.');
    return found;
  };
  /** Whom some targets would hit is not known: a person says yes. */
  const agree = async ({ id, approval }: ActionRecord): Promise<void> => {
    const planHash = approval?.planHash ?? '';
    await runner.decide(id, { approved: true, reason: 'Test', planHash }, 'ann');
  };
  /** Lets time pass from wake-up to wake-up until the action is in one of the states. */
  const until = async (...states: readonly string[]): Promise<ActionRecord> => {
    for (let turn = 0; turn < MOST_TURNS; turn += 1) {
      await runner.tick();
      const action = await see();
      const { status, nextAt } = action;
      if (status === 'awaiting_approval') {
        await agree(action);
        continue;
      }
      if (states.includes(status) || nextAt === undefined) break;
      clock.at = Math.max(clock.at, nextAt);
    }
    return see();
  };
  const context = { config, signal: AbortSignal.timeout(5_000), idempotencyKey: 'act_other' };
  const isThere = async (): Promise<boolean | undefined> => {
    const seen = await action.probe?.(bench.params, context as never);
    return seen?.ok ? seen.value.present : undefined;
  };
  return { emulator, clock, until, isThere, action, context, runner };
}

function toPlaybook(
  { verb }: Pick<ActionDefinition, 'verb'>,
  params: Readonly<Record<string, string>>,
) {
  const text = `
playbook: hold
on: incident.severity >= high
steps:
  - { id: hold, do: ${verb}, with: ${JSON.stringify(params)}, for: 1h, undo: auto, reason: Test }
`;
  const { playbook } = parsePlaybook(text, 'test.yml');
  if (playbook === undefined) throw new Error('The playbook of the test must read.');
  return playbook;
}

/** Each once, in the order in which it came; the yes of a person is none of the product's. */
const phases = ({ journal }: ActionRecord): readonly JournalEntry['phase'][] =>
  [...new Set(journal.map(({ phase }) => phase))].filter((phase) => phase !== 'approve');

const holding = BENCHES.filter((bench) =>
  manifestOf(bench).actions.some(({ undo }) => undo !== undefined),
);

describe.each(holding)('$id', (bench) => {
  it('is planned, guarded, done, verified, held, taken back and verified', async () => {
    const house = await createHouse(bench);
    const held = await house.until('held');
    expect(phases(held)).toEqual(['propose', 'guard', 'intent', 'probe', 'receipt', 'hold']);
    expect(held).toMatchObject({ status: 'held', deadlineAt: START + HOUR_MS });
    expect(await house.isThere()).toBe(true);
    const undone = await house.until('undone');
    expect(undone.status).toBe('undone');
    expect(house.clock.at).toBe(START + HOUR_MS);
    expect(await house.isThere()).toBe(false);
    expect(house.emulator.changes()).toBe(2);
  });

  it.each<readonly [string, readonly Mishap[]]>([
    ['it is asked to wait', ['limit']],
    ['it is down for a while', ['error', 'error']],
    ['it acts and answers that it failed', ['error_after']],
    ['it acts and the answer is lost', ['cut_after']],
    ['the answer is lost after it was down', ['error', 'cut_after']],
  ])('is done once and taken back once when %s', async (_how, mishaps) => {
    const house = await createHouse(bench);
    house.emulator.fail(...mishaps);
    expect(await house.until('held')).toMatchObject({ status: 'held' });
    expect(house.emulator.changes()).toBe(1);
    house.emulator.fail(...mishaps);
    expect(await house.until('undone')).toMatchObject({ status: 'undone' });
    expect(house.emulator.changes()).toBe(2);
    expect(await house.isThere()).toBe(false);
  });

  it('waits as long as the product says', async () => {
    const house = await createHouse(bench);
    house.emulator.fail('limit');
    await house.runner.tick();
    const waiting = await house.until('intended');
    expect(waiting.nextAt).toBe(START + 7_000);
  });

  it('is given up at once where it is not allowed', async () => {
    const house = await createHouse(bench);
    house.emulator.fail('denied');
    const failed = await house.until('failed');
    expect(failed).toMatchObject({ status: 'failed' });
    expect(failed.journal.at(-1)?.problem).toMatchObject({ code: 'target_denied' });
    expect(house.emulator.changes()).toBe(0);
  });

  it('leaves alone what somebody else did before', async () => {
    const house = await createHouse(bench);
    await house.action.apply(bench.params, house.context as never);
    expect(await house.until('done')).toMatchObject({ status: 'done' });
    house.clock.at += 2 * HOUR_MS;
    await house.runner.tick();
    expect(house.emulator.changes()).toBe(1);
    expect(await house.isThere()).toBe(true);
  });
});
