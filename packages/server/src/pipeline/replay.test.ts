import {
  createAnalyst,
  createDecider,
  createDetectionEngine,
  createNormaliser,
  parseParser,
  toEpochMs,
} from '@cordon/core';
import { expect, it } from 'vitest';
import { createMemoryEventStore } from '../store/memory/memory-event-store.ts';
import { createMemoryRecordLog } from '../store/memory/memory-record-log.ts';
import { createMemoryStateStore } from '../store/memory/memory-state-store.ts';
import { createLocalThinker, createMind } from '../thinking/local-thinker.ts';
import { Pipeline } from './pipeline.ts';

const NOW = toEpochMs(1_767_600_000_000);
const parserOf = (word: string) =>
  parseParser(
    `id: ${word}\ntitle: ${word}\nread: text\nmessages: [{name: ${word}, pattern: '${word} {n}', class: 3002}]`,
    `${word}.yml`,
  ).values;
const RED = parserOf('red');
const BLUE = parserOf('blue');

const log = createMemoryRecordLog();
const state = createMemoryStateStore();

/** One life of the loop with these parsers, over an event store that has kept nothing of the lives before. */
async function live(
  parsers: readonly (typeof RED)[number][],
  work: (pipeline: Pipeline) => Promise<unknown> = async () => undefined,
) {
  const events = createMemoryEventStore();
  const decider = createDecider();
  const makeAnalyst = () =>
    createAnalyst({
      normaliser: createNormaliser({ parsers }),
      engine: createDetectionEngine({ rules: [] }),
      decider,
    });
  const pipeline = new Pipeline({
    log,
    state,
    events,
    thinker: createLocalThinker(createMind({ decider, makeAnalyst })),
    selectRuns: () => [],
    onRuns: () => undefined,
    now: () => NOW,
    onProblem: () => undefined,
    retryMs: 1,
  });
  const ending = new AbortController();
  const running = pipeline.run(ending.signal);
  await expect.poll(() => pipeline.view().isReplaying, { interval: 1 }).toBe(false);
  await expect.poll(() => pipeline.view().committedOffset, { interval: 1 }).toBe(log.head());
  const result = await work(pipeline);
  ending.abort();
  await running;
  return { result, events: await events.count({}) };
}

const letters = async () =>
  (await state.listDeadLetters({ limit: 10 })).items
    .map(({ offset, stage, problem }) => `${offset} ${stage} ${problem.code}`)
    .sort();

it('an event that a replay with other parsers does not bring back is told, and comes back by running the letter again', async () => {
  const texts = ['red 1', 'blue 2', 'grey 3', 'red 4'];
  const bytes = texts.map((text) => new TextEncoder().encode(text));
  await log.append(bytes.map((one) => ({ sourceId: 's', receivedAt: NOW, bytes: one })));
  expect((await live([...RED, ...BLUE])).events).toBe(3);
  const before = { tallies: await state.listTallies(), letters: await letters() };
  expect(before.letters).toEqual(['2 normalise record_unknown_form']);

  // The parser of `red` is gone, and so is what was in no file.
  expect((await live(BLUE)).events).toBe(1);
  const missing = [0, 3].map((offset) => `${offset} store event_lost_in_replay`);
  const told = [...missing, ...before.letters].sort();
  expect(await letters()).toEqual(told);
  expect(await state.listTallies()).toEqual(before.tallies);

  // Told once, and not settled by a run that brings no event.
  const idle = await live(BLUE, (pipeline) => pipeline.retry({}, 'ann'));
  expect(idle).toEqual({ events: 1, result: expect.objectContaining({ asked: 3, parsed: 0 }) });
  expect(await letters()).toEqual(told);

  const mended = await live([...RED, ...BLUE], (pipeline) => pipeline.retry({}, 'ann'));
  expect(mended.events).toBe(3);
  expect(await letters()).toEqual(before.letters);
  expect(await state.listTallies()).toEqual(before.tallies);
});
