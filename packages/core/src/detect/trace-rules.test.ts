import { describe, expect, it } from 'vitest';
import type { Event } from '../event/event.ts';
import { idOf } from '../shared/id.ts';
import { toEpochMs } from '../shared/time.ts';
import { parseSigma } from '../sigma/parse-sigma.ts';
import { traceRules } from './trace-rules.ts';

const { values: rules } = parseSigma(
  `title: Door opened
id: door-opened
logsource: {product: door}
detection:
  opened:
    activity_id: 1
  inside:
    user.name: mia
  condition: opened and not inside
---
title: Opened often
id: opened-often
correlation:
  type: event_count
  rules: [door-opened]
  group-by: [user.name]
  timespan: 5m
  condition: {gte: 3}
---
title: Elsewhere
id: elsewhere
logsource: {product: windows}
detection:
  one:
    activity_id: 1
  condition: one
`,
  'rule.yml',
);

const event = (user: string): Event => ({
  id: idOf('evt', [user]),
  time: toEpochMs(0),
  class_uid: 6003,
  activity_id: 1,
  severity_id: 1,
  user: { name: user },
  observables: [],
  provenance: {
    offset: 0,
    sourceId: 's',
    parserId: 'p',
    logsource: { product: 'door', categories: [] },
    fields: {},
  },
});

describe('the trace of the rules', () => {
  it('tells which parts hold, what was read, and what counts the match', () => {
    const { looked, passedOver } = traceRules({ rules, event: event('ben') });
    expect(passedOver).toBe(1);
    expect(looked).toEqual([
      {
        ruleId: 'door-opened',
        title: 'Door opened',
        matches: true,
        conditions: ['opened and not inside'],
        parts: [
          { name: 'opened', holds: true },
          { name: 'inside', holds: false },
        ],
        fields: [
          { name: 'activity_id', value: '1' },
          { name: 'user.name', value: 'ben' },
        ],
        countedBy: [
          {
            ruleId: 'opened-often',
            title: 'Opened often',
            type: 'event_count',
            bounds: [{ op: 'gte', value: 3 }],
            timespanMs: 300_000,
            group: [{ field: 'user.name', value: 'ben' }],
          },
        ],
      },
    ]);
  });

  it('says which part kept a rule from matching', () => {
    const [rule] = traceRules({ rules, event: event('mia') }).looked;
    expect(rule?.matches).toBe(false);
    expect(rule?.parts).toContainEqual({ name: 'inside', holds: true });
  });
});
