import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MINUTE_MS } from '../shared/time.ts';
import type { ActionClass, ResponseMode } from './action.ts';
import {
  DEFAULT_APPROVAL_MS,
  DEFAULT_LIMITS,
  type GuardInput,
  guard,
  isChanging,
} from './guard.ts';
import { findListed, findProtected, type ListedThing, toCanonicalIp } from './never-touch.ts';

/*
 * Every line that the guard says, and properties of its answer over a hundred thousand random questions:
 * the answer is computed a second time here, from the prose and not from the code.
 */

const LIMITS = {
  maxTtlMs: 60 * MINUTE_MS,
  askAboveRequests: 100,
  askAboveLogons: 2,
  askAboveUsers: 3,
  actionsPerHour: 8,
  verbPerHour: 5,
  evictionsPerHour: 2,
  incidentPerHour: 4,
};
const PLAIN: GuardInput = {
  action: {
    verb: 'net.ip.block',
    class: 'contain',
    target: { kind: 'ip', id: '203.0.113.7', role: 'target' },
    params: { ip: '203.0.113.7' },
    ttlMs: 10 * MINUTE_MS,
    wantsApproval: false,
  },
  isGuess: false,
  mode: 'enforce',
  neverTouch: [
    { value: '10.0.0.0/8', why: 'ours' },
    { value: 'DC-01', why: 'the directory' },
  ],
  blast: { requests: 1, successfulLogons: 0, users: [], text: 'one request' },
  limits: LIMITS,
  usage: { verb: 0, evictions: 0, incident: 0, all: 0 },
  killSwitch: { engaged: false },
};
const withAction = (more: Partial<GuardInput['action']>): GuardInput => ({
  ...PLAIN,
  action: { ...PLAIN.action, ...more },
});
const check = (input: GuardInput, name: string) =>
  guard(input).checks.find((one) => one.name === name);

