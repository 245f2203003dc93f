import process from 'node:process';
import {
  type GuardInput,
  guard,
  MINUTE_MS,
  parsePlaybook,
  selectPlaybooks,
  toEpochMs,
} from '@cordon/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMemoryStateStore } from '../store/memory/memory-state-store.ts';
import type { StateStore } from '../store/ports.ts';
import { openSqliteStateStore } from '../store/sqlite/sqlite-state-store.ts';
import { createFragileFirewall } from './fixtures/fragile-firewall.ts';
import { toIncident } from './fixtures/incident.ts';
import { INVARIANTS, type Invariant, Judge } from './fixtures/invariants.ts';
import { type History, toHistories } from './fixtures/ledger-history.ts';
import { World } from './fixtures/ledger-world.ts';
import { createRunner } from './runner.ts';

/*
 * Random histories of people, clocks, deaths and failing targets against the invariants of the action
 * ledger, over both stores that pass the contract of stores.
 */

const stores: Readonly<Record<string, () => Promise<StateStore>>> = {
  memory: async () => createMemoryStateStore(),
  sqlite: () => openSqliteStateStore({ file: ':memory:' }),
};
/** More runs, and longer ones, when asked for. */
const asked = process.env['CORDON_FUZZ_RUNS'];
const toRuns = (numRuns: number): number => (asked === undefined ? numRuns : Number(asked));
const histories = toHistories(asked === undefined ? 8 : 25);
const judge = new Judge();

async function live(kind: string, of: History): Promise<void> {
  const store = await (stores[kind] as () => Promise<StateStore>)();
  try {
    await new World(of, store, judge).live();
  } finally {
    await store.close();
  }
}

describe.each([
  ['memory', 100_000],
  ['sqlite', 100],
] as const)('the ledger over %s', (kind, numRuns) => {
  it('holds its invariants in every history', { timeout: asked === undefined ? 900_000 : 0 }, () =>
    fc.assert(
      fc.asyncProperty(histories, (of) => live(kind, of)),
      { numRuns: toRuns(numRuns) },
    ),
  );
});

/** Proved on its own below: what no single history can show. */
const APART: readonly string[] = ['I17', 'I19'] satisfies Invariant[];

describe('each invariant was put to the question', () => {
  it
    .skipIf(asked !== undefined)
    .each(Object.entries(INVARIANTS).filter(([id]) => !APART.includes(id)))('%s: %s', (id) => {
    expect(judge.asked.get(id as Invariant) ?? 0).toBeGreaterThan(0);
  });
});

const ADDRESS = '203.0.113.7';
const plan: GuardInput = {
  action: {
    verb: 'net.ip.block',
    class: 'contain',
    target: { kind: 'ip', id: ADDRESS, role: 'target' },
    params: { ip: ADDRESS },
    ttlMs: MINUTE_MS,
    wantsApproval: false,
  },
  isGuess: false,
  mode: 'enforce',
  neverTouch: [],
  blast: { requests: 0, successfulLogons: 0, users: [], text: 'nobody' },
  limits: {
    maxTtlMs: MINUTE_MS,
    askAboveRequests: 10,
    askAboveLogons: 0,
    askAboveUsers: 0,
    actionsPerHour: 5,
    verbPerHour: 5,
    evictionsPerHour: 5,
    incidentPerHour: 5,
  },
  usage: { verb: 0, evictions: 0, incident: 0, all: 0 },
  killSwitch: { engaged: false },
};

it(`I17: ${INVARIANTS.I17}`, () => {
  const barred = fc.constantFrom(ADDRESS, '203.0.113.0/24', '::/0', '10.0.0.0/8', 'web-01');
  const list = fc.array(fc.record({ value: barred, why: fc.constant('ours') }), { maxLength: 4 });
  const used = fc.nat({ max: 9 });
  const question = fc.record({
    neverTouch: list,
    value: barred,
    verb: used,
    engaged: fc.boolean(),
  });
  fc.assert(
    fc.property(question, ({ neverTouch, value, verb, engaged }) => {
      const given = { ...plan, usage: { ...plan.usage, verb }, killSwitch: { engaged } };
      const before = guard({ ...given, neverTouch });
      const after = guard({ ...given, neverTouch: [...neverTouch, { value, why: 'one more' }] });
      expect(after.allowed && !before.allowed).toBe(false);
      expect(after.allowed && before.needsApproval && !after.needsApproval).toBe(false);
    }),
    { numRuns: toRuns(2_000) },
  );
});

/** When the address is blocked, looked at after each wait, with the playbooks in that order. */
async function blockedWith(minutes: readonly number[], waits: readonly number[]) {
  const clock = { at: 1_700_000_000_000 };
  const now = () => toEpochMs(clock.at);
  const firewall = createFragileFirewall({
    now: () => clock.at,
    isNative: false,
    onOrder: async () => undefined,
  });
  const playbooks = minutes.flatMap((each) => {
    const step = `{ id: block, do: net.ip.block, with: { ip: '\${{ item }}' }, for: ${each}m, undo: auto, reason: Test }`;
    const text = `playbook: block-${each}\non: incident.severity >= high\neach: incident.source_ips\nsteps: [${step}]\n`;
    return parsePlaybook(text, 'test.yml').playbook ?? [];
  });
  const store = createMemoryStateStore();
  const runner = await createRunner({
    store,
    now,
    machine: async () => [],
    events: { count: async () => 0, find: async () => [] },
    playbooks,
    config: { mode: 'enforce' },
    connectors: [{ id: 'firewall', definition: firewall.connector, config: {} }],
  });
  const incident = toIncident(ADDRESS, 'one', clock.at);
  for (const run of selectPlaybooks(incident, playbooks, now())) await store.saveRun(run);
  const seen: boolean[] = [];
  for (const wait of waits) {
    await runner.tick();
    seen.push(firewall.find(ADDRESS) !== undefined);
    clock.at += wait * MINUTE_MS;
  }
  return seen;
}

it(`I19: ${INVARIANTS.I19}`, async () => {
  const waits = fc.array(fc.integer({ min: 1, max: 15 }), { minLength: 1, maxLength: 8 });
  const lengths = fc.uniqueArray(fc.integer({ min: 1, max: 30 }), { minLength: 2, maxLength: 2 });
  await fc.assert(
    fc.asyncProperty(lengths, waits, async (minutes, between) => {
      const there = await blockedWith(minutes, between);
      expect(await blockedWith([...minutes].reverse(), between)).toEqual(there);
    }),
    { numRuns: toRuns(200) },
  );
});
