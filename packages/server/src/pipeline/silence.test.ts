import {
  createAnalyst,
  createDecider,
  createDetectionEngine,
  type Event,
  linkRules,
  type Normaliser,
  parseSigma,
  toEpochMs,
} from '@cordon/core';
import { describe, expect, it } from 'vitest';
import { createMemoryEventStore } from '../store/memory/memory-event-store.ts';
import { createMemoryRecordLog } from '../store/memory/memory-record-log.ts';
import { createMemoryStateStore } from '../store/memory/memory-state-store.ts';
import { createLocalThinker, createMind } from '../thinking/local-thinker.ts';
import { Pipeline } from './pipeline.ts';

/** Fires when a beat was seen and no other within five minutes. */
const RULES = `
title: Beat
id: beat
logsource: {product: test}
detection: {s: {f: beat}, condition: s}
---
title: The beat has stopped
id: stopped
level: high
correlation: {type: event_count, rules: [beat], group-by: [host], timespan: 5m, condition: {lte: 1}}
`;
const HOUR_MS = 3_600_000;
const { values: rules } = linkRules(parseSigma(RULES, 'r.yml').values);
const normaliser: Normaliser = {
  normalise: ({ offset, text }) => ({ kind: 'parsed', event: toEvent(offset, text) }),
};
const toEvent = (offset: number, host: string): Event => ({
  id: `evt_${offset}`,
  time: toEpochMs(HOUR_MS),
  class_uid: 0,
  activity_id: 0,
  severity_id: 1,
  observables: [],
  provenance: {
    offset,
    sourceId: 'src',
    parserId: 'any',
    logsource: { product: 'test', categories: [] },
    fields: { f: 'beat', host },
  },
});

interface World {
  at: number;
  readonly stores: {
    readonly log: ReturnType<typeof createMemoryRecordLog>;
    readonly state: ReturnType<typeof createMemoryStateStore>;
  };
}

/** Runs the loop until `isEnough`, then stops it. */
async function runUntil(world: World, isEnough: () => Promise<boolean>): Promise<void> {
  const decider = createDecider();
  const engine = createDetectionEngine({ rules });
  const makeAnalyst = () => createAnalyst({ normaliser, engine, decider });
  const now = () => toEpochMs(world.at);
  const pipeline = new Pipeline({
    ...world.stores,
    events: createMemoryEventStore(),
    thinker: createLocalThinker(createMind({ decider, makeAnalyst })),
    selectRuns: () => [],
    onRuns: () => undefined,
    now,
    onProblem: () => undefined,
    quietMs: 1,
  });
  const ending = new AbortController();
  const done = pipeline.run(ending.signal);
  await expect.poll(isEnough, { interval: 2, timeout: 10_000 }).toBe(true);
  ending.abort();
  await done;
}

describe('while no records come', () => {
  it('windows close on the clock, once, over a restart', async () => {
    const stores = { log: createMemoryRecordLog(), state: createMemoryStateStore() };
    const world: World = { at: HOUR_MS, stores };
    const texts = ['a', 'a', 'b'].map((host) => new TextEncoder().encode(host));
    const receivedAt = toEpochMs(HOUR_MS);
    await stores.log.append(texts.map((bytes) => ({ sourceId: 'src', receivedAt, bytes })));
    const signals = async () =>
      (await stores.state.listRuleSignals('stopped', { limit: 10 })).items;
    const isCommitted = async () => (await stores.state.loadPipelineState()).committedOffset === 3;
    await runUntil(world, isCommitted);
    expect(await signals()).toEqual([]);
    world.at = HOUR_MS + 10 * 60_000;
    await runUntil(world, async () => (await signals()).length > 0);
    await runUntil(world, isCommitted);
    expect((await signals()).map(({ text }) => text)).toEqual([
      expect.stringContaining('The beat has stopped'),
    ]);
  });
});