describe('what the guard says', () => {
  it('says all of it where nothing speaks against the action', () => {
    expect(guard(PLAIN)).toEqual({
      allowed: true,
      needsApproval: false,
      blast: PLAIN.blast,
      checks: [
        {
          name: 'never_touch',
          outcome: 'pass',
          text: '203.0.113.7 is on none of the 2 protected entries.',
        },
        { name: 'time_limit', outcome: 'pass', text: 'Held for 10m; the most is 1h.' },
        { name: 'mode', outcome: 'pass', text: 'Enforce: no person is needed.' },
        {
          name: 'evidence',
          outcome: 'pass',
          text: 'What speaks against the target was read by parsers that know its records.',
        },
        { name: 'blast_radius', outcome: 'pass', text: 'one request' },
        { name: 'budget_verb', outcome: 'pass', text: '0 of 5 net.ip.block in the last hour.' },
        {
          name: 'budget_incident',
          outcome: 'pass',
          text: '0 of 4 changing actions for this incident in the last hour.',
        },
        { name: 'budget_all', outcome: 'pass', text: '0 of 8 changing actions in the last hour.' },
        { name: 'kill_switch', outcome: 'pass', text: 'The kill switch is not engaged.' },
      ],
    });
  });

  it('asks what changes nothing only for the mode and the kill switch', () => {
    const { checks } = guard(withAction({ class: 'notify' }));
    expect(checks).toEqual([
      { name: 'mode', outcome: 'pass', text: 'notify changes nothing at the target.' },
      { name: 'kill_switch', outcome: 'pass', text: 'The kill switch is not engaged.' },
    ]);
  });

  it.each<[string, GuardInput, string, string, string]>([
    [
      'a protected target',
      withAction({ params: { ip: '10.1.2.3' } }),
      'never_touch',
      'refuse',
      '10.1.2.3 is protected: ours (10.0.0.0/8).',
    ],
    [
      'a protected name',
      withAction({ params: { host: 'dc-01' } }),
      'never_touch',
      'refuse',
      'dc-01 is protected: the directory (DC-01).',
    ],
    [
      'no target',
      withAction({ target: { kind: 'ip', id: '', role: 'target' }, params: {} }),
      'never_touch',
      'refuse',
      'The action has no target.',
    ],
    [
      'a listed target',
      {
        ...PLAIN,
        listed: { hit: '203.0.113.7', rule: { value: 'x', why: 'a CDN', floor: 'ask' } },
      },
      'never_touch',
      'ask',
      "203.0.113.7 may be many people's: a CDN. A person decides.",
    ],
    [
      'a barred target',
      {
        ...PLAIN,
        listed: { hit: '203.0.113.7', rule: { value: 'x', why: 'root servers', floor: 'never' } },
      },
      'never_touch',
      'refuse',
      '203.0.113.7 is protected: root servers (x).',
    ],
    [
      'the longest time',
      withAction({ ttlMs: LIMITS.maxTtlMs }),
      'time_limit',
      'pass',
      'Held for 1h; the most is 1h.',
    ],
    [
      'too long',
      withAction({ ttlMs: LIMITS.maxTtlMs + MINUTE_MS }),
      'time_limit',
      'refuse',
      'Held for 61m; the most is 1h.',
    ],
    [
      'observe',
      { ...PLAIN, mode: 'observe' },
      'mode',
      'pass',
      'Observe: nothing is done, only what would be.',
    ],
    [
      'a wish for approval while observing',
      { ...withAction({ wantsApproval: true }), mode: 'observe' },
      'mode',
      'pass',
      'Observe: nothing is done, only what would be.',
    ],
    [
      'a wish for approval',
      withAction({ wantsApproval: true }),
      'mode',
      'ask',
      'The playbook asks for a person to approve.',
    ],
    [
      'a notice that wants approval',
      withAction({ class: 'notify', wantsApproval: true }),
      'mode',
      'ask',
      'The playbook asks for a person to approve.',
    ],
    ['approve', { ...PLAIN, mode: 'approve' }, 'mode', 'ask', 'Approve: a person decides.'],
    [
      'approve and a notice',
      { ...withAction({ class: 'notify' }), mode: 'approve' },
      'mode',
      'pass',
      'notify changes nothing at the target.',
    ],
    [
      'an unknown blast',
      { ...PLAIN, blast: { unknown: 'no events' } },
      'blast_radius',
      'ask',
      'no events',
    ],
    [
      'as many requests as may be',
      {
        ...PLAIN,
        blast: { requests: 100, successfulLogons: 2, users: ['a', 'b', 'c'], text: 't' },
      },
      'blast_radius',
      'pass',
      't',
    ],
    [
      'one request more',
      { ...PLAIN, blast: { requests: 101, successfulLogons: 0, users: [], text: 't' } },
      'blast_radius',
      'ask',
      't',
    ],
    [
      'one log-on more',
      { ...PLAIN, blast: { requests: 0, successfulLogons: 3, users: [], text: 't' } },
      'blast_radius',
      'ask',
      't',
    ],
    [
      'one person more',
      {
        ...PLAIN,
        blast: { requests: 0, successfulLogons: 0, users: ['a', 'b', 'c', 'd'], text: 't' },
      },
      'blast_radius',
      'ask',
      't',
    ],
    [
      'the last of the verb',
      { ...PLAIN, usage: { ...PLAIN.usage, verb: 4 } },
      'budget_verb',
      'pass',
      '4 of 5 net.ip.block in the last hour.',
    ],
    [
      'nothing but guesses against it',
      { ...PLAIN, isGuess: true },
      'evidence',
      'ask',
      'What speaks against the target was guessed from records that no parser knows.',
    ],
    [
      'no more of the verb',
      { ...PLAIN, usage: { ...PLAIN.usage, verb: 5 } },
      'budget_verb',
      'ask',
      '5 of 5 net.ip.block in the last hour.',
    ],
    [
      'no more for the incident',
      { ...PLAIN, usage: { ...PLAIN.usage, incident: 4 } },
      'budget_incident',
      'ask',
      '4 of 4 changing actions for this incident in the last hour.',
    ],
    [
      'no more at all',
      { ...PLAIN, usage: { ...PLAIN.usage, all: 8 } },
      'budget_all',
      'ask',
      '8 of 8 changing actions in the last hour.',
    ],
    [
      'the last eviction',
      { ...withAction({ class: 'evict' }), usage: { ...PLAIN.usage, evictions: 1 } },
      'budget_evict',
      'pass',
      '1 of 2 actions that nothing takes back in the last hour.',
    ],
    [
      'no more evictions',
      { ...withAction({ class: 'evict' }), usage: { ...PLAIN.usage, evictions: 2 } },
      'budget_evict',
      'ask',
      '2 of 2 actions that nothing takes back in the last hour.',
    ],
    [
      'the kill switch',
      { ...PLAIN, killSwitch: { engaged: true } },
      'kill_switch',
      'refuse',
      'The kill switch is engaged.',
    ],
    [
      'the kill switch with its reason',
      { ...PLAIN, killSwitch: { engaged: true, reason: 'drill' } },
      'kill_switch',
      'refuse',
      'The kill switch is engaged: drill.',
    ],
  ])('%s', (...[, input, name, outcome, text]) => {
    expect(check(input, name)).toEqual({ name, outcome, text });
    const decision = guard(input);
    expect(decision.allowed).toBe(outcome !== 'refuse');
    expect(decision.needsApproval).toBe(outcome === 'ask');
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, 0, -1])('refuses a time of %d', (ttlMs) => {
    expect(guard(withAction({ ttlMs })).allowed).toBe(false);
  });

  it('refuses an effect without an end', () => {
    const { ttlMs: _, ...action } = PLAIN.action;
    expect(check({ ...PLAIN, action }, 'time_limit')).toEqual({
      name: 'time_limit',
      outcome: 'refuse',
      text: 'The effect would have no end.',
    });
  });

  it('counts nobody where the blast is not known', () => {
    expect(guard({ ...PLAIN, blast: { unknown: 'no events' } }).blast).toEqual({
      requests: 0,
      successfulLogons: 0,
      users: [],
      text: 'no events',
    });
  });

  it('asks nobody about what it refuses', () => {
    const input: GuardInput = { ...PLAIN, mode: 'approve', killSwitch: { engaged: true } };
    expect(guard(input)).toMatchObject({ allowed: false, needsApproval: false });
  });
});

