import { type Event, toEpochMs } from '@cordon/core';
import { expect, it } from 'vitest';
import { presentKnown } from './known.ts';

const event = (at: number, more: Partial<Event>): Event => ({
  id: `evt_${at}` as Event['id'],
  time: toEpochMs(at),
  class_uid: 3002,
  activity_id: 1,
  severity_id: 1,
  observables: [],
  provenance: {
    offset: at,
    sourceId: 's',
    parserId: 'p',
    logsource: { categories: [] },
    fields: {},
  },
  ...more,
});
const asset = (data: object, value = 'web-01.corp.example') => ({
  name: 'device.hostname',
  value,
  type: 'asset' as const,
  provider: 'inventory',
  data: { name: 'web-01', ...data } as never,
});

it('tells each machine and account once, as it was known last, with its owner', () => {
  const events = [
    event(2, {
      device: { hostname: 'web-01', owner: { name: 'Platform team' } },
      user: { name: 'dana', org: { ou_name: 'Orders' } },
      enrichments: [
        asset({ criticality: 4, is_exposed: true }),
        {
          name: 'user.name',
          value: 'dana',
          type: 'identity',
          provider: 'inventory',
          data: { privilege: 'domain' },
        },
        {
          name: 'src_endpoint.ip',
          value: '10.0.0.9',
          type: 'dhcp_lease',
          provider: 'dhcp',
          data: {},
        },
      ],
    }),
    event(1, { enrichments: [asset({ criticality: 2 }, 'web-01')] }),
    event(3, {}),
  ];
  expect(presentKnown(events)).toEqual([
    {
      kind: 'asset',
      id: 'web-01.corp.example',
      name: 'web-01',
      source: 'inventory',
      owner: 'Platform team',
      criticality: 4,
      is_exposed: true,
    },
    {
      kind: 'identity',
      id: 'dana',
      source: 'inventory',
      department: 'Orders',
      privilege: 'domain',
    },
  ]);
});
