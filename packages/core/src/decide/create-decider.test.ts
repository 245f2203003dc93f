import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Signal } from '../detect/signal.ts';
import type { Event } from '../event/event.ts';
import { createDecider } from './create-decider.ts';
import type { Decider, Decisions } from './decider.ts';
import {
  at,
  bruteForce,
  connect,
  decide,
  host,
  incidentIdOf,
  ip,
  launch,
  logon,
  makeEvent,
  makeSignal,
  openIncidents,
  process,
  user,
} from './fixtures/signals.ts';

const ATTACKERS = Array.from({ length: 17 }, (_, i) => `203.0.113.${i + 1}`);

describe('de-duplication', () => {
  it('folds the same rule on the same principals into one alert', () => {
    const { alerts, outcomes } = decide(
      createDecider(),
      [0, 10, 20].map((minute) => bruteForce('203.0.113.7', minute)),
    );
    expect(alerts).toHaveLength(1);
    expect(alerts[0]).toMatchObject({ signalCount: 3, eventCount: 30 });
    expect(outcomes.map((one) => one.outcome)).toEqual(['promoted', 'folded', 'folded']);
  });

  it('starts a new alert after an hour of silence', () => {
    const { alerts } = decide(createDecider(), [
      bruteForce('203.0.113.7', 0),
      bruteForce('203.0.113.7', 61),
    ]);
    expect(alerts).toHaveLength(2);
  });

  it('takes a signal that comes twice once', () => {
    const { alerts, outcomes } = decide(createDecider(), [
      bruteForce('203.0.113.7', 0),
      bruteForce('203.0.113.7', 0),
    ]);
    expect(alerts[0]?.signalCount).toBe(1);
    expect(outcomes).toHaveLength(1);
  });
});

