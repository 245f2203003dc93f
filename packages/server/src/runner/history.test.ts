import {
  type ActionRecord,
  HOUR_MS,
  isSettled,
  MINUTE_MS,
  parsePlaybook,
  type ResponseMode,
  selectPlaybooks,
  toEpochMs,
  toPlanHash,
  type UndoPolicy,
  type VerdictKind,
} from '@cordon/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMemoryStateStore } from '../store/memory/memory-state-store.ts';
import type { StateStore } from '../store/ports.ts';
import { openSqliteStateStore } from '../store/sqlite/sqlite-state-store.ts';
import type { CrashPoint } from './deps.ts';
import { createFragileFirewall, type Fault, type Order } from './fixtures/fragile-firewall.ts';
import { toClosed, toIncident } from './fixtures/incident.ts';
import { createRunner, type Runner } from './runner.ts';

/*
 * Random histories of people, clocks, deaths and failing targets against the invariants of the action
 * ledger. Numbers in the messages are those of docs and design: I1 to I22.
 */

const START = 1_700_000_000_000;
const TTL_MS = 10 * MINUTE_MS;
const PROTECTED = '10.1.2.3';
const ADDRESSES = ['203.0.113.7', '203.0.113.8', PROTECTED] as const;
const VERB_LIMIT = 3;
const CRASH_POINTS: readonly CrashPoint[] = [
  'proposed',
  'intent_saved',
  'probed',
  'prior_saved',
  'applied_unsaved',
  'receipt_saved',
  'verified',
  'hold_saved',
  'undo_intent_saved',
  'undone_unsaved',
  'undone_saved',
];

type Happening =
  | { readonly do: 'attack'; readonly ip: number; readonly incident: number }
  | { readonly do: 'tick' }
  | { readonly do: 'die'; readonly at: CrashPoint; readonly thenMs: number }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'answer'; readonly approved: boolean; readonly isRight: boolean }
  | { readonly do: 'undo' }
  | { readonly do: 'close'; readonly incident: number; readonly verdict: VerdictKind }
  | { readonly do: 'switch'; readonly engaged: boolean }
  | { readonly do: 'fail'; readonly fault: Fault; readonly times: number }
  | { readonly do: 'block_by_other'; readonly ip: number }
  | { readonly do: 'administrator'; readonly ip: number | undefined };

interface History {
  readonly mode: ResponseMode;
  readonly undo: UndoPolicy;
  readonly isNative: boolean;
  readonly happenings: readonly Happening[];
}

const ip = fc.nat({ max: ADDRESSES.length - 1 });
const incident = fc.nat({ max: 3 });
const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('attack' as const), ip, incident }) },
  { weight: 6, arbitrary: fc.constant({ do: 'tick' as const }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('die' as const),
      at: fc.constantFrom(...CRASH_POINTS),
      thenMs: fc.constantFrom(0, 1_000, TTL_MS),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('wait' as const),
      ms: fc.constantFrom(1, 1_000, 30_000, 5 * MINUTE_MS, TTL_MS, 2 * HOUR_MS),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('answer' as const),
      approved: fc.boolean(),
      isRight: fc.boolean(),
    }),
  },
  fc.constant({ do: 'undo' as const }),
  fc.record({
    do: fc.constant('close' as const),
    incident,
    verdict: fc.constantFrom('true_positive' as const, 'false_positive' as const),
  }),
  fc.record({ do: fc.constant('switch' as const), engaged: fc.boolean() }),
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('fail' as const),
      fault: fc.constantFrom('unreachable', 'rejects', 'lost', 'silent'),
      times: fc.constantFrom(1, 2, 6),
    }),
  },
  fc.record({ do: fc.constant('block_by_other' as const), ip }),
  fc.record({
    do: fc.constant('administrator' as const),
    ip: fc.option(fc.nat({ max: 1 }), { nil: undefined }),
  }),
);
const history: fc.Arbitrary<History> = fc.record({
  mode: fc.constantFrom('observe', 'approve', 'enforce', 'enforce', 'enforce'),
  undo: fc.constantFrom('auto', 'on-close', 'manual'),
  isNative: fc.boolean(),
  happenings: fc.array(happening, { maxLength: 25 }),
});

const toPlaybook = (undo: UndoPolicy) => {
  const text = `
playbook: block-it
on: incident.severity >= high
each: incident.source_ips
steps:
  - { id: block, do: net.ip.block, with: { ip: '\${{ item }}' }, for: 10m, undo: ${undo}, reason: Test }
`;
  const { playbook } = parsePlaybook(text, 'test.yml');
  if (!playbook) throw new Error('the playbook of the test must read');
  return playbook;
};

