/*
 * What enrichment costs an event: with nothing known, and with an inventory, people and a GeoIP
 * database, over traffic whose values come back as they do in a house and from the internet.
 */
import {
  type Asset,
  type Criticality,
  createEnricher,
  type Enricher,
  type Event,
  type Identity,
  Inventory,
  toEpochMs,
} from '@cordon/core';
import { writeMmdb } from '../packages/server/src/enrich/fixtures/mmdb.ts';
import { readGeoip } from '../packages/server/src/enrich/geoip.ts';
import { check, Ledger, load, measure, type Report, type Sample } from './report.ts';

export interface EnrichOptions {
  readonly events: number;
  readonly passes: number;
}

const START = Date.UTC(2026, 0, 1);
const MACHINES = 5_000;
const PEOPLE = 5_000;
const BATCH = 1_000;
const TARGET_US = 3;

/** How often values come again: how many there are of each kind, and how far the frequent ones outweigh. */
const TRAFFIC = {
  'as in a house': { spread: 1, skew: 3 },
  'most of it new': { spread: 40, skew: 1 },
} as const;
type Traffic = (typeof TRAFFIC)[keyof typeof TRAFFIC];

/** The same numbers on every machine. */
function createDice(seed: number, { spread, skew }: Traffic): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) ** skew * below * spread);
  };
}

const host = (at: number): string => `host-${at}.corp.test`;
const inside = (at: number): string => `10.${(at >> 16) & 255}.${(at >> 8) & 255}.${at & 255}`;
const outside = (at: number): string =>
  `${11 + (at % 90)}.${(at >> 8) & 255}.${at & 255}.${(at >> 16) & 255}`;

type Make = (dice: (below: number) => number) => Partial<Event>;

/** Log-ins, connections, names, web requests and starts of programs. */
const KINDS: readonly Make[] = [
  (dice) => ({
    class_uid: 3002,
    device: { hostname: host(dice(MACHINES)) },
    user: { name: `CORP\\user${dice(PEOPLE)}` },
    src_endpoint: { ip: inside(dice(6_000)) },
  }),
  (dice) => ({
    class_uid: 4001,
    device: { hostname: 'fw-01' },
    src_endpoint: { ip: inside(dice(6_000)), port: 40_000 },
    dst_endpoint: { ip: outside(dice(20_000)), port: 443 },
  }),
  (dice) => ({
    class_uid: 4003,
    device: { hostname: 'dns-01' },
    src_endpoint: { ip: inside(dice(6_000)) },
    query: { hostname: `www${dice(20)}.site${dice(5_000)}.co.uk` },
  }),
  (dice) => ({
    class_uid: 4002,
    device: { hostname: 'web-01' },
    src_endpoint: { ip: outside(dice(20_000)) },
    url: { hostname: 'shop.example.com', path: '/' },
  }),
  (dice) => ({
    class_uid: 1007,
    device: { hostname: host(dice(MACHINES)) },
    actor: { user: { name: `user${dice(PEOPLE)}` } },
    process: {
      name: 'tool.exe',
      file: {
        hashes: [{ algorithm: 'SHA-256', value: dice(3_000).toString(16).padStart(64, 'a') }],
      },
    },
  }),
];

/** A batch as the pipeline has it: made just before, its texts flat and not yet asked for anywhere. */
function makeBatch(first: number, dice: (below: number) => number): readonly Event[] {
  const batch = Array.from({ length: BATCH }, (_, index) => ({
    id: `evt_${first + index}` as const,
    time: toEpochMs(START + (first + index) * 2_000),
    class_uid: 0,
    activity_id: 1,
    severity_id: 1 as const,
    observables: [],
    provenance: {
      offset: first + index,
      sourceId: 's',
      parserId: 'p',
      logsource: { categories: [] },
      fields: {},
    },
    ...KINDS[index % KINDS.length]?.(dice),
  }));
  return JSON.parse(JSON.stringify(batch)) as readonly Event[];
}

/** Enriches so many events, batch by batch; how many got something. */
async function pass(
  events: number,
  enricher: Enricher,
  traffic: Traffic,
): Promise<{ got: number; sample: Sample }> {
  const dice = createDice(7, traffic);
  let got = 0;
  const sum = { events: 0, wallMs: 0, cpuUs: 0 };
  for (let at = 0; at < events; at += BATCH) {
    const batch = makeBatch(at, dice);
    const { wallMs, cpuUs } = await measure(BATCH, () => {
      for (const event of batch) if (enricher.enrich(event) !== event) got += 1;
    });
    sum.events += BATCH;
    sum.wallMs += wallMs;
    sum.cpuUs += cpuUs;
  }
  return { got, sample: sum };
}

function makeInventory(): Inventory {
  const assets = Array.from(
    { length: MACHINES },
    (_, at): Asset => ({
      name: host(at),
      aliases: [],
      ips: [inside(at * 3)],
      macs: [],
      owner: `user${at}`,
      criticality: (1 + (at % 5)) as Criticality,
      tags: [],
    }),
  );
  const identities = Array.from(
    { length: PEOPLE },
    (_, at): Identity => ({
      name: `user${at}`,
      aliases: [],
      department: `department ${at % 40}`,
      ...(at % 100 === 0 ? { privilege: 'admin' as const } : {}),
    }),
  );
  return new Inventory([{ assets, identities }]);
}

function makeGeo() {
  const networks = Array.from({ length: 90 * 256 }, (_, at) => [
    `${11 + (at % 90)}.${Math.floor(at / 90)}.0.0/16`,
    {
      country: { iso_code: 'NL' },
      location: { latitude: 52.5, longitude: 5.5 },
      autonomous_system_number: 64_500 + (at % 500),
    },
  ]);
  const read = readGeoip(writeMmdb(Object.fromEntries(networks)), 'bench.mmdb');
  if (!read.ok) throw new Error(read.problem.detail);
  return read.value;
}

/** Enriches the same events with nothing and with everything. */
export async function runEnrich({ events, passes }: EnrichOptions): Promise<Report> {
  const loadBefore = load();
  const ledger = new Ledger();
  const inventory = makeInventory();
  const geo = makeGeo();
  let enriched = 0;
  const fresh: Record<string, number> = {};
  let whole = createEnricher();
  for (let turn = 0; turn < passes; turn += 1) {
    for (const [name, traffic] of Object.entries(TRAFFIC)) {
      const bare = await pass(events, createEnricher(), traffic);
      ledger.add(`nothing known, ${name}`, bare.sample);
      whole = createEnricher({ inventory, geo, homeDomains: ['corp.test'] });
      const { got, sample } = await pass(events, whole, traffic);
      ledger.add(`all known, ${name}`, sample);
      enriched = Math.max(enriched, got);
      fresh[`${name}: let go of`] = whole.stats().evicted.remembered;
    }
    ledger.add(
      'snapshot, an event of 50,000',
      await measure(50_000, () => JSON.stringify(whole.snapshot())),
    );
  }
  const rows = ledger.rows();
  const [, cost] = rows;
  return {
    bench: 'enrich',
    node: process.versions.node,
    loadBefore,
    loadAfter: load(),
    checks: [check('most events get something', enriched > events / 2)],
    rows,
    facts: {
      'events that got something': `${((enriched / events) * 100).toFixed(0)} %`,
      [`within ${TARGET_US} us an event`]: (cost?.cpuUsPerEvent ?? 0) <= TARGET_US ? 'yes' : 'no',
      ...fresh,
    },
  };
}
