import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDecider } from '../decide/create-decider.ts';
import type { Decisions } from '../decide/decisions.ts';
import {
  bruteForce,
  connect,
  decide,
  host,
  ip,
  launch,
  logon,
  makeSignal,
  openIncidents,
  process,
  user,
} from '../decide/fixtures/signals.ts';
import type { Signal } from '../detect/signal.ts';
import type { Event } from '../event/event.ts';

type Input = Signal | Event;

const named = (machine: string, ownIp: string): Event =>
  connect(0, { from: machine, ownIp, to: '198.51.100.9', guid: `{${machine}}` });

const sign = (minute: number, on: string, more: { readonly by?: string; readonly rule?: string }) =>
  makeSignal({
    rule: more.rule ?? `rule-${on}-${minute}`,
    severity: 4,
    minute,
    entities: [host(on), ...(more.by === undefined ? [] : [user(more.by)])],
  });

/** Many accounts that ordinarily log in on a machine, each from its own. */
const crowdOn = (machine: string, size = 15): readonly Event[] =>
  Array.from({ length: size }, (_, n) =>
    logon(n, { onto: machine, from: `10.9.0.${n + 1}`, user: `staff-${n}` }),
  );

const whysOf = ({ alerts }: Decisions): readonly string[] =>
  alerts.map(({ state }) => (state.status === 'closed' ? state.verdict.reason : state.why));

describe('what belongs together', () => {
  it('follows a log-in right before a sign, though the sign names nobody', () => {
    const decisions = decide(createDecider(), [
      named('ws-7', '10.0.0.7'),
      sign(1, 'ws-7', { by: 'jdoe' }),
      logon(10, { onto: 'fs-1', from: '10.0.0.7', user: 'svc-backup' }),
      sign(10, 'fs-1', {}),
    ]);
    expect(openIncidents(decisions)).toHaveLength(1);
    expect(openIncidents(decisions)[0]?.story).toContain(
      '08:10:00 UTC: svc-backup logged in from ws-7 to fs-1.',
    );
    expect(whysOf(decisions).at(-1)).toBe(
      'svc-backup logged in from ws-7 to fs-1 at 08:10:00 UTC, right before this began, and nobody else did.',
    );
  });

  it('follows it also when the sign on the first machine comes in last', () => {
    const decisions = decide(createDecider(), [
      named('ws-7', '10.0.0.7'),
      logon(10, { onto: 'fs-1', from: '10.0.0.7', user: 'svc-backup' }),
      sign(10, 'fs-1', {}),
      sign(1, 'ws-7', { by: 'jdoe' }),
    ]);
    expect(openIncidents(decisions)).toHaveLength(1);
  });

  it('goes over a machine on which nothing showed', () => {
    const tool = launch(21, { on: 'dc-1', guid: '{t}', user: 'eve', session: '0x77' });
    const decisions = decide(createDecider(), [
      named('ws-7', '10.0.0.7'),
      named('jump-1', '10.0.0.8'),
      sign(1, 'ws-7', { by: 'jdoe' }),
      logon(20, { onto: 'jump-1', from: '10.0.0.7', user: 'eve' }),
      logon(20, { onto: 'dc-1', from: '10.0.0.8', user: 'eve', session: '0x77' }),
      tool,
      makeSignal({
        rule: 'dump',
        severity: 4,
        minute: 21,
        entities: [host('dc-1'), user('eve'), process('t')],
        eventIds: [tool.id],
      }),
    ]);
    expect(openIncidents(decisions)).toHaveLength(1);
  });

  it('takes a sign at an address to the machine once the machine is known', () => {
    const decider = createDecider();
    const before = decide(decider, [
      sign(1, 'fs-1', {}),
      makeSignal({
        rule: 'ids',
        minute: 2,
        entities: [ip('10.0.4.5'), ip('198.51.100.66', 'target')],
      }),
    ]);
    expect(before.alerts.at(-1)?.state.status).toBe('open');
    const after = decide(decider, [named('fs-1', '10.0.4.5')]);
    expect(after.alerts.at(-1)?.state).toMatchObject({
      status: 'in_incident',
      why: 'Both happen on or from fs-1.',
    });
  });

  it('joins two incidents once an address that one knows turns out to be the machine of the other', () => {
    const decider = createDecider();
    const ids = makeSignal({
      rule: 'ids',
      severity: 4,
      minute: 2,
      entities: [ip('10.0.4.5'), ip('198.51.100.66', 'target')],
    });
    expect(openIncidents(decide(decider, [sign(1, 'fs-1', {}), ids]))).toHaveLength(2);
    const after = decide(decider, [named('fs-1', '10.0.4.5')]);
    expect(after.incidents.map((one) => [one.number, one.state.status])).toEqual([
      [1, 'new'],
      [2, 'closed'],
    ]);
  });
});

