import { describe, expect, it } from 'vitest';
import { createDecider } from '../decide/create-decider.ts';
import { bruteForce, host, makeSignal, type SignalOptions } from '../decide/fixtures/signals.ts';
import type { Signal } from '../detect/signal.ts';
import { anomalyNats } from './anomaly.ts';

const anomaly = (p: number, more: SignalOptions = {}): Signal => ({
  ...makeSignal({ rule: 'detector:x', severity: 2, entities: [host('web-1')], ...more }),
  anomaly: { p },
});

function decide(...signals: readonly Signal[]) {
  const decider = createDecider();
  for (const signal of signals) decider.consider(signal);
  return decider.drain();
}

describe('the weight of the unusual', () => {
  it.each([
    { p: 1, nats: 0 },
    { p: 0.25, nats: 0 },
    { p: 0.01, nats: Math.log(5) },
    { p: 1e-9, nats: 3 },
    { p: 1e-300, nats: 3 },
  ])('a chance of $p is worth $nats nats', ({ p, nats }) => {
    expect(anomalyNats(p)).toBeCloseTo(nats, 9);
  });

  it('does not make an incident by itself, however unlikely, on one machine', () => {
    const { incidents, alerts } = decide(anomaly(1e-30));
    expect(incidents).toEqual([]);
    expect(alerts).toHaveLength(1);
    expect(alerts[0]?.score.p).toBeLessThan(0.3);
    expect(alerts[0]?.score.contributions.map(({ evidence }) => evidence.kind)).toContain(
      'unusual-alone',
    );
  });

  it('several detectors that see one thing are not several reasons', () => {
    const detectors = ['a', 'b', 'c'].map((name, minute) =>
      anomaly(1e-30, { rule: `detector:${name}`, minute }),
    );
    expect(decide(...detectors).incidents).toEqual([]);
  });

  it('raises what a rule says of the same machine', () => {
    const rule = makeSignal({ severity: 4, minute: 1, entities: [host('web-1')] });
    const alone = decide(rule).incidents[0];
    const both = decide(anomaly(1e-6), rule).incidents[0];
    expect(both?.score.p).toBeGreaterThan(alone?.score.p ?? 0);
    const kinds = both?.score.contributions.map(({ evidence }) => evidence.kind);
    expect(kinds).toContain('detector:x');
    expect(kinds).not.toContain('unusual-alone');
  });

  it('makes no stranger part of an incident, and joins what its own address did', () => {
    const guess = (address: string, minute: number) =>
      bruteForce(address, minute, { severity: 5, rule: 'ssh-bruteforce' });
    const odd = (address: string, minute: number) => ({
      ...bruteForce(address, minute, { severity: 2, rule: 'detector:x' }),
      anomaly: { p: 1e-9 },
    });
    const { incidents, alerts } = decide(
      guess('203.0.113.9', 0),
      odd('203.0.113.9', 1),
      odd('198.51.100.7', 2),
    );
    expect(incidents).toHaveLength(1);
    const inside = alerts.filter(({ state }) => state.status === 'in_incident');
    expect(inside.map(({ rule }) => rule.id).sort()).toEqual(['detector:x', 'ssh-bruteforce']);
  });

  it('keeps the least likely of the signals folded into one alert', () => {
    const { alerts } = decide(
      anomaly(1e-2),
      anomaly(1e-5, { minute: 1 }),
      anomaly(0.5, { minute: 2 }),
    );
    expect(alerts).toHaveLength(1);
    expect(alerts[0]?.anomaly).toEqual({ p: 1e-5 });
  });
});
