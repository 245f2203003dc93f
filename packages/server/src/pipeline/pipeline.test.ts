import {
  createAnalyst,
  createDecider,
  type DetectionEngine,
  type Event,
  type Normaliser,
  type Signal,
  toEpochMs,
} from '@cordon/core';
import { describe, expect, it } from 'vitest';
import { createMemoryEventStore } from '../store/memory/memory-event-store.ts';
import { createMemoryRecordLog } from '../store/memory/memory-record-log.ts';
import { createMemoryStateStore } from '../store/memory/memory-state-store.ts';
import type { RecordLog, StateStore } from '../store/ports.ts';
import { createLocalThinker, createMind } from '../thinking/local-thinker.ts';
import { unpackSnapshot } from '../thinking/packed-snapshot.ts';
import { Pipeline } from './pipeline.ts';

const now = () => toEpochMs(1_000);

/** Takes every record but those that say "unknown"; counts what detection has seen. */
const normaliser: Normaliser = {
  normalise: (record) =>
    record.text === 'unknown'
      ? {
          kind: 'unparsed',
          problem: { code: 'bad_request', detail: 'Nobody knows it.', retryable: false },
        }
      : { kind: 'parsed', event: toEvent(record.offset) },
};
const toEvent = (offset: number): Event => ({
  id: `evt_${offset}`,
  time: toEpochMs(offset),
  class_uid: 0,
  activity_id: 0,
  severity_id: 1,
  observables: [],
  provenance: {
    offset,
    sourceId: 'src',
    parserId: 'any',
    logsource: { categories: [] },
    fields: {},
  },
});

function createCounter(): DetectionEngine & { seen: number[] } {
  const engine = {
    seen: [] as number[],
    evaluate(event: Event) {
      engine.seen.push(event.provenance.offset);
      return [];
    },
    snapshot: () => [...engine.seen],
    restore(snapshot: unknown) {
      engine.seen = [...(snapshot as number[])];
    },
    advance: () => [],
    finish: () => [],
    profile: () => null,
    costs: () => [],
    stats: () => ({ groups: 0, evicted: 0, late: 0 }),
  };
  return engine;
}

interface Stores {
  readonly log: RecordLog;
  readonly state: StateStore;
}

function createPipeline(stores: Stores) {
  const engine = createCounter();
  const decider = createDecider();
  const makeAnalyst = () => createAnalyst({ normaliser, engine, decider });
  const pipeline = new Pipeline({
    ...stores,
    events: createMemoryEventStore(),
    thinker: createLocalThinker(createMind({ decider, makeAnalyst })),
    selectRuns: () => [],
    onRuns: () => undefined,
    now,
    onProblem: () => undefined,
    retryMs: 1,
  });
  return { engine, decider, pipeline };
}

const append = (log: RecordLog, texts: readonly string[]): Promise<number> =>
  log.append(
    texts.map((text) => ({
      sourceId: 'src',
      receivedAt: now(),
      bytes: new TextEncoder().encode(text),
    })),
  );

/** Runs until everything in the log is committed, then stops the loop. */
async function drain(pipeline: Pipeline, log: RecordLog): Promise<void> {
  const controller = new AbortController();
  const done = pipeline.run(controller.signal);
  await expect
    .poll(() => pipeline.view().committedOffset, { interval: 2, timeout: 10_000 })
    .toBe(log.head());
  controller.abort();
  await done;
}

/** Does the work while the loop runs. */
async function during(pipeline: Pipeline, work: () => Promise<unknown>): Promise<void> {
  const controller = new AbortController();
  const done = pipeline.run(controller.signal);
  await work();
  controller.abort();
  await done;
}

const signal: Signal = {
  id: 'sig_1',
  rule: {
    id: 'rule-1',
    title: 'Rule 1',
    techniques: [],
    tactics: [],
    falsepositives: [],
    behaviour: 'malware',
  },
  severity_id: 3,
  at: now(),
  since: now(),
  count: 1,
  eventIds: [],
  offsets: [],
  entities: [{ kind: 'host', id: 'ws-1', role: 'target' }],
  logsource: { product: 'windows' },
  text: 'Rule 1 saw it.',
  matched: {},
};

