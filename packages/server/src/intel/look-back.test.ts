import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import {
  createAnalyst,
  createDecider,
  createDetectionEngine,
  createIntelMatcher,
  createNormaliser,
  DAY_MS,
  type Event,
  IndicatorSet,
  idOf,
  ok,
  type Problem,
  readTable,
  toEpochMs,
  WarninglistBook,
} from '@cordon/core';
import { FeedConfig, type FeedReading, type ReadFeed } from '@cordon/kit';
import { Value } from 'typebox/value';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Pipeline } from '../pipeline/pipeline.ts';
import { openStores } from '../store/open-stores.ts';
import { createLocalThinker, createMind } from '../thinking/local-thinker.ts';
import { createIntel } from './create-intel.ts';
import { LookBack } from './look-back.ts';
import { listJobs, saveJob } from './look-back-job.ts';

let root = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'cordon-look-back-'));
});
afterAll(() => rm(root, { recursive: true }));

const NOW = Date.UTC(2026, 1, 1, 12);
const HASH = 'a'.repeat(64);
const LINES = [
  { type: 'ip', value: '203.0.113.7' },
  { type: 'domain', value: 'evil.example' },
  { type: 'hash', value: HASH },
  { type: 'url', value: 'bad.example/x' },
].map(({ type, value }) => JSON.stringify([type, value, 0, 'Wolf', 90, 'bad', '', 0, 0, '', []]));

