import {
  createAnalyst,
  createDecider,
  createDetectionEngine,
  createNormaliser,
  MINUTE_MS,
  parseParser,
  SECOND_MS,
  toEpochMs,
} from '@cordon/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SourceView } from '../ports.ts';
import { createMemoryRecordLog } from '../store/memory/memory-record-log.ts';
import { createMemoryStateStore } from '../store/memory/memory-state-store.ts';
import { toThought } from '../thinking/to-thought.ts';
import { countAppends, SourceLedger } from './source-ledger.ts';
import { SourceWatch } from './source-watch.ts';

const START = Date.UTC(2026, 0, 5, 9);
const source = (id: string, status: SourceView['status'] = 'receiving'): SourceView => ({
  id,
  kind: 'http_push',
  title: id,
  status,
  ratePerS: 0,
});

/** Nothing is read but `at …`, which is when it was. */
const parsers = parseParser(
  "id: dated\ntitle: Dated\nread: text\ntime: [when]\nmessages: [{name: at, pattern: 'at {when*}', class: 6003}]\n",
  'dated.yml',
).values;

/** A log, a store and a pipeline that takes what it is told to. */
function createWorld() {
  let at = START;
  let committedOffset = 0;
  const plain = createMemoryRecordLog();
  const store = createMemoryStateStore();
  const analyst = createAnalyst({
    normaliser: createNormaliser({ parsers }),
    engine: createDetectionEngine({ rules: [] }),
    decider: createDecider(),
  });
  const sources: SourceView[] = [source('a'), source('b')];
  const watch = new SourceWatch({
    log: plain,
    store,
    pipeline: () => ({ committedOffset }),
    sources: () => sources,
    now: () => toEpochMs(at),
    onProblem: (problem) => {
      throw new Error(problem.detail);
    },
  });
  const log = countAppends(plain, (first, records) => watch.appended(first, records));
  return {
    watch,
    log,
    store,
    sources,
    pass: (ms: number) => {
      at += ms;
    },
    send: (sourceId: string, count: number, text = 'strange') =>
      log.append(
        Array.from({ length: count }, (_, n) => ({
          sourceId,
          receivedAt: toEpochMs(at),
          bytes: new TextEncoder().encode(`${text} ${n}`),
        })),
      ),
    take: async (limit: number) => {
      const records = await log.read(committedOffset, limit);
      const analysis = analyst.analyse(records);
      committedOffset += records.length;
      await store.commitBatch({
        committedOffset,
        tallies: analysis.outcomes.map(({ sourceId, outcome, reason }) => ({
          sourceId,
          outcome,
          reason,
          count: 1,
        })),
        deadLetters: [],
        signals: [],
        outcomes: [],
        alerts: [],
        incidents: [],
        runs: [],
      });
      watch.ended(toThought(analysis, records).ends, committedOffset);
    },
  };
}

describe('the watch over sources', () => {
  it('knows what waits, for how long, and that the books balance', async () => {
    const { watch, send, take, pass } = createWorld();
    await watch.restore();
    await send('a', 3);
    pass(10 * SECOND_MS);
    await send('b', 2);
    await take(2);
    pass(5 * SECOND_MS);
    await watch.look();
    expect(watch.of('a')).toMatchObject({
      accepted: 3,
      waiting: 1,
      waitedMs: 15_000,
      difference: 0,
    });
    expect(watch.of('b')).toMatchObject({
      accepted: 2,
      waiting: 2,
      waitedMs: 5_000,
      difference: 0,
    });
    expect(watch.of('a')?.minutes.reduce((sum, count) => sum + count, 0)).toBe(3);
  });

  it('calls books that do not balance wrong at the second look, by source and as a whole', async () => {
    const { watch, send, take, store, pass } = createWorld();
    await watch.restore();
    await send('a', 5);
    await take(5);
    await store.addTallies([{ sourceId: 'a', outcome: 'parsed', reason: 'x', count: 2 }]);
    await watch.look();
    expect(watch.notices()).toEqual([]);
    pass(5 * SECOND_MS);
    await watch.look();
    const texts = watch.notices().map(({ kind, text }) => `${kind}: ${text}`);
    expect(texts).toContain('books: The books do not balance: 2 records have more than one end.');
    expect(texts).toContain('books: Its books do not balance: 2 records have more than one end.');
  });

  it('tells of silence, failures to read, losses and sources that fail, and stops by itself', async () => {
    const { watch, send, take, store, sources, pass } = createWorld();
    await watch.restore();
    for (let second = 0; second < 700; second += 1) {
      await send('a', 1);
      await take(1);
      pass(SECOND_MS);
    }
    await watch.look();
    await store.addTallies([{ sourceId: 'b', outcome: 'refused', reason: 'queue_full', count: 4 }]);
    sources[1] = {
      ...source('b', 'failed'),
      problem: { code: 'source_failed', detail: 'Port taken.', retryable: true },
    };
    pass(11 * MINUTE_MS);
    await watch.look();
    const kinds = () => watch.notices().map(({ kind, sourceId }) => `${kind} ${sourceId}`);
    expect(kinds()).toEqual(['parse_failures a', 'silence a', 'failed b', 'losses b']);
    await send('a', 1);
    await take(1);
    sources[1] = source('b');
    pass(11 * MINUTE_MS);
    await send('a', 1);
    await take(1);
    await watch.look();
    expect(kinds()).toEqual(['parse_failures a']);
  });
});

it('tells of times that cannot be, with one of them, and what counts instead', async () => {
  const { watch, send, take } = createWorld();
  await watch.restore();
  await send('a', 30, 'at 2026-01-05 08:59:59');
  await send('a', 10, 'at 2026-02-30 10:00:00');
  await take(40);
  await watch.look();
  const [notice, ...rest] = watch.notices();
  expect(rest).toEqual([]);
  expect(notice).toMatchObject({ kind: 'times', sourceId: 'a' });
  expect(notice?.text).toContain('25 % of its last 40 events');
  expect(notice?.text).toContain('2026-02-30 10:00:00');
});

describe('the ledger of appended records', () => {
  it('counts the same after any history of appends, commits, notes and restarts', async () => {
    const step = fc.oneof(
      fc.record({
        kind: fc.constant('append' as const),
        source: fc.constantFrom('a', 'b', 'c'),
        count: fc.nat(20),
      }),
      fc.record({ kind: fc.constant('commit' as const), count: fc.nat(30) }),
      fc.record({ kind: fc.constantFrom('note' as const, 'restart' as const) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const { log, store, send, take } = createWorld();
        let ledger = new SourceLedger();
        let committed = 0;
        for (const one of steps) {
          if (one.kind === 'append') {
            const first = log.head();
            await send(one.source, one.count);
            ledger.add(first, await log.read(first, one.count));
          } else if (one.kind === 'commit') {
            committed = Math.min(log.head(), committed + one.count);
            await take(one.count);
            ledger.settle(committed);
          } else if (one.kind === 'note') await ledger.save(store);
          else {
            ledger = new SourceLedger();
            await ledger.restore(log, store);
          }
        }
        const all = await log.read(0, 10_000);
        for (const id of ledger.sourceIds()) {
          const own = all.filter(({ sourceId }) => sourceId === id);
          const waiting = own.filter(({ offset }) => offset >= committed);
          expect(ledger.of(id)).toMatchObject({ accepted: own.length, waiting: waiting.length });
          expect(ledger.oldestWaiting(id)).toBe(waiting[0]?.offset);
        }
      }),
    );
  });
});
