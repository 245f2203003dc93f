import { describe, expect, it } from 'vitest';
import type { Signal } from '../detect/signal.ts';
import { isAudited } from './closing.ts';
import type { DeciderConfig } from './config.ts';
import { createDecider } from './create-decider.ts';
import type { Decider } from './decider.ts';
import { at, decide, host, ip, makeSignal, user } from './fixtures/signals.ts';

const noise = (minute: number, on = 'ws-1') =>
  makeSignal({ rule: 'noise', severity: 2, minute, entities: [host(on), user('eve')] });
const attack = (minute: number, on: string) =>
  makeSignal({ rule: 'attack', severity: 4, minute, entities: [host(on)] });

/** A person calls so many attacks genuine and ten times as much noise harmless, an hour and a half apart. */
function teach(decider: Decider, rounds: number): number {
  let minute = 0;
  for (let n = 0; n < rounds; n += 1) {
    const signals = [
      attack(minute, `srv-${n}`),
      ...Array.from({ length: 4 }, (_, m) => noise(minute, `ws-${m}`)),
    ];
    for (const { id, rule } of decide(decider, signals).alerts)
      decider.act(
        {
          kind: 'close_alert',
          alertId: id,
          verdict: rule.id === 'attack' ? 'true_positive' : 'false_positive',
          reason: 'Looked at.',
        },
        { actor: 'kim', at: at(minute + 60) },
      );
    minute += 90;
  }
  return minute;
}

const taught = (config: DeciderConfig = {}): readonly [Decider, number] => {
  const decider = createDecider(config);
  return [decider, teach(decider, 90)];
};

describe('closing by itself once verdicts allow it', () => {
  it('states what it may miss, how surely, and by how many verdicts', () => {
    const [decider, minute] = taught();
    const states = Array.from({ length: 30 }, (_, n) => n).flatMap((n) =>
      decide(decider, [noise(minute + n * 90, `ws-${n % 4}`)]).alerts.map((alert) => ({
        isAudited: isAudited(alert),
        state: alert.state,
      })),
    );
    for (const { state, isAudited: audited } of states) {
      if (audited)
        expect(state).toMatchObject({
          status: 'open',
          why: expect.stringContaining('one in twenty'),
        });
      else
        expect(state).toMatchObject({
          status: 'closed',
          verdict: {
            by: 'cordon',
            reason: expect.stringMatching(
              /at most 5\.0 % of genuine alerts fall below it, with confidence 95 %, by \d+ genuine verdicts/,
            ),
          },
        });
    }
  });

  it.each<{ readonly name: string; readonly config: DeciderConfig; readonly on: string }>([
    {
      name: 'a machine that the house rests on',
      config: { assets: [{ tier: 0, match: ['ws-1'] }] },
      on: 'ws-1',
    },
    { name: 'a privileged account', config: { privileged: ['eve'] }, on: 'ws-1' },
  ])('never touches $name', ({ config, on }) => {
    const [decider, minute] = taught(config);
    expect(decide(decider, [noise(minute, on)]).alerts[0]?.state).toMatchObject({
      status: 'open',
      why: expect.stringContaining('It would close by itself'),
    });
  });

  it('never closes what nobody gave a verdict on', () => {
    const [decider, minute] = taught();
    const unheard = makeSignal({ rule: 'unheard', severity: 1, minute, entities: [host('ws-1')] });
    expect(decide(decider, [unheard]).alerts[0]?.state.status).toBe('open');
  });

  it('shows what a person found genuine once from then on', () => {
    const [decider, minute] = taught();
    const statuses = [0, 1, 2, 3].map((n) => {
      const [alert] = decide(decider, [noise(minute + n * 90)]).alerts;
      if (alert)
        decider.act(
          {
            kind: 'close_alert',
            alertId: alert.id,
            verdict: 'true_positive',
            reason: 'It was one.',
          },
          { actor: 'kim', at: at(minute + n * 90 + 1) },
        );
      return alert?.state.status;
    });
    expect(statuses[3]).not.toBe('closed');
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

  const weak = (minute: number): Signal =>
    makeSignal({
      severity: 1,
      minute,
      entities: [host('ws-9')],
      falsepositives: ['Administrators'],
    });

  it.each([
    { name: 'by its score', config: {}, signal: weak },
    { name: 'by a rule of the house', config: { benign }, signal: () => scan(3) },
  ])('what a person reopened that was closed $name stays open', ({ config, signal }) => {
    const decider = createDecider(config);
    const [alert] = decide(decider, [signal(60)]).alerts;
    expect(alert?.state.status).toBe('closed');
    const alertId = alert?.id ?? 'alr_none';
    decider.act({ kind: 'reopen_alert', alertId, reason: 'Odd.' }, { actor: 'kim', at: at(61) });
    for (const minute of [62, 70, 80]) {
      const again = { ...signal(60), id: makeSignal({ minute }).id, at: at(minute) };
      expect(decide(decider, [again]).alerts).toMatchObject([
        { id: alertId, state: { status: 'open', why: 'kim reopened it: Odd.' } },
      ]);
    }
  });

  it('does not close the next one like it either, until a person says what it is', () => {
    const decider = createDecider();
    const by = { actor: 'kim', at: at(61) };
    const alertId = decide(decider, [weak(60)]).alerts[0]?.id ?? 'alr_none';
    decider.act({ kind: 'reopen_alert', alertId, reason: 'Odd.' }, by);
    expect(decide(decider, [weak(200)]).alerts[0]?.state).toMatchObject({
      status: 'open',
      why: expect.stringContaining('undecided'),
    });
    decider.act({ kind: 'close_alert', alertId, verdict: 'benign', reason: 'Backup.' }, by);
    expect(decide(decider, [weak(400)]).alerts[0]?.state.status).toBe('closed');
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