const toEvent = (offset: number, daysAgo: number, members: Partial<Event>): Event => ({
  id: idOf('evt', [offset]),
  time: toEpochMs(NOW - daysAgo * DAY_MS),
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

const visit = (offset: number, daysAgo: number, [host, ip]: readonly [string, string]): Event =>
  toEvent(offset, daysAgo, {
    device: { hostname: host },
    dst_endpoint: { ip },
    observables: [{ name: 'dst_endpoint.ip', type: 'ip', value: ip }],
  });

const EVENTS: readonly Event[] = [
  visit(0, 40, ['web-01', '203.0.113.7']),
  visit(1, 21, ['web-01', '203.0.113.7']),
  visit(2, 21, ['web-01', '203.0.113.7']),
  visit(3, 21, ['db-01', '203.0.113.7']),
  visit(4, 3, ['web-01', '198.51.100.1']),
  toEvent(5, 3, {
    class_uid: 4003,
    device: { hostname: 'dns-01' },
    query: { hostname: 'a.b.Evil.example' },
    observables: [{ name: 'query.hostname', type: 'hostname', value: 'a.b.Evil.example' }],
  }),
  toEvent(6, 2, {
    device: { hostname: 'ws-01' },
    observables: [{ name: 'file.hashes', type: 'hash', value: HASH.toUpperCase() }],
  }),
  toEvent(7, 1, {
    device: { hostname: 'ws-02' },
    observables: [{ name: 'url.url_string', type: 'url', value: 'http://bad.example/x?q=1' }],
  }),
];

/** The real stores with events in Parquet files, and the loop that decides. */
async function openHouse() {
  const dataDir = await mkdtemp(join(root, 'data-'));
  const stores = await openStores(dataDir);
  stores.events.add(EVENTS.slice(0, 4));
  await stores.events.flush();
  stores.events.add(EVENTS.slice(4));
  await stores.events.flush();
  const decider = createDecider();
  const ending = new AbortController();
  const problems: Problem[] = [];
  const makeAnalyst = () =>
    createAnalyst({
      normaliser: createNormaliser({ parsers: [] }),
      engine: createDetectionEngine({ rules: [] }),
      decider,
    });
  const pipeline = new Pipeline({
    ...stores,
    thinker: createLocalThinker(createMind({ decider, makeAnalyst })),
    selectRuns: () => [],
    onRuns: () => undefined,
    now: () => toEpochMs(NOW),
    onProblem: (problem) => problems.push(problem),
  });
  const running = pipeline.run(ending.signal);
  while (pipeline.view().isReplaying) await setImmediate();
  const dir = join(dataDir, 'intel', 'look-back');
  const hands = {
    ...stores,
    days: 30,
    isReady: () => true,
    consider: (signals: Parameters<Pipeline['consider']>[0]) => pipeline.consider(signals),
  };
  const open = (more: Partial<ConstructorParameters<typeof LookBack>[0]> = {}) =>
    new LookBack({
      ...hands,
      dir,
      warninglists: () => new WarninglistBook([]),
      now: () => NOW,
      onProblem: (problem) => problems.push(problem),
      ...more,
    });
  const alerts = async () =>
    (await stores.state.listAlerts({ limit: 100 })).items
      .map(({ text, entities, signalCount }) => ({
        text,
        host: entities.find(({ kind }) => kind === 'host')?.id,
        signalCount,
      }))
      .sort((a, b) => (a.text + a.host < b.text + b.host ? -1 : 1));
  return {
    dataDir,
    dir,
    hands,
    open,
    alerts,
    problems,
    async [Symbol.asyncDispose]() {
      ending.abort();
      await running;
      await stores.close();
    },
  };
}

const { signal } = new AbortController();

describe('looking back', () => {
  it('finds in stored events what became known later, and says how much later', async () => {
    await using house = await openHouse();
    const back = house.open();
    await back.add('feed', LINES);
    await back.work(signal);
    expect(house.problems).toEqual([]);
    expect(await house.alerts()).toEqual([
      {
        text: `The address 203.0.113.7 (dst_endpoint.ip) is listed as "Wolf" by feed, confidence 90 of 100. It was seen 21 days before the indicator was known.`,
        host: 'db-01',
        signalCount: 1,
      },
      {
        text: `The address 203.0.113.7 (dst_endpoint.ip) is listed as "Wolf" by feed, confidence 90 of 100. It was seen 21 days before the indicator was known.`,
        host: 'web-01',
        signalCount: 1,
      },
      expect.objectContaining({ host: 'dns-01', text: expect.stringContaining('seen 3 days') }),
      expect.objectContaining({ host: 'ws-01', text: expect.stringContaining('seen 2 days') }),
      expect.objectContaining({
        host: 'ws-02',
        text: expect.stringContaining('seen 1 day before'),
      }),
    ]);
    expect(back.counts()).toMatchObject({ waiting: 0, found: 5, passedOver: 0 });
    expect(await readdir(house.dir)).toEqual([]);
  });

  it('finds nothing twice, however often it looks', async () => {
    await using house = await openHouse();
    const back = house.open();
    await back.add('feed', LINES);
    await back.work(signal);
    const before = await house.alerts();
    const again = house.open();
    await again.add('feed', LINES);
    await again.work(signal);
    expect(again.counts()).toMatchObject({ found: 0, waiting: 0 });
    expect(await house.alerts()).toEqual(before);
  });

  it('goes on after the day it had done when it is killed in between', async () => {
    await using house = await openHouse();
    const dying = house.open({
      consider: async (signals) => {
        await house.hands.consider(signals);
        throw new Error('killed');
      },
    });
    await dying.add('feed', LINES);
    await dying.work(signal);
    expect(house.problems.map(({ code }) => code)).toEqual(['store_failed']);
    const [job] = await listJobs(house.dir);
    expect(job && (NOW - job.nextAt) / DAY_MS).toBeCloseTo(21.5, 5);
    const back = house.open();
    await back.work(signal);
    expect(back.counts()).toMatchObject({ waiting: 0, found: 3 });
    expect(await house.alerts()).toHaveLength(5);
    expect(await listJobs(house.dir)).toEqual([]);
  });

  it('waits until signals can be taken, and does nothing with nothing', async () => {
    await using house = await openHouse();
    const early = house.open({ isReady: () => false });
    await early.add('feed', LINES);
    await early.add('feed', []);
    await early.work(signal);
    expect(early.counts()).toMatchObject({ waiting: 1, looked: 0 });
    await saveJob(house.dir, { feed: 'x', knownAt: toEpochMs(NOW), fromAt: toEpochMs(NOW) }, []);
    const off = house.open({ days: 0 });
    await off.add('other', LINES);
    expect(await listJobs(house.dir)).toHaveLength(2);
  });
});

it('looks only for values that a feed did not name before', async () => {
  await using house = await openHouse();
  let text = '203.0.113.7';
  const readFeed: ReadFeed = async () => {
    const indicators = new IndicatorSet();
    const context = { where: 'x', confidence: text.length, label: 'Wolf' };
    readTable(text, { shape: {}, context, sink: indicators });
    const reading: FeedReading = {
      kind: 'read',
      indicators,
      warninglists: [],
      facts: {},
      memory: null,
    };
    return ok(reading);
  };
  const intel = await createIntel({
    feeds: [
      Value.Default(FeedConfig, {
        id: 'a',
        format: 'list',
        url: 'https://x.example/',
      }) as FeedConfig,
    ],
    dataDir: house.dataDir,
    readFeed,
    matcher: createIntelMatcher(),
    now: () => NOW,
    signal,
    onProblem: (problem) => house.problems.push(problem),
    lookBack: house.hands,
  });
  const values = async () => {
    const names = await readdir(house.dir);
    const texts = await Promise.all(names.map((name) => readFile(join(house.dir, name), 'utf8')));
    return texts.flatMap((one) => one.match(/\d+\.\d+\.\d+\.\d+/g) ?? []).sort();
  };
  await intel.refresh('a');
  await intel.refresh('a');
  expect(await values()).toEqual(['203.0.113.7']);
  text = '203.0.113.7\n203.0.113.8';
  await intel.refresh('a');
  expect(await values()).toEqual(['203.0.113.7', '203.0.113.8']);
  expect(intel.totals().lookBack).toMatchObject({ found: 0 });
});
