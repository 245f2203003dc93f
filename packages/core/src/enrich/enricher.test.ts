import { describe, expect, it } from 'vitest';
import type { Event } from '../event/event.ts';
import { DAY_MS, HOUR_MS, toEpochMs } from '../shared/time.ts';
import type { Asset, Identity } from './asset.ts';
import { createEnricher } from './enricher.ts';
import { Inventory } from './inventory.ts';

const START = Date.UTC(2026, 0, 5);

const eventAt = (offset: number, at: number, members: Partial<Event>): Event => ({
  id: `evt_${offset}`,
  time: toEpochMs(at),
  class_uid: 4001,
  activity_id: 1,
  severity_id: 1,
  observables: [],
  provenance: {
    offset,
    sourceId: 's',
    parserId: 'p',
    logsource: { categories: [] },
    fields: {},
  },
  ...members,
});

const database: Asset = {
  name: 'db-01.corp.example',
  aliases: ['orders'],
  ips: ['10.0.0.5'],
  macs: ['00:00:5e:00:53:01'],
  owner: 'dana',
  criticality: 5,
  role: 'database',
  tags: [],
};
const laptop: Asset = { name: 'laptop', aliases: [], ips: [], macs: [], criticality: 2, tags: [] };
const dana: Identity = {
  name: 'dana',
  aliases: ['dana.admin'],
  sid: 'S-1-5-21-1-2-3-1104',
  department: 'Orders',
  privilege: 'domain',
};
const inventory = new Inventory([{ assets: [database, laptop], identities: [dana] }]);

const lease = (offset: number, at: number, hostname: string): Event =>
  eventAt(offset, at, {
    class_uid: 4004,
    activity_id: 5,
    src_endpoint: { ip: '10.0.9.9', hostname, mac: '00-00-5E-00-53-77' },
  });

describe('createEnricher', () => {
  it('writes owner, department and facts of the inventory into the event', () => {
    const enricher = createEnricher({ inventory });
    const event = enricher.enrich(
      eventAt(1, START, { device: { hostname: 'DB-01' }, user: { name: 'CORP\\Dana.Admin' } }),
    );
    expect(event.device?.owner).toEqual({ name: 'dana' });
    expect(event.user?.org).toEqual({ ou_name: 'Orders' });
    expect(event.enrichments).toEqual([
      {
        name: 'device.hostname',
        value: 'DB-01',
        type: 'asset',
        provider: 'inventory',
        data: { name: 'db-01.corp.example', criticality: 5, role: 'database' },
      },
      {
        name: 'user.name',
        value: 'CORP\\Dana.Admin',
        type: 'identity',
        provider: 'inventory',
        data: { privilege: 'domain' },
      },
    ]);
  });

  it.each([
    ['host name', 'ORDERS.corp.example'],
    ['address', '::ffff:10.0.0.5'],
  ])('knows a machine by its %s', (_what, name) => {
    expect(createEnricher({ inventory }).asset(name)?.name).toBe('db-01.corp.example');
  });

  it('leaves an event alone that it knows nothing of', () => {
    const event = eventAt(1, START, { device: { hostname: 'other' } });
    expect(createEnricher({ inventory }).enrich(event)).toBe(event);
  });

  it('does not overwrite what the record says', () => {
    const event = eventAt(1, START, { device: { hostname: 'db-01', owner: { name: 'erin' } } });
    expect(createEnricher({ inventory }).enrich(event).device?.owner).toEqual({ name: 'erin' });
  });

  it('places addresses of the internet and never asks about those inside', () => {
    const asked: string[] = [];
    const geo = {
      find: (ip: string) => {
        asked.push(ip);
        return { location: { country: 'NL' }, autonomous_system: { number: 64_500, name: 'Net' } };
      },
    };
    const enricher = createEnricher({ geo });
    const visit = eventAt(1, START, {
      src_endpoint: { ip: '203.0.113.9' },
      dst_endpoint: { ip: '10.0.0.5' },
    });
    const event = enricher.enrich(visit);
    enricher.enrich({ ...visit, id: 'evt_2' });
    expect(event.src_endpoint).toEqual({
      ip: '203.0.113.9',
      location: { country: 'NL' },
      autonomous_system: { number: 64_500, name: 'Net' },
    });
    expect(event.dst_endpoint).toEqual({ ip: '10.0.0.5' });
    expect(asked).toEqual(['203.0.113.9']);
  });

  it('tells whose an address was at that time', () => {
    const enricher = createEnricher({ inventory });
    enricher.enrich(lease(1, START, 'laptop'));
    enricher.enrich(lease(2, START + 3 * HOUR_MS, 'printer'));
    const ask = (at: number) =>
      enricher.enrich(eventAt(9, at, { src_endpoint: { ip: '10.0.9.9' } })).enrichments;
    expect(ask(START + HOUR_MS)).toMatchObject([
      { type: 'asset', data: { name: 'laptop', criticality: 2 } },
      { type: 'dhcp_lease', data: { hostname: 'laptop' } },
    ]);
    expect(ask(START + 4 * HOUR_MS)).toMatchObject([{ data: { hostname: 'printer' } }]);
    expect(ask(START + 40 * HOUR_MS)).toBeUndefined();
    expect(ask(START - HOUR_MS)).toBeUndefined();
  });

  it('marks the first sight of a domain, after a day of learning, and once', () => {
    const enricher = createEnricher({ homeDomains: ['corp.example'] });
    const query = (offset: number, at: number, hostname: string) =>
      enricher.enrich(eventAt(offset, at, { class_uid: 4003, query: { hostname } })).enrichments;
    expect(query(1, START, 'a.known.co.uk')).toBeUndefined();
    expect(query(2, START + 2 * DAY_MS, 'b.known.co.uk')).toBeUndefined();
    expect(query(3, START + 2 * DAY_MS, 'x.fresh.co.uk')).toMatchObject([
      { type: 'first_seen', name: 'query.hostname', value: 'fresh.co.uk' },
    ]);
    expect(query(4, START + 2 * DAY_MS, 'y.fresh.co.uk')).toBeUndefined();
    expect(query(5, START + 2 * DAY_MS, 'new.corp.example')).toBeUndefined();
    expect(enricher.seen('domain', 'fresh.co.uk')?.count).toBeCloseTo(2, 5);
  });

  it('reads an event again as it read it first, without learning twice', () => {
    const enricher = createEnricher();
    enricher.enrich(eventAt(0, START, { device: { hostname: 'old' } }));
    const fresh = eventAt(1, START + 2 * DAY_MS, { device: { hostname: 'new' } });
    const first = enricher.enrich(fresh);
    const before = JSON.stringify(enricher.snapshot());
    expect(first.enrichments).toHaveLength(1);
    expect(enricher.annotate(fresh)).toEqual(first);
    expect(JSON.stringify(enricher.snapshot())).toBe(before);
  });

  it('goes on from its snapshot as if nothing had been between', () => {
    const one = createEnricher({ inventory });
    one.enrich(lease(1, START, 'laptop'));
    one.enrich(eventAt(2, START + 2 * DAY_MS, { device: { hostname: 'db-01' } }));
    const other = createEnricher({ inventory });
    other.restore(JSON.parse(JSON.stringify(one.snapshot())));
    const next = eventAt(3, START + HOUR_MS, {
      src_endpoint: { ip: '10.0.9.9' },
      device: { hostname: 'db-01' },
    });
    expect(other.enrich(next)).toEqual(one.enrich(next));
    expect(other.snapshot()).toEqual(one.snapshot());
    expect(other.stats()).toEqual(one.stats());
  });
});