/** One house in which a history happens; every order to the firewall is checked as it comes in. */
class World {
  private readonly clock = { at: START };
  private readonly firewall;
  private readonly store: StateStore;
  private readonly of: History;
  private armed: CrashPoint | undefined;
  private die: () => void = () => undefined;
  private administrator: string | undefined;
  private runner: Runner | undefined;
  private broken: unknown;

  constructor(of: History, store: StateStore) {
    this.of = of;
    this.store = store;
    this.firewall = createFragileFirewall({
      now: () => this.clock.at,
      isNative: of.isNative,
      // What is thrown inside a connector is a failing connector to the runner: kept, thrown later.
      onOrder: (order) =>
        this.judge(order).catch((error: unknown) => {
          this.broken ??= error;
        }),
    });
  }

  private now = () => toEpochMs(this.clock.at);

  private async open(): Promise<Runner> {
    this.runner ??= await createRunner({
      store: this.store,
      now: this.now,
      events: { count: async () => 0, find: async () => [] },
      playbooks: [toPlaybook(this.of.undo)],
      config: {
        mode: this.of.mode,
        limits: { verbPerHour: VERB_LIMIT },
        neverTouch: [{ value: '10.0.0.0/8', why: 'ours' }],
      },
      connectors: [{ id: 'firewall', definition: this.firewall.connector, config: {} }],
      administratorAddresses: async () => (this.administrator ? [this.administrator] : []),
      report: (problem) => {
        throw new Error(`The runner failed: ${problem.detail}`);
      },
      crashPoint: (name) => {
        if (name !== this.armed) return undefined;
        this.die();
        return new Promise(() => undefined);
      },
    });
    return this.runner;
  }

  private async actions(): Promise<readonly ActionRecord[]> {
    return (await this.store.listActions({ limit: 1_000 })).items;
  }

  /** What must hold at the moment the target is told to change. */
  private async judge({ verb, ip: address, actionId, ttlMs = 0 }: Order): Promise<void> {
    const all = await this.actions();
    const action = all.find(({ id }) => id === actionId);
    if (!action) throw new Error('I2: told to act without a line in the ledger');
    if (verb === 'undo') {
      const others = all.filter(
        (other) =>
          other.id !== actionId &&
          other.target.id === address &&
          ['applied', 'held'].includes(other.status) &&
          (other.deadlineAt ?? 0) > this.clock.at,
      );
      expect(others, 'I9: lifted while another holds it').toEqual([]);
      expect(action.status, 'undo without a stored intent').toBe('undoing');
      return;
    }
    const phases = action.journal.map((entry) => entry.phase);
    expect(action.status, 'I2: applied without a stored intent').toBe('intended');
    expect(phases, 'I2').toContain('intent');
    expect(action.guard.allowed, 'I2: applied without a decision').toBe(true);
    expect([PROTECTED, this.administrator], 'I1: touches what is protected').not.toContain(address);
    expect((await this.open()).killSwitch().engaged, 'I11: kill switch').toBe(false);
    expect(this.of.mode, 'I13: observe').not.toBe('observe');
    expect(action.deadlineAt ?? 0, 'I7: done after its time').toBeGreaterThan(this.clock.at);
    expect(this.clock.at + ttlMs, 'I21: held past its time').toBeLessThanOrEqual(
      action.deadlineAt ?? 0,
    );
    expect(this.firewall.acted.get(actionId) ?? 0, 'I4: done twice').toBe(0);
    if (action.guard.needsApproval)
      expect(action.approval, 'I12: without a yes to this very plan').toMatchObject({
        planHash: toPlanHash(action),
        decision: { approved: true },
      });
  }

  async live(): Promise<void> {
    for (const one of this.of.happenings) await this.happen(one);
    await this.settle();
    if (this.broken) throw this.broken;
  }

  private async happen(one: Happening): Promise<void> {
    const runner = await this.open();
    switch (one.do) {
      case 'attack':
        return this.attack(ADDRESSES[one.ip] ?? PROTECTED, one.incident);
      case 'tick':
        return runner.tick();
      case 'die':
        await this.tickAndDie(one.at);
        this.clock.at += one.thenMs;
        return;
      case 'wait':
        this.clock.at += one.ms;
        return;
      case 'answer':
        return this.answer(runner, one);
      case 'undo': {
        const held = (await this.actions()).find(({ status }) => status === 'held');
        if (held) await runner.undo(held.id, 'a mistake', 'anna');
        return;
      }
      case 'close':
        return this.close(runner, one);
      case 'switch':
        return runner.setKillSwitch(one.engaged, 'drill', 'anna');
      case 'fail':
        for (let n = 0; n < one.times; n += 1) this.firewall.failNext(one.fault);
        return;
      case 'block_by_other':
        this.firewall.blockByOther(ADDRESSES[one.ip] ?? PROTECTED);
        return;
      case 'administrator':
        this.administrator = one.ip === undefined ? undefined : ADDRESSES[one.ip];
    }
  }