const CLASSES: readonly ActionClass[] = [
  'read',
  'collect',
  'notify',
  'contain',
  'evict',
  'restore',
];
const MODES: readonly ResponseMode[] = ['observe', 'approve', 'enforce'];
const few = fc.nat(9);
const address = fc.tuple(fc.constantFrom('10.0.0.', '203.0.113.', '::ffff:10.9.9.'), fc.nat(255));
const question = fc
  .record({
    class: fc.constantFrom(...CLASSES),
    mode: fc.constantFrom(...MODES),
    address: address.map(([head, tail]) => `${head}${tail}`),
    ttlMs: fc.constantFrom(undefined, 0, 1, LIMITS.maxTtlMs, LIMITS.maxTtlMs + 1, Number.NaN),
    wantsApproval: fc.boolean(),
    floor: fc.constantFrom(undefined, 'ask' as const, 'never' as const),
    blast: fc.oneof(
      fc.constant(undefined),
      fc.record({ requests: fc.nat(200), logons: fc.nat(4) }),
    ),
    usage: fc.record({ verb: few, evictions: few, incident: few, all: few }),
    isGuess: fc.boolean(),
    isKilled: fc.boolean(),
  })
  .map((of) => ({
    of,
    input: {
      ...PLAIN,
      action: {
        verb: 'net.ip.block',
        class: of.class,
        target: { kind: 'ip', id: of.address, role: 'target' },
        params: { nested: [{ ip: of.address }] },
        wantsApproval: of.wantsApproval,
        ...(of.ttlMs === undefined ? {} : { ttlMs: of.ttlMs }),
      },
      isGuess: of.isGuess,
      mode: of.mode,
      ...(of.floor === undefined
        ? {}
        : { listed: { hit: of.address, rule: { value: 'l', why: 'w', floor: of.floor } } }),
      blast:
        of.blast === undefined
          ? { unknown: 'no events' }
          : {
              requests: of.blast.requests,
              successfulLogons: of.blast.logons,
              users: [],
              text: 't',
            },
      usage: of.usage,
      killSwitch: { engaged: of.isKilled },
    } satisfies GuardInput,
  }));