describe('what stays apart', () => {
  const gateway = '203.0.113.99';
  it.each<{ readonly name: string; readonly inputs: readonly Input[] }>([
    {
      name: 'an attack on a server and another on a machine whose user was there that day',
      inputs: [
        named('ws-1', '10.0.0.1'),
        named('ws-2', '10.0.0.2'),
        logon(5, { onto: 'srv', from: '10.0.0.2', user: 'bob' }),
        sign(60, 'ws-2', { by: 'bob' }),
        sign(100, 'srv', { by: 'mallory' }),
      ],
    },
    {
      name: 'two attacks hours apart on a server that many share',
      inputs: [
        ...crowdOn('srv'),
        sign(60, 'srv', { by: 'staff-1' }),
        sign(300, 'srv', { by: 'staff-2' }),
      ],
    },
    {
      name: 'two attacks by way of a jump host that many share',
      inputs: [
        ...crowdOn('jump'),
        makeSignal({ severity: 4, minute: 60, entities: [host('a'), host('jump', 'source')] }),
        makeSignal({ severity: 4, minute: 300, entities: [host('b'), host('jump', 'source')] }),
      ],
    },
    {
      name: 'two attacks under an account that ordinarily works on many machines',
      inputs: [
        ...Array.from({ length: 8 }, (_, n) =>
          logon(n, { onto: `host-${n}`, from: '10.0.0.1', user: 'admin' }),
        ),
        sign(200, 'ws-1', { by: 'admin' }),
        sign(400, 'ws-2', { by: 'admin' }),
      ],
    },
    {
      name: 'two attacks through a gateway outside that many accounts come from',
      inputs: [
        ...Array.from({ length: 15 }, (_, n) =>
          logon(n, { onto: 'vpn', from: gateway, user: `staff-${n}` }),
        ),
        bruteForce(gateway, 30),
        makeSignal({
          rule: 'sqli',
          behaviour: 'web_attack',
          severity: 4,
          minute: 40,
          entities: [ip(gateway), host('shop')],
        }),
      ],
    },
    {
      name: 'a sign on a server that two machines entered in the same minute, and a sign on one of these',
      inputs: [
        named('ws-1', '10.0.0.1'),
        named('ws-2', '10.0.0.2'),
        sign(1, 'ws-1', { by: 'alice' }),
        logon(30, { onto: 'srv', from: '10.0.0.1', user: 'svc-1' }),
        logon(30, { onto: 'srv', from: '10.0.0.2', user: 'svc-2' }),
        sign(30, 'srv', {}),
      ],
    },
  ])('$name', ({ inputs }) => {
    expect(openIncidents(decide(createDecider(), inputs))).toHaveLength(2);
  });

  it('never mixes two attacks over a server that both sides ordinarily use', () => {
    const attack = (side: 'a' | 'b', minutes: readonly number[]): readonly Input[] => [
      named(`ws-${side}`, side === 'a' ? '10.0.0.1' : '10.0.0.2'),
      ...minutes.map((minute) => sign(minute, `ws-${side}`, { by: `user-${side}` })),
      ...minutes.map((minute) =>
        logon(minute, {
          onto: 'srv',
          from: side === 'a' ? '10.0.0.1' : '10.0.0.2',
          user: `user-${side}`,
        }),
      ),
    ];
    const minutes = fc.array(fc.integer({ min: 20, max: 400 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(minutes, minutes, (ofA, ofB) => {
        const inputs = [...crowdOn('srv'), ...attack('a', ofA), ...attack('b', ofB)];
        const timeOf = (one: Input): number => ('rule' in one ? one.at : one.time);
        const { alerts, ...rest } = decide(
          createDecider(),
          [...inputs].sort((x, y) => timeOf(x) - timeOf(y)),
        );
        const sides = new Map(
          alerts.map((alert) => [alert.id, alert.rule.id.startsWith('rule-ws-a') ? 'a' : 'b']),
        );
        for (const incident of openIncidents({ alerts, ...rest }))
          expect(new Set(incident.alertIds.map((id) => sides.get(id))).size).toBe(1);
      }),
      { numRuns: 60 },
    );
  });
});

describe('the entry', () => {
  it('names who opened what, from the chain of processes', () => {
    const program = (minute: number, name: string, n: number): Event => ({
      ...launch(minute, { on: 'ws-7', guid: `{${n}}`, parent: `{${n - 1}}`, user: 'CORP\\jdoe' }),
      process: { name, user: { name: 'CORP\\jdoe' } },
    });
    const shell = program(3, 'powershell.exe', 3);
    const { incidents } = decide(createDecider(), [
      program(1, 'OUTLOOK.EXE', 1),
      program(2, 'C:\\Office\\WINWORD.EXE', 2),
      shell,
      makeSignal({
        severity: 4,
        minute: 3,
        entities: [host('ws-7'), user('jdoe')],
        eventIds: [shell.id],
      }),
    ]);
    const told =
      'Patient zero is jdoe, who opened a document out of a mail on ws-7: OUTLOOK.EXE → WINWORD.EXE → powershell.exe';
    expect(incidents[0]?.origin).toMatchObject({
      hypotheses: [{ entity: { id: 'ws-7' }, entryVector: 'phishing' }],
    });
    expect(incidents[0]?.origin.text).toContain(told);
    expect(incidents[0]?.story.join('\n')).toContain(told);
  });
});
