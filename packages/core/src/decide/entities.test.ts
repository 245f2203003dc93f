import { describe, expect, it } from 'vitest';
import type { Asset } from '../enrich/asset.ts';
import { NOTHING_KNOWN } from '../enrich/known.ts';
import type { Event } from '../event/event.ts';
import { createDecider } from './create-decider.ts';
import type { Decider } from './decider.ts';
import {
  at,
  decide,
  host,
  ip,
  logon,
  makeEvent,
  makeSignal,
  openIncidents,
  user,
} from './fixtures/signals.ts';

const SID = 'S-1-5-21-1004336348-1177238915-682003330-1105';
const grant = (minute: number, hostname: string, hours: number): Event =>
  ({
    ...makeEvent(minute, {
      class_uid: 4004,
      activity_id: 5,
      src_endpoint: { ip: '10.0.0.5', hostname },
    }),
    lease_dur: hours * 3_600,
  }) as Event;
const sign = (rule: string, minute: number, entity: ReturnType<typeof host>) =>
  makeSignal({ rule, severity: 4, minute, entities: [entity] });
const incidentsOf = (decider: Decider, inputs: Parameters<typeof decide>[1]) =>
  openIncidents(decide(decider, inputs)).map(({ alertIds }) => alertIds.length);

describe('signals that name one thing differently', () => {
  it('are one incident while the lease of the address lasts, and not after it', () => {
    const during = [
      grant(0, 'laptop-7', 4),
      sign('a', 60, host('LAPTOP-7.corp.example')),
      sign('b', 70, host('10.0.0.5')),
    ];
    expect(incidentsOf(createDecider(), during)).toEqual([2]);
    const after = [
      grant(0, 'laptop-7', 1),
      sign('a', 50, host('laptop-7')),
      sign('b', 70, host('10.0.0.5')),
    ];
    expect(incidentsOf(createDecider(), after)).toEqual([1, 1]);
  });

  it('go with the machine that had the address then, however it changes hands', () => {
    const decider = createDecider();
    decide(decider, [grant(0, 'laptop-7', 2), grant(120, 'laptop-8', 2)]);
    expect(
      incidentsOf(decider, [
        sign('a', 60, host('laptop-7')),
        sign('b', 65, ip('10.0.0.5', 'target')),
        sign('c', 150, host('laptop-8')),
        sign('d', 155, ip('10.0.0.5', 'target')),
      ]),
    ).toEqual([2, 2]);
  });

  it('fold into one alert where an account is called by its name and by its identifier', () => {
    const told = makeEvent(0, {
      class_uid: 3002,
      device: { hostname: 'dc-1' },
      user: { name: 'CORP\\asmith', uid: SID, email_addr: 'alice@corp.example' },
    });
    const named = [SID, 'asmith', 'alice@corp.example'].map((id, n) =>
      makeSignal({ rule: 'r', minute: 5 + n, entities: [user(id)] }),
    );
    const { alerts } = decide(createDecider(), [told, ...named]);
    expect(alerts.map(({ signalCount }) => signalCount)).toEqual([3]);
  });
});

describe('what can be reached from an incident', () => {
  const dc: Asset = { name: 'dc-1', criticality: 5, aliases: [], ips: [], macs: [], tags: [] };
  const known = { ...NOTHING_KNOWN, asset: (name: string) => (name === 'dc-1' ? dc : undefined) };
  const goes = [
    logon(0, { onto: 'ws-1', from: '10.0.0.9', user: 'admin-a' }),
    logon(1, { onto: 'dc-1', from: '10.0.0.9', user: 'admin-a' }),
  ];
  const priorityOf = (inputs: Parameters<typeof decide>[1]) =>
    decide(createDecider({ known }), inputs).incidents[0]?.priority;

  it('raises its priority, and says so', () => {
    const [alone, reaching] = [[], goes].map((before) =>
      priorityOf([...before, sign('a', 10, host('ws-1'))]),
    );
    expect(reaching?.impact).toBeGreaterThan(alone?.impact ?? 1);
    expect(reaching?.why).toContain(
      'further machines can be reached from there: asset dc-1 is criticality 5 (inventory)',
    );
    expect(alone?.why).not.toContain('reached from there');
  });

  it('says nothing while an address outside only tries', () => {
    const knocks = makeSignal({
      rule: 'k',
      severity: 5,
      minute: 10,
      behaviour: 'bruteforce',
      entities: [ip('203.0.113.9'), host('ws-1')],
    });
    expect(
      priorityOf([...goes, knocks])
        ?.factors.map(({ text }) => text)
        .join(),
    ).not.toContain('From there');
  });
});

it('tells what is known of a thing at a time, after a restart too', () => {
  const decider = createDecider();
  decide(decider, [
    grant(0, 'laptop-7', 4),
    logon(5, { onto: 'srv-1', from: '10.0.0.5', user: 'alice' }),
  ]);
  const again = createDecider();
  const snapshot = JSON.parse(JSON.stringify(decider.snapshot()));
  again.restore({ snapshot, alerts: [], incidents: [], lastIncidentNumber: 0 });
  const view = again.describeEntity({ kind: 'ip', id: '10.0.0.5', at: at(60) });
  expect(view).toMatchObject({
    ref: { kind: 'host', id: 'laptop-7' },
    by: 'dhcp',
    confidence: 0.95,
    firstAt: at(5),
    names: [{ name: '10.0.0.5', holder: 'laptop-7', from: at(0), until: at(240) }],
    links: [{ from: 'host:laptop-7', relation: 'came_onto', to: 'host:srv-1' }],
    reach: { accounts: [], machines: ['srv-1'] },
  });
  expect(again.describeEntity({ kind: 'ip', id: '10.0.0.5', at: at(300) })).toMatchObject({
    ref: { kind: 'ip', id: '10.0.0.5' },
    links: [],
  });
});
