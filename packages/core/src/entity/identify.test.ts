import { describe, expect, it } from 'vitest';
import { at, makeEvent } from '../decide/fixtures/signals.ts';
import { NOTHING_KNOWN } from '../enrich/known.ts';
import type { Event } from '../event/event.ts';
import { readCausalFacts } from '../origin/read-event.ts';
import type { EntityKind } from './entity.ts';
import { identify } from './identify.ts';
import { NameBook } from './name-book.ts';
import { learnNames } from './read-names.ts';

const SID = 'S-1-5-21-1004336348-1177238915-682003330-1105';
const MAC = '02:00:5e:10:00:01';
const lease = (minute: number, what: { hostname?: string; mac: string; hours: number }): Event =>
  ({
    ...makeEvent(minute, {
      class_uid: 4004,
      activity_id: 5,
      src_endpoint: {
        ip: '10.0.0.5',
        mac: what.mac,
        ...(what.hostname === undefined ? {} : { hostname: what.hostname }),
      },
    }),
    lease_dur: what.hours * 3_600,
  }) as Event;

const EVENTS: readonly Event[] = [
  lease(120, { hostname: 'Laptop-7.corp.example', mac: MAC, hours: 4 }),
  lease(600, { mac: MAC, hours: 1 }),
  makeEvent(0, { device: { hostname: 'WEB-1.corp.example', ip: '10.0.0.80', uid: 'i-0abc' } }),
  makeEvent(1, {
    device: { hostname: 'dc-1' },
    user: { name: 'CORP\\asmith', uid: SID, email_addr: 'Alice.Smith@corp.example' },
  }),
];

function book(): NameBook {
  const names = new NameBook();
  for (const event of EVENTS) learnNames(names, event, readCausalFacts(event));
  return names;
}

const known = {
  ...NOTHING_KNOWN,
  asset: (name: string) =>
    name === 'payroll'
      ? { name: 'srv-22', aliases: ['payroll'], ips: [], macs: [], tags: [] }
      : undefined,
  identity: (name: string) =>
    name === 'bob@corp.example' ? { name: 'CORP\\bjones', aliases: [] } : undefined,
};

describe('what a name means', () => {
  it.each<{
    readonly name: string;
    readonly kind: EntityKind;
    readonly id: string;
    readonly minute?: number;
    readonly is: string;
    readonly by: string;
  }>([
    {
      name: 'an address in a lease',
      kind: 'ip',
      id: '10.0.0.5',
      minute: 180,
      is: 'host:laptop-7',
      by: 'dhcp',
    },
    {
      name: 'an address after the lease',
      kind: 'ip',
      id: '10.0.0.5',
      minute: 400,
      is: 'ip:10.0.0.5',
      by: 'form',
    },
    {
      name: 'a lease that tells the hardware alone',
      kind: 'ip',
      id: '10.0.0.5',
      minute: 630,
      is: 'host:laptop-7',
      by: 'dhcp',
    },
    {
      name: 'an address of which the machine tells',
      kind: 'host',
      id: '10.0.0.80',
      is: 'host:web-1',
      by: 'own_events',
    },
    {
      name: 'an instance of a cloud',
      kind: 'cloud_resource',
      id: 'I-0ABC',
      is: 'host:web-1',
      by: 'same_record',
    },
    {
      name: 'a name with its domain',
      kind: 'host',
      id: 'WEB-1.corp.example',
      is: 'host:web-1',
      by: 'form',
    },
    {
      name: 'another name in the inventory',
      kind: 'host',
      id: 'payroll',
      is: 'host:srv-22',
      by: 'inventory',
    },
    { name: 'a security identifier', kind: 'user', id: SID, is: 'user:asmith', by: 'same_record' },
    {
      name: 'a mail address',
      kind: 'user',
      id: 'alice.smith@CORP.example',
      is: 'user:asmith',
      by: 'same_record',
    },
    {
      name: 'an account of a domain',
      kind: 'user',
      id: 'CORP\\ASmith',
      is: 'user:asmith',
      by: 'form',
    },
    {
      name: 'a name that a directory knows',
      kind: 'user',
      id: 'bob@corp.example',
      is: 'user:bjones',
      by: 'inventory',
    },
    {
      name: 'what nothing is known of',
      kind: 'domain',
      id: 'x.example',
      is: 'domain:x.example',
      by: 'form',
    },
  ])('$name', ({ kind, id, minute = 5, is, by }) => {
    const asked = { kind, id, role: 'related' } as const;
    const { ref, by: told, confidence } = identify(asked, at(minute), { names: book(), known });
    expect([`${ref.kind}:${ref.id}`, told]).toEqual([is, by]);
    expect(confidence).toBeGreaterThanOrEqual(0.7);
  });

  it('is not told by what every house has', () => {
    const names = new NameBook();
    const system = makeEvent(0, { user: { name: 'SYSTEM', uid: 'S-1-5-18' } });
    learnNames(names, system, {});
    expect(names.size).toBe(0);
  });
});
