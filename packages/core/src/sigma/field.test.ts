import { describe, expect, it } from 'vitest';
import type { Event } from '../event/event.ts';
import { toEpochMs } from '../shared/time.ts';
import { findUnknownField, resolveField } from './field.ts';

const eventOf = (product: string, fields: Record<string, unknown>): Event => ({
  id: 'evt_1',
  time: toEpochMs(0),
  class_uid: 2004,
  activity_id: 1,
  severity_id: 1,
  observables: [],
  provenance: {
    offset: 1,
    sourceId: 's',
    parserId: 'p',
    logsource: { product, categories: [] },
    fields,
  },
});

describe('what Wazuh said of an event', () => {
  const id = resolveField('wazuh.rule.id');

  it.each([
    ['an alert of its own', eventOf('wazuh', { rule: { id: '5710' } }), '5710'],
    ['a Windows event', eventOf('windows', { wazuh: { rule: { id: '60106' } } }), '60106'],
    ['an event of another that has a rule', eventOf('aws', { rule: { id: '1' } }), undefined],
  ])('has one name: %s', (_, event, expected) => {
    expect(id(event)).toBe(expected);
  });

  it('is a field of every log source', () => {
    expect(findUnknownField('wazuh.rule.level', { product: 'windows' })).toBeUndefined();
    expect(findUnknownField('wazuhh', { product: 'windows' })).toBeDefined();
  });
});
