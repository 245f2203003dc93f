import { describe, expect, it } from 'vitest';
import { createDecider } from './create-decider.ts';
import {
  bruteForce,
  connect,
  decide,
  host,
  launch,
  logon,
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

  it('is a guess while every signal in it is one', () => {
    const isGuess = (...given: readonly boolean[]) =>
      decide(
        createDecider(),
        given.map((guessed, n) => ({
          ...bruteForce('203.0.113.7', n),
          ...(guessed ? { isGuess: true } : {}),
        })),
      ).alerts[0]?.isGuess;
    expect(isGuess(true, true)).toBe(true);
    expect(isGuess(true, false)).toBe(false);
    expect(isGuess(false, true)).toBeUndefined();
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
  it('says when the likeliest beginning became another one, and by what', () => {
    const decider = createDecider();
    const sign = (rule: string, on: string, minute: number) =>
      makeSignal({ rule, severity: 4, minute, entities: [host(on), user('eve')] });
    const [first] = decide(decider, [
      connect(0, { from: 'ws-5', ownIp: '10.0.0.5', to: '198.51.100.9', guid: '{a}' }),
      logon(9, { onto: 'srv-1', from: '10.0.0.5', user: 'eve' }),
      sign('b', 'srv-1', 10),
    ]).incidents;
    expect(first?.originChanges).toBeUndefined();
    const before = first?.origin.kind === 'found' ? first.origin.hypotheses[0]?.entity.id : '';
    const later = decide(decider, [
      sign('a', 'ws-7', 1),
      sign('c', 'ws-7', 2),
      sign('d', 'ws-7', 3),
    ]);
    const changed = openIncidents(later).find(({ id }) => id === first?.id);
    expect(changed?.originChanges).toMatchObject([
      {
        text: expect.stringMatching(
          new RegExp(`likeliest beginning is ws-7; before, it was ${before}`),
        ),
      },
    ]);
    expect(changed?.story.join(' ')).toContain(changed?.originChanges?.[0]?.text);
  });

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
