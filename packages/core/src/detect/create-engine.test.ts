import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Event } from '../event/event.ts';
import { idOf } from '../shared/id.ts';
import { toEpochMs } from '../shared/time.ts';
import { parseSigma } from '../sigma/parse-sigma.ts';
import { createDetectionEngine } from './create-engine.ts';
import { linkRules } from './link-rules.ts';

interface Told {
  readonly at: number;
  readonly ip?: string;
  readonly user?: string;
  readonly isGood?: boolean;
}

const toEvent = ({ at, ip, user = 'root', isGood = false }: Told, offset: number): Event => ({
  id: idOf('evt', [offset]),
  time: toEpochMs(at * 1_000),
  class_uid: 3002,
  activity_id: 1,
  severity_id: 2,
  status_id: isGood ? 1 : 2,
  ...(ip ? { src_endpoint: { ip } } : {}),
  user: { name: user },
  device: { hostname: 'web-1.example.com' },
  observables: [],
  provenance: {
    offset,
    sourceId: 's',
    parserId: 'sshd',
    logsource: { product: 'linux', service: 'sshd', categories: [] },
    fields: {},
  },
});

const BASE = (id: string, status: number) =>
  `title: ${id}\nid: ${id}\nlogsource: {product: linux, service: sshd}\ndetection: {s: {status_id: ${status}}, condition: s}\n`;
const correlation = (id: string, body: string) =>
  `title: ${id}\nid: ${id}\nlevel: high\ntags: [attack.credential-access, attack.t1110.001]\ncorrelation: {${body}}\n`;
const BURST = correlation(
  'burst',
  'type: event_count, rules: [bad], group-by: [src_endpoint.ip], timespan: 60s, condition: {gte: 3}',
);
const SPRAY = correlation(
  'spray',
  'type: value_count, rules: [bad], group-by: [src_endpoint.ip], timespan: 60s, condition: {gte: 3, field: user.name}',
);
const CHAIN = correlation(
  'chain',
  'type: temporal_ordered, rules: [burst, good], group-by: [src_endpoint.ip], timespan: 1h',
);

function engineOf(texts: readonly string[], maxGroups?: number) {
  const { values, problems } = parseSigma(texts.join('---\n'), 'r.yml');
  expect(problems).toEqual([]);
  return createDetectionEngine({
    rules: linkRules(values).values,
    ...(maxGroups === undefined ? {} : { maxGroups }),
  });
}

function run(texts: readonly string[], told: readonly Told[], maxGroups?: number) {
  const engine = engineOf(texts, maxGroups);
  const fired = told.flatMap((one, offset) =>
    engine
      .evaluate(toEvent(one, offset))
      .map(({ rule, at, count }) => `${rule.id}@${at / 1_000}x${count}`),
  );
  return { fired, stats: engine.stats() };
}

const IP = '192.0.2.7';
const times = (...list: readonly number[]): readonly Told[] => list.map((at) => ({ at, ip: IP }));