describe('correlation', () => {
  it('calls a brute force by its source and target', () => {
    const { incidents } = decide(createDecider(), [bruteForce('203.0.113.7', 0)]);
    expect(incidents.map((one) => one.title)).toEqual([
      'Brute force from 203.0.113.7 against web-1',
    ]);
    expect(incidents[0]?.origin).toMatchObject({
      kind: 'found',
      hypotheses: [{ entity: { id: '203.0.113.7' }, entryVector: 'exposed_service' }],
    });
  });

  it('makes one storm of many addresses doing the same to one machine at the same time', () => {
    const { incidents } = decide(
      createDecider(),
      ATTACKERS.map((source, i) => bruteForce(source, i)),
    );
    expect(
      openIncidents(
        incidents.length
          ? { alerts: [], outcomes: [], incidents }
          : { alerts: [], outcomes: [], incidents: [] },
      ),
    ).toHaveLength(1);
    expect(incidents[0]).toMatchObject({
      number: 1,
      title: 'Brute force from 17 addresses against web-1',
    });
    expect(incidents[0]?.alertIds).toHaveLength(17);
  });

  it('does not put attacks together over a machine that is merely shared', () => {
    const decisions = decide(createDecider(), [
      bruteForce('203.0.113.7', 0),
      bruteForce('203.0.113.8', 1, { rule: 'web', behaviour: 'web_attack' }),
      makeSignal({
        rule: 'malware',
        severity: 4,
        minute: 2,
        entities: [host('web-1'), user('alice'), process('p')],
      }),
    ]);
    expect(openIncidents(decisions)).toHaveLength(3);
  });

  it('follows a break-in from the address onto the machine', () => {
    const guessed = [1, 2, 3, 4, 5].map((minute) =>
      logon(minute, { onto: 'web-1', from: '203.0.113.7', user: 'bob', failed: true }),
    );
    const shell = launch(8, { on: 'web-1', guid: '{a}', user: 'bob' });
    const decisions = decide(createDecider(), [
      ...guessed,
      bruteForce('203.0.113.7', 5),
      logon(6, { onto: 'web-1', from: '203.0.113.7', user: 'bob' }),
      shell,
      makeSignal({
        rule: 'implant',
        severity: 4,
        minute: 8,
        entities: [host('web-1'), user('bob'), process('a')],
        eventIds: [shell.id],
      }),
    ]);
    expect(openIncidents(decisions)).toHaveLength(1);
    const [incident] = decisions.incidents;
    expect(incident?.alertIds).toHaveLength(2);
    expect(incident?.score.contributions.map((one) => one.evidence.kind)).toContain(
      'success-after-failures',
    );
    expect(incident?.origin).toMatchObject({
      kind: 'found',
      hypotheses: [{ entity: { id: '203.0.113.7' }, entryVector: 'stolen_credential' }, {}],
    });
  });

  it('says of every alert why it is where it is', () => {
    const { alerts } = decide(createDecider(), [
      makeSignal({ rule: 'low', severity: 2, entities: [host('ws-9'), user('carol')] }),
      ...ATTACKERS.slice(0, 3).map((source, i) => bruteForce(source, i)),
    ]);
    const whys = alerts.map((alert) =>
      alert.state.status === 'closed' ? alert.state.verdict.reason : alert.state.why,
    );
    expect(whys).toHaveLength(4);
    for (const why of whys) expect(why).toMatch(/^It is genuine with|^Other addresses do the same/);
  });

  it('counts two weak signs of different rules on one machine together', () => {
    const signs = [
      makeSignal({
        rule: 'a',
        minute: 0,
        entities: [host('ws-5'), user('dave')],
        tactics: ['execution'],
      }),
      makeSignal({
        rule: 'b',
        minute: 5,
        entities: [host('WS-5.corp.example'), user('CORP\\dave')],
        tactics: ['credential-access'],
      }),
    ];
    expect(decide(createDecider(), signs.slice(0, 1)).incidents).toHaveLength(0);
    const { incidents } = decide(createDecider(), signs);
    expect(incidents).toHaveLength(1);
    expect(incidents[0]?.alertIds).toHaveLength(2);
    expect(incidents[0]?.title).toBe('Credential theft on ws-5');
  });

  it('merges two incidents when a log-in ties both, and the older one wins', () => {
    const decider = createDecider();
    const strong = { severity: 4 as const };
    const first = decide(decider, [
      connect(0, { from: 'ws-5', ownIp: '10.0.0.5', to: '198.51.100.9', guid: '{a}' }),
      makeSignal({ rule: 'a', minute: 1, entities: [host('ws-5'), user('eve')], ...strong }),
      makeSignal({ rule: 'b', minute: 2, entities: [host('srv-1'), user('frank')], ...strong }),
    ]);
    expect(openIncidents(first)).toHaveLength(2);
    const second = decide(decider, [
      logon(3, { onto: 'srv-1', from: '10.0.0.5', user: 'eve' }),
      makeSignal({ rule: 'c', minute: 4, entities: [host('srv-1'), user('eve')], ...strong }),
    ]);
    expect(second.incidents.map((one) => [one.number, one.state.status])).toEqual([
      [1, 'new'],
      [2, 'closed'],
    ]);
    expect(second.incidents[1]?.state).toMatchObject({ verdict: { kind: 'duplicate' } });
    expect(second.incidents[0]?.alertIds).toHaveLength(3);
    expect(second.incidents[0]?.title).toBe('Malware on ws-5 and movement to srv-1');
  });
});

describe('origin', () => {
  it('goes from the attacked machine back to the one the session came from', () => {
    const tool = launch(11, { on: 'dc-1', guid: '{t}', user: 'eve', session: '0x77' });
    const { incidents } = decide(createDecider(), [
      connect(0, { from: 'WS-5.corp.example', ownIp: '10.0.0.5', to: '198.51.100.9', guid: '{a}' }),
      logon(10, { onto: 'dc-1', from: '10.0.0.5', user: 'eve', session: '0x77' }),
      logon(10, { onto: 'dc-1', from: '10.0.0.6', user: 'DC-1$', session: '0x78' }),
      tool,
      makeSignal({
        rule: 'a',
        severity: 4,
        minute: 11,
        entities: [host('DC-1'), user('eve'), process('t')],
        eventIds: [tool.id],
      }),
    ]);
    const origin = incidents[0]?.origin;
    expect(origin).toMatchObject({
      kind: 'found',
      hypotheses: [{ entity: { kind: 'host', id: 'ws-5' } }, { entity: { id: 'dc-1' } }],
    });
    const total =
      origin?.kind === 'found' ? origin.hypotheses.reduce((sum, one) => sum + one.p, 0) : 0;
    expect(total).toBeLessThan(1);
  });

  it('tells the chain of processes and where it called', () => {
    const events = [
      launch(0, { on: 'ws-5', guid: '{a}' }),
      launch(1, { on: 'ws-5', guid: '{b}', parent: '{a}' }),
      connect(2, { from: 'ws-5', ownIp: '10.0.0.5', to: '198.51.100.9', guid: '{b}' }),
      launch(3, { on: 'ws-5', guid: '{c}', parent: '{b}' }),
    ];
    const { incidents } = decide(createDecider(), [
      ...events,
      makeSignal({
        severity: 4,
        minute: 3,
        entities: [host('ws-5'), process('c')],
        eventIds: events.slice(-1).map((event) => event.id),
      }),
    ]);
    const origin = incidents[0]?.origin;
    const supporting =
      origin?.kind === 'found' ? (origin.hypotheses[0]?.supporting.join('\n') ?? '') : '';
    expect(supporting).toContain('Most signs on ws-5 lead to program-{b}');
    expect(supporting).toContain('program-{a} → program-{b}');
    expect(supporting).toContain('connected to 198.51.100.9 port 443');
  });

  it('says unseen, and what would settle it, when the signs name no place', () => {
    const { incidents } = decide(createDecider(), [
      makeSignal({ severity: 5, entities: [{ kind: 'file', id: '/tmp/x', role: 'target' }] }),
    ]);
    expect(incidents[0]?.origin.kind).toBe('unseen');
  });
});

