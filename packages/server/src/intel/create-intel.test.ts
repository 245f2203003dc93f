import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createIntelMatcher,
  type Event,
  type FeedContext,
  IndicatorSet,
  ok,
  readTable,
  readWarninglist,
  toEpochMs,
  type Warninglist,
} from '@cordon/core';
import { FeedConfig, type FeedReading, type ReadFeed } from '@cordon/kit';
import { Value } from 'typebox/value';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createIntel } from './create-intel.ts';

let root = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'cordon-intel-'));
});
afterAll(() => rm(root, { recursive: true }));

const context: FeedContext = { where: 'x', confidence: 90, label: 'Wolf' };
const listOf = (text: string, replaced?: readonly string[]): FeedReading => {
  const indicators = new IndicatorSet();
  readTable(text, { shape: {}, context, sink: indicators });
  return {
    kind: 'read',
    indicators,
    warninglists: [],
    ...(replaced ? { replaced } : {}),
    facts: { rows: 1 },
    memory: { text },
  };
};

const feed = (id: string) =>
  Value.Default(FeedConfig, {
    id,
    format: 'list',
    url: 'https://feeds.example/x?key=secret',
  }) as FeedConfig;

const visit = (ip: string): Event => ({
  id: 'evt_1',
  time: toEpochMs(Date.UTC(2026, 0, 2)),
  class_uid: 4001,
  activity_id: 1,
  severity_id: 1,
  device: { hostname: 'web-01' },
  dst_endpoint: { ip, port: 443 },
  observables: [{ name: 'dst_endpoint.ip', type: 'ip', value: ip }],
  provenance: {
    offset: 7,
    sourceId: 's',
    parserId: 'p',
    logsource: { categories: [] },
    fields: {},
  },
});

async function start(readFeed: ReadFeed, dataDir?: string) {
  const dir = dataDir ?? (await mkdtemp(join(root, 'data-')));
  const matcher = createIntelMatcher();
  const at = Date.UTC(2026, 0, 1);
  const intel = await createIntel({
    feeds: [feed('a')],
    dataDir: dir,
    readFeed,
    matcher,
    now: () => at,
    signal: new AbortController().signal,
    onProblem: () => undefined,
  });
  return { intel, matcher, dir };
}

const broken = {
  ok: false,
  problem: { code: 'feed_broken', detail: 'It is no list.', retryable: true },
} as const;

describe('threat intelligence', () => {
  it('matches what a feed gave, and still does after a restart', async () => {
    const { intel, matcher, dir } = await start(async () => ok(listOf('203.0.113.7')));
    await intel.refresh('a');
    expect(matcher.match(visit('203.0.113.7'))).toMatchObject([
      { severity_id: 4, intel: { feeds: ['a'], confidence: 90, label: 'Wolf' }, offsets: [7] },
    ]);
    expect(matcher.match(visit('203.0.113.7'))).toEqual([]);
    expect(matcher.counts()).toMatchObject({ found: 2, signals: 1, repeated: 1 });
    const again = await start(async () => broken, dir);
    expect(again.matcher.match(visit('203.0.113.7'))).toHaveLength(1);
  });

  it('keeps the old when a reading fails, says why, and asks again ever later', async () => {
    let next: Awaited<ReturnType<ReadFeed>> = ok(listOf('203.0.113.7'));
    const { intel, matcher } = await start(async () => next);
    await intel.refresh('a');
    next = broken;
    expect(await intel.refresh('a')).toMatchObject({ ok: false });
    const [first] = intel.feeds();
    expect(first).toMatchObject({ problem: { code: 'feed_broken' }, content: { kept: 1 } });
    expect(first?.where).toBe('https://feeds.example/x');
    expect(matcher.match(visit('203.0.113.7'))).toHaveLength(1);
    await intel.refresh('a');
    const [second] = intel.feeds();
    expect((second?.nextAt ?? 0) - (first?.nextAt ?? 0)).toBe(60_000);
  });

  it('changes nothing when the same is read again', async () => {
    const { intel, dir } = await start(async () => ok(listOf('203.0.113.7\n203.0.113.8')));
    await intel.refresh('a');
    const before = await readFile(join(dir, 'intel', 'a.feed'), 'utf8');
    await intel.refresh('a');
    expect(await readFile(join(dir, 'intel', 'a.feed'), 'utf8')).toBe(before);
    expect(intel.feeds()[0]?.content).toMatchObject({ added: 2, removed: 0 });
  });

  it('goes on with the old after a crash in the middle of writing the new', async () => {
    const { intel, dir } = await start(async () => ok(listOf('203.0.113.7')));
    await intel.refresh('a');
    await writeFile(join(dir, 'intel', 'a.feed.new'), '{"format":1,"kep');
    const again = await start(async () => broken, dir);
    expect(again.intel.totals().indicators).toBe(1);
    expect(await readdir(join(dir, 'intel'))).toEqual(['a.feed']);
  });

  it('takes a damaged file for none and reads the feed anew', async () => {
    const { intel, dir } = await start(async () => ok(listOf('203.0.113.7')));
    await intel.refresh('a');
    await writeFile(join(dir, 'intel', 'a.feed'), 'nonsense');
    const again = await start(async () => ok(listOf('203.0.113.9')), dir);
    expect(again.intel.feeds()[0]).toMatchObject({ problem: { code: 'feed_broken' } });
    await again.intel.refresh('a');
    expect(again.intel.search('203.0.113.9').entries).toHaveLength(1);
  });

  it('lets only what changed take the place of what was there', async () => {
    const of = (value: string, reference: string): IndicatorSet => {
      const set = new IndicatorSet();
      set.keep({ type: 'ip', value, label: 'x', confidence: 90, role: 'bad', reference });
      return set;
    };
    const base = { kind: 'read', warninglists: [], facts: {}, memory: {} } as const;
    let next: FeedReading = { ...base, indicators: of('203.0.113.7', 'one') };
    const { intel } = await start(async () => ok(next));
    await intel.refresh('a');
    next = { ...base, indicators: of('203.0.113.8', 'two'), replaced: ['two'] };
    await intel.refresh('a');
    expect(intel.totals().indicators).toBe(2);
    next = { ...base, indicators: of('203.0.113.9', 'one'), replaced: ['one'] };
    await intel.refresh('a');
    expect(intel.search('203.0.113.7').entries).toEqual([]);
    expect(intel.totals().indicators).toBe(2);
  });

  it('knows what no automation may touch, by the name of the list', async () => {
    const read = readWarninglist(
      JSON.stringify({
        name: 'Resolvers of the world',
        type: 'cidr',
        list: ['198.51.100.0/24'],
        matching_attributes: ['ip-src', 'ip-dst'],
      }),
      'x',
      'resolvers',
    );
    const lists: Warninglist[] = read.ok ? [read.value] : [];
    const reading: FeedReading = { ...listOf(''), warninglists: lists } as FeedReading;
    const { intel, dir } = await start(async () => ok(reading));
    await intel.refresh('a');
    expect(intel.floor('198.51.100.53')?.why).toContain('Resolvers of the world');
    expect(intel.floor('198.51.100.53')?.floor).toBe('never');
    expect(intel.floor('203.0.113.7')).toBeUndefined();
    const again = await start(async () => broken, dir);
    expect(again.intel.floor('198.51.100.53')).toBeDefined();
  });
});