type Asked = typeof question extends fc.Arbitrary<infer Q> ? Q : never;

const changes = ({ of }: Asked): boolean => of.class === 'contain' || of.class === 'evict';

/** The prose once more, as a second opinion. */
function isRefused(asked: Asked): boolean {
  const { of } = asked;
  const isOurs = of.address.includes('10.');
  const isTimed = of.ttlMs !== undefined && of.ttlMs > 0 && of.ttlMs <= LIMITS.maxTtlMs;
  return of.isKilled || (changes(asked) && (isOurs || of.floor === 'never' || !isTimed));
}

function isSpent({ of: { usage, class: kind } }: Asked): boolean {
  const isEvictionSpent = kind === 'evict' && usage.evictions >= 2;
  return usage.verb >= 5 || usage.incident >= 4 || usage.all >= 8 || isEvictionSpent;
}

function isAsked(asked: Asked): boolean {
  const { of } = asked;
  const isWide = of.blast === undefined || of.blast.requests > 100 || of.blast.logons > 2;
  const isWanted = of.wantsApproval || (of.mode === 'approve' && changes(asked));
  const isDoubtful = of.floor === 'ask' || of.isGuess || isWide || isSpent(asked);
  return (of.mode !== 'observe' && isWanted) || (changes(asked) && isDoubtful);
}

describe('a hundred thousand questions', () => {
  it('answers each as the rules are written (I1, I7, I10, I11, I12, I13, I16)', () => {
    fc.assert(
      fc.property(question, (asked) => {
        const { allowed, needsApproval } = guard(asked.input);
        const isAllowed = !isRefused(asked);
        return allowed === isAllowed && needsApproval === (isAllowed && isAsked(asked));
      }),
      { numRuns: 100_000 },
    );
  });

  it('is never talked into more by one more protected thing, budget spent or switch engaged (I17)', () => {
    fc.assert(
      fc.property(question, fc.nat(3), ({ input }, which) => {
        const stricter: GuardInput = [
          { ...input, neverTouch: [...input.neverTouch, { value: '203.0.113.0/24', why: 'new' }] },
          { ...input, usage: { verb: 99, evictions: 99, incident: 99, all: 99 } },
          { ...input, killSwitch: { engaged: true } },
          { ...input, blast: { unknown: 'lost' } },
        ][which] as GuardInput;
        const [before, after] = [guard(input), guard(stricter)];
        const isWon = after.allowed && !before.allowed;
        return !isWon && !(before.needsApproval && after.allowed && !after.needsApproval);
      }),
      { numRuns: 20_000 },
    );
  });
});