describe('closing by itself', () => {
  const scan = (severity: Signal['severity_id'] = 3): Signal =>
    makeSignal({
      rule: 'scan',
      behaviour: 'scan',
      severity,
      count: 50,
      minute: 60,
      entities: [ip('10.9.0.4'), host('web-1')],
    });
  const benign = [
    {
      id: 'our-scanner',
      reason: 'The vulnerability scanner runs every night.',
      match: { cidr: '10.9.0.0/24', behaviour: 'scan' },
    },
  ];

  it('closes what the configuration calls harmless, with the reason', () => {
    const { alerts, incidents } = decide(createDecider({ benign }), [scan(4)]);
    expect(incidents).toHaveLength(0);
    expect(alerts[0]?.state).toMatchObject({
      status: 'closed',
      verdict: { kind: 'benign', by: 'cordon', reason: expect.stringContaining('every night') },
    });
  });

  it('never closes a critical one', () => {
    const { alerts } = decide(createDecider({ benign }), [scan(5)]);
    expect(alerts[0]?.state.status).toBe('in_incident');
  });

  it('keeps to the hours it is given', () => {
    const nightly = benign.map((rule) => ({ ...rule, hours: { from: 22, to: 4 } }));
    const { alerts } = decide(createDecider({ benign: nightly }), [scan()]);
    expect(alerts[0]?.state.status).not.toBe('closed');
  });

  it('does not cover a second address that is not the one it names', () => {
    const both = makeSignal({
      rule: 'scan',
      behaviour: 'scan',
      severity: 4,
      entities: [ip('10.9.0.4'), ip('203.0.113.9'), host('web-1')],
    });
    expect(decide(createDecider({ benign }), [both]).alerts[0]?.state.status).toBe('in_incident');
  });

  it('closes a lone sign of little worth under the stated threshold', () => {
    const { alerts } = decide(createDecider(), [
      makeSignal({ severity: 1, entities: [host('ws-9')], falsepositives: ['Administrators'] }),
    ]);
    expect(alerts[0]?.state).toMatchObject({
      status: 'closed',
      verdict: { kind: 'false_positive', reason: expect.stringContaining('below 5') },
    });
  });

  it('keeps the same sign when it ties to an open incident', () => {
    const { alerts } = decide(createDecider(), [
      makeSignal({ rule: 'strong', severity: 5, entities: [host('ws-9')] }),
      makeSignal({
        rule: 'weak',
        severity: 1,
        minute: 1,
        entities: [host('ws-9')],
        falsepositives: ['Administrators'],
      }),
    ]);
    expect(alerts.map((alert) => alert.state.status)).toEqual(['in_incident', 'in_incident']);
  });
});

