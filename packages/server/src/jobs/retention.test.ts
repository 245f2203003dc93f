import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Alert, DAY_MS, toEpochMs } from '@cordon/core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Retention } from '../config/load-config.ts';
import { createMemoryEventStore } from '../store/memory/memory-event-store.ts';
import { createMemoryStateStore } from '../store/memory/memory-state-store.ts';
import type { EventStore, RecordLog, StateStore } from '../store/ports.ts';
import { record } from '../store/record-log.contract.ts';
import { openSegmentLog } from '../store/segments/segment-log.ts';
import { type RetentionDeps, retire } from './retention.ts';

/* A log of 60 records, a minute apart, in segments of a few; the clock stands at the tenth day. */

const NOW = toEpochMs(10 * DAY_MS);
const RECORDS = 60;

let dir: string;
let log: RecordLog;
let state: StateStore;
let events: EventStore;
const retired: string[] = [];
const problems: string[] = [];

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'cordon-retention-'));
  log = await openSegmentLog({ dir, segmentBytes: 1_000 });
  for (let n = 0; n < RECORDS; n += 1)
    await log.append([record(`${n} ${'x'.repeat(300)}`, n * 60_000)]);
  state = createMemoryStateStore();
  events = { ...createMemoryEventStore(), durableOffset: () => RECORDS };
  retired.length = 0;
});
afterEach(async () => {
  await log.close();
  rmSync(dir, { recursive: true });
});

const deps = (records: Retention['records']): RetentionDeps => ({
  log,
  state,
  events,
  limits: { records, events: {} },
  telemetry: {
    retired: ({ store }) => void retired.push(store),
    problemRaised: ({ problem }) => void problems.push(problem.code),
  },
  now: () => NOW,
});
const commit = (snapshot: boolean, alerts: readonly Alert[] = []) =>
  state.commitBatch({
    committedOffset: RECORDS,
    tallies: [],
    deadLetters: [],
    signals: [],
    outcomes: [],
    alerts,
    incidents: [],
    runs: [],
    ...(snapshot ? { snapshot: '{}' } : {}),
  });

it('keeps all without a limit, and what a restart would still read', async () => {
  await commit(false);
  await retire(deps({}));
  await retire(deps({ ageMs: DAY_MS }));
  expect(log.tail()).toBe(0);
  expect(retired).toEqual([]);
});

it('removes what is old and done, says so in the audit trail, and counts it', async () => {
  await commit(true);
  await retire(deps({ ageMs: DAY_MS }));
  expect(log.tail()).toBeGreaterThan(50);
  expect(log.head()).toBe(RECORDS);
  expect(retired).toEqual(['records']);
  const [line] = (await state.listAudit({ limit: 1 })).items;
  expect(line).toMatchObject({
    actor: 'cordon',
    what: 'records_retired',
    data: { records: log.tail(), up_to: log.tail() },
  });
});

it('waits by age for what an open alert points at, by size it does not', async () => {
  const alert = {
    id: 'alt_1',
    lastAt: toEpochMs(0),
    offsets: [20],
    state: { status: 'open' },
  } as unknown as Alert;
  await commit(true, [alert]);
  await retire(deps({ ageMs: DAY_MS }));
  expect(log.tail()).toBeGreaterThan(10);
  expect(log.tail()).toBeLessThanOrEqual(20);
  await retire(deps({ bytes: 1 }));
  expect(log.tail()).toBeGreaterThan(50);
});