  private async attack(address: string, n: number): Promise<void> {
    const seed = `${n} ${address}`;
    const known = await this.store.getIncident(toIncident(address, seed, START).id);
    const given = known ?? toIncident(address, seed, START);
    if (!known) await this.keep(given);
    const playbook = toPlaybook(this.of.undo);
    for (const run of selectPlaybooks(given, [playbook], this.now()))
      if (!(await this.store.getRun(run.id))) await this.store.saveRun(run);
  }

  private keep(changed: ReturnType<typeof toIncident>): Promise<void> {
    const audit = { at: this.now(), actor: 'anna', what: 'kept', subject: changed.id, data: {} };
    return this.store.saveDecisions({ alerts: [], incidents: [changed], audit });
  }

  private async tickAndDie(at: CrashPoint): Promise<void> {
    const died = new Promise<void>((resolve) => {
      this.die = resolve;
    });
    this.armed = at;
    await Promise.race([died, (await this.open()).tick()]);
    this.armed = undefined;
    this.runner = undefined;
  }

  private async answer(
    runner: Runner,
    { approved, isRight }: { readonly approved: boolean; readonly isRight: boolean },
  ): Promise<void> {
    const waiting = (await this.actions()).find(({ status }) => status === 'awaiting_approval');
    if (!waiting?.approval) return;
    const planHash = isRight ? waiting.approval.planHash : 'another plan';
    const answered = await runner.decide(waiting.id, { approved, reason: 'so', planHash }, 'anna');
    if (!isRight) expect(answered.ok, 'I12: another plan').toBe(false);
  }

  private async close(
    runner: Runner,
    { incident: n, verdict }: { readonly incident: number; readonly verdict: VerdictKind },
  ): Promise<void> {
    for (const address of ADDRESSES) {
      const known = await this.store.getIncident(toIncident(address, `${n} ${address}`, START).id);
      if (known?.state.status !== 'new') continue;
      const closed = toClosed(known, verdict);
      await this.keep(closed);
      await runner.releaseIncident(closed, 'anna');
    }
  }

  /** Nothing fails any more: everything must come to its end. */
  private async settle(): Promise<void> {
    this.firewall.heal();
    this.runner = undefined;
    const runner = await this.open();
    for (let turn = 0; turn < 40; turn += 1) {
      await runner.tick();
      const nextAt = await this.store.nextActionAt();
      if (nextAt === undefined) break;
      this.clock.at = Math.max(this.clock.at, nextAt);
    }
    await this.judgeEnd();
  }

  private async judgeEnd(): Promise<void> {
    const actions = await this.actions();
    for (const action of actions) {
      const isForeign = this.firewall.find(action.target.id)?.by === 'other';
      const isEnded =
        isSettled(action.status) ||
        action.status === 'uncertain' ||
        (isForeign && action.status === 'undo_failed');
      expect(isEnded, `I6: an action is left ${action.status}`).toBe(true);
    }
    for (const address of ADDRESSES)
      expect(this.firewall.find(address)?.by, `I7: ${address} is left blocked`).not.toBe('cordon');
    const open = await this.store.listRuns({ limit: 10, status: ['queued', 'running', 'waiting'] });
    expect(open.items, 'I6: a run has no end').toEqual([]);
    expect((await this.store.verifyAudit()).problem, 'I18').toBeUndefined();
    this.judgeBudget(actions);
  }

  /** I10: what no person approved never exceeds the budget of any hour. */
  private judgeBudget(actions: readonly ActionRecord[]): void {
    const intents = actions.flatMap((action) => {
      const at = action.journal.find((entry) => entry.phase === 'intent')?.at;
      return at === undefined ? [] : [{ action, at }];
    });
    for (const { action, at } of intents.filter((one) => one.action.approval === undefined)) {
      const before = intents.filter(
        (other) => other.action !== action && other.at < at && other.at > at - HOUR_MS,
      );
      expect(before.length, 'I10').toBeLessThan(VERB_LIMIT);
    }
  }
}

const stores: Readonly<Record<string, () => Promise<StateStore>>> = {
  memory: async () => createMemoryStateStore(),
  sqlite: () => openSqliteStateStore({ file: ':memory:' }),
};

/** More runs when asked for. */
const asked = process.env['CORDON_FUZZ_RUNS'];

describe.each([
  ['memory', 300],
  ['sqlite', 60],
] as const)('the ledger over %s', (kind, numRuns) => {
  it('holds its invariants in every history', {
    timeout: asked === undefined ? 120_000 : 0,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(history, async (of) => {
        const store = await (stores[kind] as () => Promise<StateStore>)();
        try {
          await new World(of, store).live();
        } finally {
          await store.close();
        }
      }),
      { numRuns: asked === undefined ? numRuns : Number(asked) },
    );
  });
});