describe('the desk', () => {
  const by = { actor: 'kim', at: at(90) };

  it('assigns, closes, reopens and gives back, each time with a higher revision', () => {
    const decider = createDecider();
    const incidentId = incidentIdOf(decide(decider, [bruteForce('203.0.113.7', 0)]));
    const states = [
      decider.act({ kind: 'assign_incident', incidentId, assignee: 'lee' }, by),
      decider.act(
        { kind: 'close_incident', incidentId, verdict: 'true_positive', reason: 'Seen it.' },
        by,
      ),
      decider.act({ kind: 'reopen_incident', incidentId, reason: 'Again.' }, by),
      decider.act({ kind: 'unassign_incident', incidentId }, by),
    ].map((done) => done.ok && done.value.incidents.map((one) => [one.revision, one.state.status]));
    expect(states).toEqual([
      [[2, 'in_progress']],
      [[3, 'closed']],
      [[4, 'in_progress']],
      [[5, 'new']],
    ]);
  });

  it('says what there is not', () => {
    const done = createDecider().act(
      { kind: 'close_alert', alertId: 'alr_x', verdict: 'benign', reason: '' },
      by,
    );
    expect(done).toMatchObject({ ok: false, problem: { code: 'not_found' } });
  });

  it('closes the incident with its last alert', () => {
    const decider = createDecider();
    const { alerts } = decide(decider, [bruteForce('203.0.113.7', 0)]);
    const alertId = alerts[0]?.id ?? 'alr_none';
    const done = decider.act(
      { kind: 'close_alert', alertId, verdict: 'false_positive', reason: 'Our own test.' },
      by,
    );
    expect(done).toMatchObject({
      ok: true,
      value: {
        incidents: [
          { state: { status: 'closed', verdict: { kind: 'false_positive', by: 'kim' } } },
        ],
      },
    });
  });

  it('goes on folding what a person called harmless, and starts anew after a genuine one', () => {
    for (const [verdict, outcome] of [
      ['benign', 'folded'],
      ['true_positive', 'promoted'],
    ] as const) {
      const decider = createDecider();
      const incidentId = incidentIdOf(decide(decider, [bruteForce('203.0.113.7', 0)]));
      decider.act({ kind: 'close_incident', incidentId, verdict, reason: 'Known.' }, by);
      expect(
        decide(decider, [bruteForce('203.0.113.7', 30)]).outcomes.map((one) => one.outcome),
      ).toEqual([outcome]);
    }
  });

  it('takes a person’s verdict into account the next time', () => {
    const decider = createDecider();
    const before = decide(decider, [bruteForce('203.0.113.7', 0)]);
    decider.act(
      {
        kind: 'close_incident',
        incidentId: incidentIdOf(before),
        verdict: 'false_positive',
        reason: 'Our own test.',
      },
      by,
    );
    const after = decide(decider, [bruteForce('203.0.113.7', 300)]);
    const { score } = after.alerts[0] ?? {};
    const shareOf = (kind: string) =>
      score?.contributions
        .filter(({ evidence }) => evidence.kind.startsWith(kind))
        .reduce((sum, { contribution }) => sum + contribution, 0) ?? 0;
    expect(shareOf('verdict')).toBe(-1.5);
    expect(shareOf('learnt:')).toBeLessThan(0);
    expect(score?.logit).toBe(
      (before.alerts[0]?.score.logit ?? 0) + shareOf('verdict') + shareOf('learnt:'),
    );
  });

  it('forgets a verdict that is taken back, as if it had not been given', () => {
    const decider = createDecider();
    const untaught = decider.learnt();
    const before = decide(decider, [bruteForce('203.0.113.7', 0)]);
    const incidentId = incidentIdOf(before);
    const verdict = { verdict: 'false_positive', reason: 'Our own test.' } as const;
    decider.act({ kind: 'close_incident', incidentId, ...verdict }, by);
    expect(decider.learnt()).not.toEqual(untaught);
    decider.act({ kind: 'reopen_incident', incidentId, reason: 'It was none of ours.' }, by);
    expect(decider.learnt()).toEqual(untaught);
  });

  it('goes on after a kill with what verdicts later than the snapshot taught', () => {
    const decider = createDecider();
    const first = decide(decider, [bruteForce('203.0.113.7', 0)]);
    const snapshot = structuredClone(decider.snapshot());
    const verdict = { verdict: 'false_positive', reason: 'Our own test.' } as const;
    const incidentId = incidentIdOf(first);
    const done = decider.act({ kind: 'close_incident', incidentId, ...verdict }, by);
    const { incidents = [], learnt = null } = done.ok ? done.value : {};
    const next = createDecider();
    const { alerts } = first;
    next.restore({ snapshot, alerts, incidents, learnt, lastIncidentNumber: 1 });
    expect(next.learnt()).toEqual(decider.learnt());
    const again = [bruteForce('203.0.113.7', 300)];
    expect(decide(next, again)).toEqual(decide(decider, again));
  });
});

