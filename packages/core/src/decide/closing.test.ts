import { describe, expect, it } from 'vitest';
import { isAudited } from './closing.ts';
import type { DeciderConfig } from './config.ts';
import { createDecider } from './create-decider.ts';
import type { Decider } from './decider.ts';
import { at, decide, host, makeSignal, user } from './fixtures/signals.ts';

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
  return [decider, teach(decider, 70)];
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
