import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toEpochMs } from '../shared/time.ts';
import type { ActionRecord, ActionStatus } from './action.ts';
import { otherHolders, toEffectKey, toPlanHash } from './effect.ts';
import { DEFAULT_LIMITS, type GuardInput, guard } from './guard.ts';
import { advance, TRANSITIONS } from './ledger.ts';
import { findProtected } from './never-touch.ts';

const at = toEpochMs(1_700_000_000_000);
const STATUSES = Object.keys(TRANSITIONS) as ActionStatus[];

const INPUT: GuardInput = {
  action: {
    verb: 'net.ip.block',
    class: 'contain',
    target: { kind: 'ip', id: '203.0.113.7', role: 'target' },
    params: { ip: '203.0.113.7' },
    ttlMs: 60_000,
    wantsApproval: false,
  },
  isGuess: false,
  mode: 'enforce',
  neverTouch: [{ value: '10.0.0.0/8', why: 'ours' }],
  blast: { requests: 0, successfulLogons: 0, users: [], text: 'nobody' },
  limits: DEFAULT_LIMITS,
  usage: { verb: 0, evictions: 0, incident: 0, all: 0 },
  killSwitch: { engaged: false },
};
const withIp = (ip: string): GuardInput => ({
  ...INPUT,
  action: { ...INPUT.action, target: { kind: 'ip', id: ip, role: 'target' }, params: { ip } },
});

const ACTION: ActionRecord = {
  id: 'act_a',
  stepId: 'block',
  verb: 'net.ip.block',
  connectorId: 'fw',
  class: 'contain',
  params: { ip: '203.0.113.7' },
  target: INPUT.action.target,
  effectKey: toEffectKey({ connectorId: 'fw', verb: 'net.ip.block', target: INPUT.action.target }),
  mode: 'enforce',
  reason: 'test',
  guard: guard(INPUT),
  ttlMs: 60_000,
  status: 'intended',
  attempts: 0,
  createdAt: at,
  journal: [],
  revision: 1,
};

describe('the guard', () => {
  it('lets a plain case pass and lists every check', () => {
    const decision = guard(INPUT);
    expect(decision).toMatchObject({ allowed: true, needsApproval: false });
    expect(decision.checks.map((check) => check.name)).toEqual([
      'never_touch',
      'time_limit',
      'mode',
      'evidence',
      'blast_radius',
      'budget_verb',
      'budget_incident',
      'budget_all',
      'kill_switch',
    ]);
  });

  it('never allows what is protected, in any spelling and under any other condition (I1)', () => {
    const ip = fc
      .tuple(fc.nat(255), fc.nat(255), fc.nat(255))
      .map((rest) => `10.${rest.join('.')}`);
    const spelt = ip.chain((text) =>
      fc.constantFrom(text, `::ffff:${text}`, `${text}/32`, `${text}/4`),
    );
    fc.assert(
      fc.property(
        spelt,
        fc.constantFrom('observe', 'approve', 'enforce'),
        fc.nat(100),
        (text, mode, used) => {
          expect(
            guard({ ...withIp(text), mode, usage: { ...INPUT.usage, verb: used, all: used } })
              .allowed,
          ).toBe(false);
        },
      ),
    );
  });

  it('refuses everything while the kill switch is engaged (I11)', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('contain', 'evict', 'notify', 'collect'),
        fc.constantFrom('approve', 'enforce'),
        (actionClass, mode) => {
          const input: GuardInput = {
            ...INPUT,
            mode,
            action: { ...INPUT.action, class: actionClass },
            killSwitch: { engaged: true },
          };
          expect(guard(input).allowed).toBe(false);
        },
      ),
    );
  });

  it.each([
    {
      name: 'no time limit is refused (I7)',
      input: {
        ...INPUT,
        action: {
          verb: 'net.ip.block',
          class: 'contain',
          target: INPUT.action.target,
          params: {},
          wantsApproval: false,
        },
      },
      allowed: false,
      asks: false,
    },
    {
      name: 'too long a time is refused (I7)',
      input: { ...INPUT, action: { ...INPUT.action, ttlMs: DEFAULT_LIMITS.maxTtlMs + 1 } },
      allowed: false,
      asks: false,
    },
    {
      name: 'a time that is no number is refused (I16)',
      input: { ...INPUT, action: { ...INPUT.action, ttlMs: Number.NaN } },
      allowed: false,
      asks: false,
    },
    { name: 'a missing target is refused (I16)', input: withIp(''), allowed: false, asks: false },
    {
      name: 'an unknown blast radius asks (I16)',
      input: { ...INPUT, blast: { unknown: 'no events' } },
      allowed: true,
      asks: true,
    },
    {
      name: 'people who log in from there make it ask',
      input: { ...INPUT, blast: { requests: 9, successfulLogons: 1, users: ['eve'], text: 'one' } },
      allowed: true,
      asks: true,
    },
    {
      name: 'a used-up budget asks',
      input: { ...INPUT, usage: { ...INPUT.usage, verb: DEFAULT_LIMITS.verbPerHour } },
      allowed: true,
      asks: true,
    },
    { name: 'approve mode asks', input: { ...INPUT, mode: 'approve' }, allowed: true, asks: true },
  ] satisfies readonly { name: string; input: GuardInput; allowed: boolean; asks: boolean }[])(
    '$name',
    ({ input, allowed, asks }) => {
      expect(guard(input)).toMatchObject({ allowed, needsApproval: asks });
    },
  );

  it('finds a protected thing hidden deep in the parameters', () => {
    expect(findProtected({ a: [{ b: '10.1.2.3' }] }, INPUT.neverTouch)?.hit).toBe('10.1.2.3');
  });
});