const totalOf = async (state: StateStore): Promise<number> =>
  (await state.listTallies()).reduce((sum, tally) => sum + tally.count, 0);

describe('the pipeline', () => {
  it('accounts for every record exactly once, unknown ones with their problem', async () => {
    const stores = { log: createMemoryRecordLog(), state: createMemoryStateStore() };
    await append(stores.log, ['a', 'unknown', 'b']);
    const { pipeline } = createPipeline(stores);
    await drain(pipeline, stores.log);
    expect(await stores.state.listTallies()).toEqual(
      expect.arrayContaining([
        { sourceId: 'src', outcome: 'parsed', reason: 'any', count: 2 },
        { sourceId: 'src', outcome: 'unparsed', reason: 'bad_request', count: 1 },
      ]),
    );
    expect(await totalOf(stores.state)).toBe(stores.log.head());
    const letters = await stores.state.listDeadLetters({ limit: 10 });
    expect(letters.items.map(({ offset, problem }) => [offset, problem.detail])).toEqual([
      [1, 'Nobody knows it.'],
    ]);
  });

  it('after a restart counts nothing twice and brings the windows back', async () => {
    const stores = { log: createMemoryRecordLog(), state: createMemoryStateStore() };
    await append(stores.log, ['a', 'b', 'c']);
    await drain(createPipeline(stores).pipeline, stores.log);
    await append(stores.log, ['d', 'e']);
    const second = createPipeline(stores);
    await drain(second.pipeline, stores.log);
    expect(await totalOf(stores.state)).toBe(5);
    expect(second.engine.seen).toEqual([0, 1, 2, 3, 4]);
  });

  it('thinks once and commits the same result again when the state store fails', async () => {
    const state = createMemoryStateStore();
    let failures = 1;
    const failing: StateStore = {
      ...state,
      commitBatch: (batch) =>
        failures-- > 0 ? Promise.reject(new Error('disk full')) : state.commitBatch(batch),
    };
    const stores = { log: createMemoryRecordLog(), state: failing };
    await append(stores.log, ['a', 'b']);
    const { engine, pipeline } = createPipeline(stores);
    await drain(pipeline, stores.log);
    expect(engine.seen).toEqual([0, 1]);
    expect(await totalOf(state)).toBe(2);
    expect(pipeline.view().problems.map((problem) => problem.code)).toEqual(['commit_failed']);
  });

  it('has learnt after a kill what every stored verdict taught, though no snapshot has seen it', async () => {
    const stores = { log: createMemoryRecordLog(), state: createMemoryStateStore() };
    const first = createPipeline(stores);
    await during(first.pipeline, async () => {
      await first.pipeline.consider([signal]);
      const [alert] = (await stores.state.listAlerts({ limit: 1 })).items;
      const close = { kind: 'close_alert', verdict: 'benign', reason: 'Ours.' } as const;
      await first.pipeline.act({ ...close, alertId: alert?.id ?? 'alr_none' }, 'ann');
    });
    const { snapshot } = await stores.state.loadPipelineState();
    const known = unpackSnapshot(snapshot?.text ?? '');
    expect(JSON.stringify(known)).not.toContain('"isGenuine":false');
    const second = createPipeline(stores);
    await during(second.pipeline, () => second.pipeline.consider([]));
    expect(JSON.stringify(first.decider.learnt())).toContain('"isGenuine":false');
    expect(second.decider.learnt()).toEqual(first.decider.learnt());
  });

  it('refuses an act on an incident that is not there', async () => {
    const stores = { log: createMemoryRecordLog(), state: createMemoryStateStore() };
    const { pipeline } = createPipeline(stores);
    const refused = await pipeline.act(
      { kind: 'reopen_incident', incidentId: 'inc_none', reason: 'x' },
      'ann',
    );
    expect(refused).toMatchObject({ ok: false });
  });
});
