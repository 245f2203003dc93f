import { describe, expect, it } from 'vitest';
import { createDecider } from './create-decider.ts';
import { connect, decide, host, makeSignal, openIncidents } from './fixtures/signals.ts';

const DAY = 24 * 60;
const since = connect(0, { from: 'ws-0', ownIp: '10.0.0.9', to: '198.51.100.9', guid: '{0}' });
const sign = (minute: number, on: string, more: Parameters<typeof makeSignal>[0] = {}) =>
  makeSignal({ rule: `rule-${on}`, severity: 4, minute, entities: [host(on)], ...more });
const noise = (minute: number, on: string) =>
  sign(minute, on, { rule: `noise-${on}`, severity: 1, falsepositives: ['Administrators'] });

describe('the company of alerts', () => {
  it('is kept by the clock on machines with nothing else in common, where little happens', () => {
    const [rare, wide] = [5, 300].map((apart) =>
      decide(createDecider(), [since, sign(3 * DAY, 'a'), sign(3 * DAY + apart, 'b')]),
    );
    expect(rare && openIncidents(rare)).toHaveLength(1);
    expect(wide && openIncidents(wide)).toHaveLength(2);
    expect(rare?.alerts[1]?.state).toMatchObject({
      why: expect.stringMatching(/^Both began within 5 minutes/),
    });
  });

  it('is not kept by the clock on the first day', () => {
    expect(
      openIncidents(decide(createDecider(), [since, sign(5, 'a'), sign(6, 'b')])),
    ).toHaveLength(2);
  });

  it('takes harmless noise of the machine in within the hour, and never lets it lead', () => {
    const statusOf = (minutes: readonly number[]) =>
      decide(createDecider(), [
        sign(0, 'a'),
        ...minutes.map((minute) => noise(minute, 'a')),
      ]).alerts.map(({ state }) => state.status);
    expect(statusOf([30])).toEqual(['in_incident', 'in_incident']);
    expect(statusOf([90])).toEqual(['in_incident', 'closed']);
    expect(statusOf([30, 85])[1]).toBe('in_incident');
    expect(statusOf([30, 95]).slice(1)).not.toContain('open');
  });

  it('knows two sensors that see one thing by their step', () => {
    const beats = Array.from({ length: 20 }, (_, n) => n).flatMap((n) => [
      sign(n, 'sensor-1', { rule: 'tunnel' }),
      sign(n, 'sensor-2', { rule: 'tunnel' }),
    ]);
    const open = openIncidents(decide(createDecider(), beats));
    expect(open).toHaveLength(1);
    expect(open[0]?.alertIds).toHaveLength(2);
  });
});