describe('a counting correlation', () => {
  it.each([
    ['fires at its threshold', times(1, 2, 3), ['burst@3x3']],
    ['does not fire on less', times(1, 2), []],
    ['forgets what is older than its timespan', times(1, 2, 63), []],
    ['counts an event exactly a timespan old', times(1, 2, 61), ['burst@61x3']],
    ['fires once in its timespan', times(1, 2, 3, 4, 5, 6), ['burst@3x3']],
    [
      'fires again when the attack lasts',
      times(1, 2, 3, 30, 61, 62, 64),
      ['burst@3x3', 'burst@64x4'],
    ],
    ['puts an event that comes out of order in its place', times(1, 50, 3), ['burst@3x3']],
  ])('%s', (_, told, expected) => {
    expect(run([BASE('bad', 2), BURST], told).fired).toEqual(expected);
  });

  it('fires for each source inside its timespan where it says so, then for none twice', () => {
    const text = correlation(
      'victim',
      'type: event_count, rules: [bad], group-by: [user.name], timespan: 60s, condition: {gte: 3}',
    );
    const from = (list: readonly (readonly [number, number])[]) =>
      list.map(([at, last]) => ({ at, ip: `192.0.2.${last}` }));
    const told = from([
      [1, 1],
      [2, 1],
      [3, 2],
      [4, 1],
      [5, 2],
      [6, 3],
      [7, 3],
      [8, 1],
      [64, 3],
    ]);
    const often = ['victim@3x3', 'victim@6x6', 'victim@64x6'];
    expect(run([BASE('bad', 2), `${text}cordon: {refire: each_source}\n`], told).fired).toEqual(
      often,
    );
    expect(run([BASE('bad', 2), text], told).fired).toEqual(['victim@3x3', 'victim@64x6']);
  });

  it('does not mix groups', () => {
    const told = [1, 2, 3, 4, 5].map((at) => ({ at, ip: `192.0.2.${at}` }));
    expect(run([BASE('bad', 2), BURST], told).fired).toEqual([]);
  });

  it('counts a late event and one without the group key instead of using them', () => {
    const { fired, stats } = run(
      [BASE('bad', 2), BURST],
      [...times(1_000, 1_001, 5), { at: 1_002 }],
    );
    expect(fired).toEqual([]);
    expect(stats).toMatchObject({ late: 1, ungrouped: 1, groups: 1 });
  });

  it('keeps at most so many groups and counts those that had to go', () => {
    const told = [1, 2, 3, 4, 5].map((at) => ({ at, ip: `192.0.2.${at}` }));
    expect(run([BASE('bad', 2), BURST], told, 2).stats).toMatchObject({ groups: 2, evicted: 3 });
  });

  it('of values counts each once', () => {
    const users = (...names: readonly string[]) => names.map((user, at) => ({ at, ip: IP, user }));
    expect(run([BASE('bad', 2), SPRAY], users('a', 'a', 'A', 'b')).fired).toEqual([]);
    expect(run([BASE('bad', 2), SPRAY], users('a', 'a', 'b', 'c')).fired).toEqual(['spray@3x4']);
  });

  it('lets a success after failures be seen, and not the other way round', () => {
    const pack = [BASE('bad', 2), BASE('good', 1), BURST, CHAIN];
    const success = (at: number) => ({ at, ip: IP, isGood: true });
    expect(run(pack, [...times(1, 2, 3), success(9)]).fired).toEqual(['burst@3x3', 'chain@9x2']);
    expect(run(pack, [success(0), ...times(1, 2, 3)]).fired).toEqual(['burst@3x3']);
  });
});

describe('a signal', () => {
  it('says when the event that made it was guessed at', () => {
    const engine = engineOf([BASE('bad', 2)]);
    const fired = [1, 2, 3].map((confidence_id) =>
      engine.evaluate({ ...toEvent({ at: confidence_id, ip: IP }, confidence_id), confidence_id }),
    );
    expect(fired.flat().map(({ isGuess }) => isGuess)).toEqual([true, undefined, undefined]);
  });

  it('tells who, what, how often and why, and has the same id when it is worked out again', () => {
    const fire = () => {
      const engine = engineOf([BASE('bad', 2), BURST]);
      return times(1, 2, 3).flatMap((one, offset) => engine.evaluate(toEvent(one, offset)));
    };
    const [signal] = fire();
    expect(signal).toMatchObject({
      severity_id: 4,
      since: 1_000,
      count: 3,
      offsets: [0, 1, 2],
      rule: {
        id: 'burst',
        techniques: ['T1110.001'],
        tactics: ['credential-access'],
        behaviour: 'credential_access',
      },
    });
    expect(signal?.entities).toEqual([
      { kind: 'ip', id: IP, role: 'source' },
      { kind: 'host', id: 'web-1', role: 'target' },
      { kind: 'user', id: 'root', role: 'target' },
    ]);
    expect(signal?.text).toContain('3 events within 1 min');
    expect(fire()[0]?.id).toBe(signal?.id);
  });

  it('holds no control characters in its sentence', () => {
    const engine = engineOf([BASE('bad', 2).replace('status_id: 2', 'user.name|contains: x')]);
    const [signal] = engine.evaluate(toEvent({ at: 1, user: 'x\u001b[2J\u202e' }, 0));
    expect(signal?.text).not.toMatch(/\p{C}/u);
  });
});

