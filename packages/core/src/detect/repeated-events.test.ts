import { describe, expect, it } from 'vitest';
import type { Event } from '../event/event.ts';
import { toEpochMs } from '../shared/time.ts';
import { parseSigma } from '../sigma/parse-sigma.ts';
import { createDetectionEngine } from './create-engine.ts';

const RULES = `
title: Door
id: door
logsource: {product: gate}
detection: {open: {message: open}, condition: open}
level: low
---
title: Doors
id: doors
correlation: {type: event_count, rules: [door], group-by: [src_endpoint.ip], timespan: 10m, condition: {gte: 5}}
level: high
`;

const event = (at: number, count?: number): Event => ({
  id: `evt_${at}`,
  time: toEpochMs(1_772_612_121_000 + at),
  class_uid: 1008,
  activity_id: 1,
  severity_id: 1,
  message: 'open',
  src_endpoint: { ip: '192.0.2.1' },
  observables: [],
  provenance: {
    offset: at,
    sourceId: 'test',
    parserId: 'test',
    logsource: { product: 'gate', categories: [] },
    fields: {},
  },
  ...(count === undefined ? {} : { count }),
});

function run(events: readonly Event[]) {
  const engine = createDetectionEngine({ rules: parseSigma(RULES, 'rule.yml').values });
  return events.flatMap((each) => engine.evaluate(each));
}

describe('an event that stands for several', () => {
  it('counts as many times', () => {
    const [signal] = run([event(0), event(1, 4)]);
    expect(signal).toMatchObject({ count: 5, rule: { id: 'doors' } });
    expect(signal?.text).toContain('5 events within 10 min');
  });

  it('does not fill a window before its time', () => {
    expect(run([event(0), event(1, 3)])).toEqual([]);
  });

  it('keeps its weight over a restart', () => {
    const rules = parseSigma(RULES, 'rule.yml').values;
    const before = createDetectionEngine({ rules });
    before.evaluate(event(0, 4));
    const after = createDetectionEngine({ rules });
    after.restore(before.snapshot());
    expect(after.evaluate(event(1))).toHaveLength(1);
  });

  it('is of every product that it may come from', () => {
    const base = event(0, 9);
    const logsource = { product: 'fence', products: ['fence', 'gate'], categories: [] };
    const either = { ...base, provenance: { ...base.provenance, logsource } };
    expect(run([either])).toHaveLength(1);
  });
});
