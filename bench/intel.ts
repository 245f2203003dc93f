/*
 * A million indicators: what the index weighs, and what asking it costs an event, beside a Map of the
 * same values asked in the same run.
 */
import {
  createIntelMatcher,
  type Event,
  type Indicator,
  IndicatorIndex,
  type IndicatorType,
  toEpochMs,
  WarninglistBook,
} from '@cordon/core';
import { check, Ledger, load, measure, type Report } from './report.ts';

export interface IntelOptions {
  readonly indicators: number;
  readonly events: number;
  readonly passes: number;
}

const MEGABYTE = 1_048_576;
const START = toEpochMs(Date.UTC(2026, 0, 1));

/** The same numbers on every machine. */
function createDice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    const mixed = Math.imul(state ^ (state >>> 15), state | 1);
    return ((mixed ^ (mixed >>> 14)) + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) >>> 0;
  };
}

const hexOf = (dice: () => number, words: number): string =>
  Array.from({ length: words }, () => dice().toString(16).padStart(8, '0')).join('');

const MAKE: readonly (readonly [IndicatorType, (dice: () => number) => string])[] = [
  ['hash', (dice) => hexOf(dice, 8)],
  ['hash', (dice) => hexOf(dice, 4)],
  ['ip', () => ''],
  ['ip', () => ''],
  ['domain', (dice) => `${dice().toString(36)}-${(dice() % 4096).toString(36)}.example`],
  ['domain', (dice) => `${dice().toString(36)}.${(dice() % 97).toString(36)}.example`],
  ['url', (dice) => `${dice().toString(36)}.example/${dice().toString(36)}/a.bin`],
];

/** Spread over the whole space, none twice, none in 10.0.0.0/8. */
function toAddressText(at: number): string {
  const mixed = Math.imul(at + 1, 0x9e3779b1) >>> 0;
  const first = 11 + ((mixed >>> 24) % 200);
  return `${first}.${(mixed >>> 16) & 255}.${(mixed >>> 8) & 255}.${mixed & 255}`;
}

function* makeIndicators(count: number): Generator<Indicator> {
  const dice = createDice(7);
  for (let at = 0; at < count; at += 1) {
    const [type, make] = MAKE[at % MAKE.length] ?? ['ip', () => ''];
    yield {
      type,
      value: type === 'ip' ? toAddressText(at) : make(dice),
      label: `family ${at % 400}`,
      confidence: 50 + (at % 5) * 10,
      role: 'bad',
      validFrom: toEpochMs(START + (at % 1_000) * 60_000),
    };
  }
}

/** Events of ordinary traffic: none of their values is listed, but for one in a thousand. */
function makeEvents(count: number, listed: readonly Indicator[]): readonly Event[] {
  const dice = createDice(11);
  return Array.from({ length: count }, (_, at) => {
    const hit = at % 1_000 === 0 ? listed[dice() % listed.length] : undefined;
    const ip =
      hit?.type === 'ip' ? hit.value : `10.${dice() % 256}.${dice() % 256}.${dice() % 256}`;
    const name = hit?.type === 'domain' ? hit.value : `www.${dice().toString(36)}.test`;
    return {
      id: `evt_${at}` as const,
      time: toEpochMs(START + at * 1_000),
      class_uid: 4001,
      activity_id: 1,
      severity_id: 1,
      device: { hostname: `host-${at % 500}.corp.test` },
      dst_endpoint: { ip, port: 443, hostname: name },
      observables: [
        { name: 'device.hostname', type: 'hostname', value: `host-${at % 500}.corp.test` },
        { name: 'src_endpoint.ip', type: 'ip', value: `10.0.${at % 256}.${dice() % 256}` },
        { name: 'dst_endpoint.ip', type: 'ip', value: ip },
        { name: 'dst_endpoint.hostname', type: 'hostname', value: name },
        { name: 'file.hashes', type: 'hash', value: hexOf(dice, 8) },
      ],
      provenance: {
        offset: at,
        sourceId: 's',
        parserId: 'p',
        logsource: { categories: [] },
        fields: {},
      },
    } satisfies Event;
  });
}

/** What a plain map does for the same question: each value, and each parent of a name. */
function askMap(map: ReadonlyMap<string, Indicator>, event: Event): number {
  let found = 0;
  for (const { type, value } of event.observables) {
    if (map.has(value)) found += 1;
    if (type !== 'hostname') continue;
    for (let at = value.indexOf('.'); at >= 0; at = value.indexOf('.', at + 1)) {
      const parent = value.slice(at + 1);
      if (parent.includes('.') && map.has(parent)) found += 1;
    }
  }
  return found;
}

const collect = (): NodeJS.MemoryUsage => {
  (globalThis as { gc?: () => void }).gc?.();
  return process.memoryUsage();
};
const heldBytes = ({ heapUsed, arrayBuffers }: NodeJS.MemoryUsage): number =>
  heapUsed + arrayBuffers;

/** Builds both, asks both, compares the answers before the speed. */
export async function runIntel({ indicators, events, passes }: IntelOptions): Promise<Report> {
  const loadBefore = load();
  const ledger = new Ledger();
  const before = heldBytes(collect());
  const index = new IndicatorIndex({ expected: indicators, seed: 3 });
  const built = await measure(indicators, () => {
    for (const indicator of makeIndicators(indicators)) index.add('feed', indicator);
    index.seal();
  });
  ledger.add('build: index', built);
  const indexBytes = heldBytes(collect()) - before;
  const map = new Map<string, Indicator>();
  ledger.add(
    'build: Map',
    await measure(indicators, () => {
      for (const indicator of makeIndicators(indicators)) map.set(indicator.value, indicator);
    }),
  );
  const mapBytes = heldBytes(collect()) - before - indexBytes;
  const listed = [...map.values()].slice(0, 5_000);
  const given = makeEvents(events, listed);
  const finds: number[] = [];
  for (let pass = 0; pass < passes; pass += 1) {
    const matcher = createIntelMatcher({ index, warninglists: new WarninglistBook([]) });
    ledger.add(
      'match: index, whole matcher',
      await measure(events, () => {
        for (const event of given) matcher.match(event);
      }),
    );
    let found = 0;
    ledger.add(
      'match: Map, finding only',
      await measure(events, () => {
        for (const event of given) found += askMap(map, event);
      }),
    );
    finds.push(found, matcher.counts().found);
  }
  const missing = [...makeIndicators(Math.min(indicators, 50_000))].filter(
    ({ type, value }) => index.find(type, value).length === 0,
  );
  return {
    bench: 'intel',
    node: process.versions.node,
    loadBefore,
    loadAfter: load(),
    checks: [
      check('the index finds every value it was given', missing.length === 0),
      check(`index and Map find the same, ${finds[0]} values a pass`, new Set(finds).size === 1),
    ],
    rows: ledger.rows(),
    facts: {
      'indicators held': index.size,
      'index, MB of its arrays': (index.bytes / MEGABYTE).toFixed(1),
      'index, MB of the process': (indexBytes / MEGABYTE).toFixed(1),
      'Map, MB of the process': (mapBytes / MEGABYTE).toFixed(1),
      'ratio of memory to the Map': (indexBytes / mapBytes).toFixed(2),
    },
  };
}
