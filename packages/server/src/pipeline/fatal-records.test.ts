import { toEpochMs } from '@cordon/core';
import { describe, expect, it } from 'vitest';
import { NO_ENRICHMENT } from '../enrich/config.ts';
import { createMemoryEventStore } from '../store/memory/memory-event-store.ts';
import { createMemoryRecordLog } from '../store/memory/memory-record-log.ts';
import { createMemoryStateStore } from '../store/memory/memory-state-store.ts';
import { openThreadThinker } from '../thinking/thread-thinker.ts';
import { FatalRecords } from './fatal-records.ts';
import { Pipeline } from './pipeline.ts';

const NOW = toEpochMs(1_767_600_000_000);
/** Threads are started anew some times, which takes its time on a machine that does much else. */
const LONG_MS = 120_000;
const DEADLY = new URL('../thinking/fixtures/deadly-worker.ts', import.meta.url);

describe('fatal records', () => {
  const create = () => new FatalRecords(createMemoryStateStore());
  const lost = { from: 3, to: 1_003 };

  it('are those over which the thread died twice, whatever else it died over between', () => {
    const records = create();
    expect(records.blame(5, lost)).toBeUndefined();
    expect(records.blame(6, lost)).toBeUndefined();
    expect(records.blame(6, lost)).toBe(6);
  });

  it('are found by smaller and smaller batches where nobody knows', () => {
    const records = create();
    const steps = Array.from({ length: 5 }, () => [
      records.blame(undefined, lost),
      records.batchAt(3, 500),
    ]);
    expect(steps).toEqual([
      [undefined, 125],
      [undefined, 16],
      [undefined, 2],
      [undefined, 1],
      [3, 1],
    ]);
    expect([1_002, 1_003].map((offset) => records.batchAt(offset, 500))).toEqual([1, 500]);
    expect(records.blame(undefined, { from: 1_003, to: 1_503 })).toBeUndefined();
    expect(records.batchAt(1_003, 500)).toBe(63);
  });

  it('are left out of every batch, after a restart as well', async () => {
    const store = createMemoryStateStore();
    const before = new FatalRecords(store);
    await before.keep(12);
    await before.keep(3);
    const after = new FatalRecords(store);
    await after.load();
    expect([0, 3, 4, 8, 12, 13].map((offset) => after.limit(offset, 8))).toEqual([
      3, 0, 8, 4, 0, 8,
    ]);
  });
});

/** One life of the loop over stores, with a thread that dies over what is deadly. */
async function live(stores: ReturnType<typeof createStores>, deaths: string[]): Promise<void> {
  const settings = { decider: {}, detectors: {}, enrichment: NO_ENRICHMENT, dataDir: '' };
  const onProblem = () => undefined;
  const thinker = await openThreadThinker({ settings, onProblem, file: DEADLY });
  const pipeline = new Pipeline({
    ...stores,
    thinker,
    selectRuns: () => [],
    onRuns: () => undefined,
    now: () => NOW,
    onProblem: ({ detail }) => deaths.push(detail),
    retryMs: 1,
  });
  const ending = new AbortController();
  const running = pipeline.run(ending.signal);
  await expect
    .poll(() => pipeline.view().isReplaying, { interval: 5, timeout: LONG_MS })
    .toBe(false);
  await expect
    .poll(() => pipeline.view().committedOffset, { interval: 5, timeout: LONG_MS })
    .toBe(stores.log.head());
  ending.abort();
  await running;
  await thinker.close();
}

const createStores = () => ({
  log: createMemoryRecordLog(),
  state: createMemoryStateStore(),
  events: createMemoryEventStore(),
});

describe.each([
  { word: 'deadly', atMost: 2 },
  { word: 'late', atMost: 4 },
])('a record that ends the thread ($word)', ({ word, atMost }) => {
  it(
    'ends as a dead letter, and every other record is read, now and in a replay',
    async () => {
      const stores = createStores();
      const texts = ['a', 'b', word, 'c', 'd', 'e', 'f'];
      await stores.log.append(
        texts.map((text) => ({
          sourceId: 's',
          receivedAt: NOW,
          bytes: new TextEncoder().encode(text),
        })),
      );
      const deaths: string[] = [];
      await live(stores, deaths);
      expect(deaths.length).toBeGreaterThanOrEqual(2);
      expect(deaths.length).toBeLessThanOrEqual(atMost);
      const tallies = await stores.state.listTallies();
      expect(tallies.map(({ outcome, reason, count }) => [outcome, reason, count])).toEqual(
        expect.arrayContaining([
          ['parsed', 'any', 6],
          ['dead_letter', 'think', 1],
        ]),
      );
      const letters = await stores.state.listDeadLetters({ limit: 10 });
      expect(letters.items.map(({ offset, problem }) => [offset, problem.code])).toEqual([
        [2, 'record_fatal'],
      ]);
      expect(await stores.events.count({})).toBe(6);
      // What was in no file is read again after a restart, without dying over it once more.
      const anew = { ...stores, events: createMemoryEventStore() };
      const later: string[] = [];
      await live(anew, later);
      expect(later).toEqual([]);
      expect(await anew.events.count({})).toBe(6);
      expect((await stores.state.listDeadLetters({ limit: 10 })).items).toEqual(letters.items);
    },
    LONG_MS,
  );
});