/** Random but plausible streams over a few machines, accounts and addresses. */
const input = fc.record({
  kind: fc.constantFrom('brute', 'sign', 'logon', 'launch', 'other'),
  minute: fc.integer({ min: 0, max: 600 }),
  n: fc.integer({ min: 0, max: 3 }),
  m: fc.integer({ min: 0, max: 3 }),
  severity: fc.constantFrom<Signal['severity_id']>(1, 2, 3, 4, 5),
});
const stream = fc.array(input, { minLength: 1, maxLength: 40 }).map((items) =>
  items.map((item): Signal | Event => {
    const { minute, n, m, severity } = item;
    if (item.kind === 'brute') return bruteForce(`203.0.113.${n}`, minute, { severity });
    if (item.kind === 'logon')
      return logon(minute, { onto: `ws-${m}`, from: `10.0.0.${n}`, user: `u${n}` });
    if (item.kind === 'launch')
      return launch(minute, { on: `ws-${m}`, guid: `{${n}${m}}`, parent: `{${m}}`, user: `u${n}` });
    if (item.kind === 'other')
      return makeEvent(minute, {
        class_uid: 4001,
        device: { hostname: `ws-${m}`, ip: `10.0.0.${m}` },
      });
    return makeSignal({
      rule: `r${n}`,
      severity,
      minute,
      entities: [host(`ws-${m}`), user(`u${n}`)],
      tactics: ['execution'],
    });
  }),
);

/** The newest form of everything, as a store would hold it. */
class Store {
  readonly alerts = new Map<string, Decisions['alerts'][number]>();
  readonly incidents = new Map<string, Decisions['incidents'][number]>();
  save(decisions: Decisions): void {
    for (const alert of decisions.alerts) this.alerts.set(alert.id, alert);
    for (const incident of decisions.incidents) this.incidents.set(incident.id, incident);
  }
  restoreInto(decider: Decider, snapshot: ReturnType<Decider['snapshot']>): void {
    const incidents = [...this.incidents.values()].reverse();
    decider.restore({
      snapshot: JSON.parse(JSON.stringify(snapshot)),
      alerts: [...this.alerts.values()].reverse(),
      incidents,
      lastIncidentNumber: incidents.length,
    });
  }
}

describe('properties of any stream', () => {
  it('the same input gives the same decisions', () => {
    fc.assert(
      fc.property(stream, (inputs) => {
        expect(decide(createDecider(), inputs)).toEqual(decide(createDecider(), inputs));
      }),
      { numRuns: 60 },
    );
  });

  it('a restart in the middle changes nothing that comes after', () => {
    fc.assert(
      fc.property(stream, fc.nat(40), (inputs, cut) => {
        const straight = createDecider();
        const store = new Store();
        store.save(decide(straight, inputs.slice(0, cut)));
        const restarted = createDecider();
        store.restoreInto(restarted, straight.snapshot());
        expect(decide(restarted, inputs.slice(cut))).toEqual(decide(straight, inputs.slice(cut)));
      }),
      { numRuns: 60 },
    );
  });

  it('every signal has one outcome, every alert one place, and every score is the sum of its parts', () => {
    fc.assert(
      fc.property(stream, (inputs) => {
        const { alerts, incidents, outcomes } = decide(createDecider(), inputs);
        const signals = new Set(inputs.flatMap((one) => ('rule' in one ? [one.id] : [])));
        expect(new Set(outcomes.map((one) => one.signalId))).toEqual(signals);
        const held = new Map(
          openIncidents({ alerts, incidents, outcomes }).flatMap((one) =>
            one.alertIds.map((id) => [id, one.id] as const),
          ),
        );
        for (const alert of alerts) {
          expect(held.get(alert.id)).toBe(
            alert.state.status === 'in_incident' ? alert.state.incidentId : undefined,
          );
        }
        for (const { score } of [...alerts, ...incidents]) {
          expect(
            score.contributions.reduce((sum, one) => sum + one.contribution, score.priorLogit),
          ).toBe(score.logit);
        }
        const nodes = incidents.map(
          (one) => new Set(one.graph.nodes.map((node) => `${node.entity.kind}:${node.entity.id}`)),
        );
        for (const [i, one] of incidents.entries()) {
          for (const edge of one.graph.edges)
            expect(nodes[i]?.has(edge.from) && nodes[i]?.has(edge.to)).toBe(true);
        }
      }),
      { numRuns: 100 },
    );
  });
});