describe('the signal of a correlation', () => {
  const signalsOf = (rule: string, told: readonly Told[]) => {
    const engine = engineOf([BASE('bad', 2), rule]);
    return told.flatMap((one, offset) => engine.evaluate(toEvent(one, offset)));
  };
  const users = (told: readonly Told[]) =>
    signalsOf(BURST, told)
      .flatMap(({ entities }) => entities)
      .filter(({ kind }) => kind === 'user')
      .map(({ id }) => id);
  const ip = '192.0.2.1';

  it('is about the entities of all its events, the last one first', () => {
    const names = ['ann', 'bob', 'cyd'];
    expect(users(names.map((user, at) => ({ at, ip, user })))).toEqual(['cyd', 'ann', 'bob']);
  });

  it('is not about those of events that left the window', () => {
    const told = [
      { at: 0, ip, user: 'ann' },
      { at: 100, ip, user: 'bob' },
      { at: 101, ip, user: 'bob' },
      { at: 102, ip, user: 'cyd' },
    ];
    expect(users(told)).toEqual(['cyd', 'bob']);
  });

  it('names so many and no more', () => {
    const rule = BURST.replace('gte: 3', 'gte: 50');
    const told = Array.from({ length: 50 }, (_, at) => ({ at, ip, user: `u${at}` }));
    const [signal] = signalsOf(rule, told);
    expect(signal?.entities.length).toBeGreaterThan(12);
    expect(signal?.entities.length).toBeLessThanOrEqual(24);
    expect(signal?.entities.map(({ id }) => id)).toContain('u49');
  });
});

describe('linking', () => {
  it('leaves out a second rule of the same id and a correlation that refers to nothing', () => {
    const { values } = parseSigma(
      [BASE('bad', 2), BASE('bad', 1), BURST, CHAIN].join('---\n'),
      'r.yml',
    );
    const linked = linkRules(values);
    expect(linked.values.map((rule) => rule.id)).toEqual(['bad', 'burst']);
    expect(linked.problems.map(({ code }) => code)).toEqual([
      'rule_duplicate_id',
      'rule_unknown_reference',
    ]);
  });
});

describe('a condition that later events can undo', () => {
  const quiet = (bound: string) =>
    correlation(
      'quiet',
      `type: event_count, rules: [bad], group-by: [src_endpoint.ip], timespan: 60s, condition: ${bound}`,
    );
  const whole = (texts: readonly string[], told: readonly Told[]) => {
    const engine = engineOf(texts);
    const live = told.flatMap((one, offset) => engine.evaluate(toEvent(one, offset)));
    return [...live, ...engine.finish()].map(
      ({ rule, at, count }) => `${rule.id}@${at / 1_000}x${count}`,
    );
  };
  it.each([
    ['is judged when its window closes', '{lt: 3}', times(1, 2, 100), ['quiet@2x2', 'quiet@100x1']],
    ['does not fire when it was undone', '{lt: 3}', times(1, 2, 3), []],
    ['may be a range', '{gte: 2, lte: 3}', times(1, 2, 3, 100), ['quiet@3x3']],
    ['may be an inequality', '{neq: 2}', times(1, 2, 100), ['quiet@100x1']],
  ] as const)('%s', (...[, bound, told, expected]) => {
    expect(whole([BASE('bad', 2), quiet(bound)], told)).toEqual(expected);
  });

  it('may be a negation in words', () => {
    const lonely = correlation(
      'lonely',
      'type: temporal, rules: [bad, good], group-by: [src_endpoint.ip], timespan: 60s, condition: bad and not good',
    );
    const pack = [BASE('bad', 2), BASE('good', 1), lonely];
    expect(whole(pack, [{ at: 1, ip: IP }])).toEqual(['lonely@1x1']);
    expect(
      whole(pack, [
        { at: 1, ip: IP },
        { at: 2, ip: IP, isGood: true },
      ]),
    ).toEqual([]);
  });

  it('closes on the clock, too', () => {
    const engine = engineOf([BASE('bad', 2), quiet('{lt: 3}')]);
    engine.evaluate(toEvent({ at: 1, ip: IP }, 0));
    expect(engine.advance(61_000)).toEqual([]);
    expect(engine.advance(61_001)).toHaveLength(1);
  });
});