describe('the ledger', () => {
  it('refuses every transition that is not in its table, and counts revisions', () => {
    fc.assert(
      fc.property(fc.constantFrom(...STATUSES), fc.constantFrom(...STATUSES), (from, to) => {
        const action = { ...ACTION, status: from, deadlineAt: at };
        const result = advance(action, { to, entry: { at, phase: 'propose', text: '' } });
        expect(result.ok).toBe(from === to || TRANSITIONS[from].includes(to));
        if (result.ok) expect(result.value).toMatchObject({ status: to, revision: 2 });
      }),
    );
  });

  it('reaches applied only through a stored intent (I2)', () => {
    const before = STATUSES.filter((status) => TRANSITIONS[status].includes('applied'));
    expect(before).toEqual(['intended']);
  });

  it('holds nothing without an end (I7)', () => {
    expect(
      advance(ACTION, { to: 'applied', entry: { at, phase: 'receipt', text: '' } }),
    ).toMatchObject({ ok: false, problem: { code: 'illegal_transition' } });
  });

  it('has no other holder exactly when nobody else is live (I9)', () => {
    const other = fc.record({
      status: fc.constantFrom(...STATUSES),
      left: fc.integer({ min: -5, max: 5 }),
    });
    fc.assert(
      fc.property(fc.array(other, { maxLength: 6 }), (others) => {
        const all = others.map(
          (given, i): ActionRecord => ({
            ...ACTION,
            id: `act_${i}`,
            status: given.status,
            deadlineAt: toEpochMs(at + given.left),
          }),
        );
        const live = others.filter(
          (given) => (given.status === 'held' || given.status === 'applied') && given.left > 0,
        );
        expect(otherHolders(ACTION, [ACTION, ...all], at)).toHaveLength(live.length);
      }),
    );
  });

  it('binds an approval to the exact plan (I12)', () => {
    const hash = toPlanHash(ACTION);
    expect(
      toPlanHash({ ...ACTION, status: 'held', params: { ip: '203.0.113.7' } } as ActionRecord),
    ).toBe(hash);
    for (const change of [
      { ttlMs: 60_001 },
      { params: { ip: '203.0.113.8' } },
      { connectorId: 'other' },
      { reason: 'x' },
    ]) {
      expect(toPlanHash({ ...ACTION, ...change })).not.toBe(hash);
    }
  });
});