describe('what is never touched', () => {
  const find = (text: string, value: string) => findProtected(text, [{ value, why: 'w' }])?.hit;
  it.each([
    ['10.1.2.3', '10.0.0.0/8', true],
    ['11.1.2.3', '10.0.0.0/8', false],
    ['10.0.0.0/7', '10.0.0.0/8', true],
    ['10.127.0.1', '10.128.0.0/9', false],
    ['10.128.0.1', '10.128.0.0/9', true],
    ['192.168.129.0', '192.168.128.0/17', true],
    ['192.168.127.255', '192.168.128.0/17', false],
    ['0.0.0.0/0', '203.0.113.7', true],
    ['203.0.113.7', '203.0.113.7', true],
    ['203.0.113.8', '203.0.113.7', false],
    ['203.0.113.6/31', '203.0.113.7', true],
    ['::ffff:203.0.113.7', '203.0.113.7', true],
    ['::ffff:203.0.113.0/120', '203.0.113.7', true],
    ['::ffff:0:0/96', '203.0.113.7', true],
    ['2001:db8::1', '2001:db8::2', false],
    ['::/0', '203.0.113.7', true],
    ['::ffff:0:0/95', '203.0.113.7', true],
    ['::/64', '10.0.0.0/8', true],
    ['::fffe:0:0/96', '203.0.113.7', false],
    ['2000::/3', '203.0.113.7', false],
    ['203.0.113.7', '::/0', true],
    ['0.0.0.0/0', '::1', false],
    ['2001:db8::1', '2001:db8::/32', true],
    ['2001:db9::1', '2001:db8::/32', false],
    ['fe80::1%eth0', 'fe80::/10', true],
    [' 10.1.2.3 ', '10.0.0.0/8', true],
    ['10.1', '10.0.0.0/8', false],
    ['10.0.0.0/99', '10.0.0.0/8', false],
    ['DC-01', 'dc-01', true],
    ['dc-011', 'dc-01', false],
    ['', 'dc-01', false],
  ])('%s against %s: %s', (text, value, isHit) => {
    expect(find(text, value)).toBe(isHit ? text : undefined);
  });

  it.each([
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['2001:DB8::0:1', '2001:db8::1'],
    ['203.0.113.0/24', undefined],
    ['10.1', undefined],
    ['web-1', undefined],
  ])('the canonical text of %s is %s', (text, canonical) => {
    expect(toCanonicalIp(text)).toBe(canonical);
  });

  it('looks at every text in every depth, and at nothing else', () => {
    const list = [{ value: 'dc-01', why: 'w' }];
    expect(findProtected({ a: [1, null, true, { b: ['x', 'dc-01'] }] }, list)).toEqual({
      hit: 'dc-01',
      rule: list[0],
    });
    expect(findProtected({ 'dc-01': 'x' }, list)).toBeUndefined();
  });

  it('takes the strictest that a list says, and the first of the mild ones', () => {
    const rules: Readonly<Record<string, ListedThing>> = {
      a: { value: 'a', why: 'mild', floor: 'ask' },
      b: { value: 'b', why: 'mild too', floor: 'ask' },
      c: { value: 'c', why: 'hard', floor: 'never' },
    };
    const look = (text: string) => rules[text];
    expect(findListed(['x', 'b', 'a'], look)).toEqual({ hit: 'b', rule: rules['b'] });
    expect(findListed(['a', { of: 'c' }], look)).toEqual({ hit: 'c', rule: rules['c'] });
    expect(findListed(['x'], look)).toBeUndefined();
    expect(findListed([1, null, true], () => rules['a'])).toBeUndefined();
  });

  it.each(CLASSES)('%s changes the world or not', (one) => {
    expect(isChanging(one)).toBe(one === 'contain' || one === 'evict');
  });
});

it('has limits of its own where a house sets none', () => {
  expect(DEFAULT_APPROVAL_MS).toBe(30 * MINUTE_MS);
  expect(DEFAULT_LIMITS).toEqual({
    maxTtlMs: 7 * 24 * 60 * MINUTE_MS,
    askAboveRequests: 1_000,
    askAboveLogons: 0,
    askAboveUsers: 0,
    actionsPerHour: 60,
    verbPerHour: 30,
    evictionsPerHour: 10,
    incidentPerHour: 20,
  });
});