describe('a filter', () => {
  const filter = (rules: string) =>
    `title: f\nlogsource: {product: linux}\nfilter: {rules: ${rules}, own: {user.name: backup}, condition: not own}\n`;
  const backup = { at: 1, ip: IP, user: 'backup' };
  it.each([
    ['takes matches away from the rules it names', '[bad]', []],
    ['leaves other rules alone', '[good]', ['bad@1x1']],
    ['may mean any rule of its log source', 'any', []],
  ])('%s', (_, rules, expected) => {
    expect(run([BASE('bad', 2), BASE('good', 1), filter(rules)], [backup]).fired).toEqual(expected);
  });
});

describe('lateness', () => {
  it('makes shuffled events give the same signals', () => {
    const pack = [BASE('bad', 2), BASE('good', 1), BURST, SPRAY, CHAIN];
    const { values } = parseSigma(pack.join('---\n'), 'r.yml');
    const rules = linkRules(values).values;
    const ids = (events: readonly Event[]) => {
      const engine = createDetectionEngine({ rules, latenessMs: 30_000 });
      const live = events.flatMap((event) => engine.evaluate(event));
      return [...live, ...engine.finish()].map(({ id }) => id).sort();
    };
    const told = fc.record({
      at: fc.integer({ min: 0, max: 300 }),
      ip: fc.constantFrom('192.0.2.1', '192.0.2.2'),
      user: fc.constantFrom('a', 'b', 'c', 'd'),
      isGood: fc.boolean(),
    });
    const late = fc.array(fc.tuple(told, fc.integer({ min: 0, max: 29_999 })), { maxLength: 60 });
    fc.assert(
      fc.property(late, (list) => {
        const events = list.map(([one], offset) => ({
          delay: list[offset]?.[1] ?? 0,
          event: toEvent({ ...one, at: one.at + offset / 1_000 }, offset),
        }));
        const inOrder = events.toSorted((a, b) => a.event.time - b.event.time);
        const asTheyCame = events.toSorted(
          (a, b) => a.event.time + a.delay - (b.event.time + b.delay),
        );
        expect(ids(asTheyCame.map(({ event }) => event))).toEqual(
          ids(inOrder.map(({ event }) => event)),
        );
      }),
    );
  });
});

describe('a restart', () => {
  const told = fc.record({
    at: fc.integer({ min: 0, max: 300 }),
    ip: fc.constantFrom('192.0.2.1', '192.0.2.2', '192.0.2.3'),
    user: fc.constantFrom('a', 'b', 'c', 'd'),
    isGood: fc.boolean(),
  });

  it('changes nothing, wherever it cuts', () => {
    const pack = [BASE('bad', 2), BASE('good', 1), BURST, SPRAY, CHAIN];
    fc.assert(
      fc.property(fc.array(told, { maxLength: 60 }), fc.nat(60), (list, cut) => {
        const whole = engineOf(pack, 5);
        const expected = list.flatMap((one, offset) => whole.evaluate(toEvent(one, offset)));
        const before = engineOf(pack, 5);
        const first = list
          .slice(0, cut)
          .flatMap((one, offset) => before.evaluate(toEvent(one, offset)));
        const after = engineOf(pack, 5);
        after.restore(JSON.parse(JSON.stringify(before.snapshot())));
        const second = list
          .slice(cut)
          .flatMap((one, offset) => after.evaluate(toEvent(one, cut + offset)));
        expect([...first, ...second]).toEqual(expected);
        expect(after.snapshot()).toEqual(whole.snapshot());
      }),
    );
  });

  it('with another rule set drops the windows of rules that are gone, and survives a foreign snapshot', () => {
    const engine = engineOf([BASE('bad', 2), BURST]);
    engine.evaluate(toEvent({ at: 1, ip: IP }, 0));
    const other = engineOf([BASE('bad', 2), SPRAY]);
    other.restore(engine.snapshot());
    expect(other.stats().groups).toBe(0);
    other.restore([1, { a: null }]);
    expect(other.stats().groups).toBe(0);
  });
});
