import {
  createAnalyst,
  createDecider,
  createDetectionEngine,
  type DetectionEngine,
  type Event,
  linkRules,
  type Normaliser,
  type Problem,
  parseSigma,
  toEpochMs,
} from '@cordon/core';
import { expect, it } from 'vitest';
import { Pipeline } from '../pipeline/pipeline.ts';
import { createMemoryEventStore } from '../store/memory/memory-event-store.ts';
import { createMemoryRecordLog } from '../store/memory/memory-record-log.ts';
import { createMemoryStateStore } from '../store/memory/memory-state-store.ts';
import { createLocalThinker, createMind } from '../thinking/local-thinker.ts';
import { RuleBook } from './rule-book.ts';
import { RuleDesk } from './rule-desk.ts';
import { RuleWatch } from './rule-watch.ts';

/*
 * A rule whose text nearly fits everywhere in a long value, so that each place of it is compared to
 * the end, beside one that costs nothing.
 */
const RULES = `
title: Hostile
id: hostile
logsource: {product: test}
detection: {s: {f|contains: '${'a?'.repeat(300)}b'}, condition: s}
---
title: Cheap
id: cheap
logsource: {product: test}
detection: {s: {f|contains: needle}, condition: s}
`;
const now = () => toEpochMs(1_000);
const NASTY = `${'a'.repeat(16_000)} needle`;

const normaliser: Normaliser = {
  normalise: ({ offset, text }) => ({ kind: 'parsed', event: toEvent(offset, text) }),
};
const toEvent = (offset: number, f: string): Event => ({
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
    logsource: { product: 'test', categories: [] },
    fields: { f },
  },
});

it('sets a hostile rule aside in the running pipeline, with an alarm, until somebody lifts it', async () => {
  const log = createMemoryRecordLog();
  const state = createMemoryStateStore();
  const events = createMemoryEventStore();
  const { values: rules } = linkRules(parseSigma(RULES, 'r.yml').values);
  const content = { parsers: [], rules, playbooks: [], problems: [] };
  const book = await RuleBook.open({ store: state, now });
  const decider = createDecider();
  let engine: DetectionEngine;
  const makeAnalyst = () => {
    engine = createDetectionEngine({ rules: book.use(rules), clock: () => performance.now() });
    return createAnalyst({ normaliser, engine, decider });
  };
  const pipeline = new Pipeline({
    log,
    state,
    events,
    thinker: createLocalThinker(createMind({ decider, makeAnalyst })),
    selectRuns: () => [],
    onRuns: () => undefined,
    now,
    onProblem: (problem) => problems.push(problem),
  });
  const problems: Problem[] = [];
  const costs = () => engine.costs();
  const desk = new RuleDesk({
    book,
    store: state,
    events,
    content: () => content,
    costs: async () => costs(),
    reapply: () => pipeline.order({ kind: 'content', parsers: [], rules: [], settings: [] }),
    now,
  });
  const watch = new RuleWatch({
    desk,
    costs: async () => costs(),
    clock: () => performance.now(),
    onProblem: (problem) => problems.push(problem),
  });
  const ending = new AbortController();
  const done = pipeline.run(ending.signal);
  const feed = async (texts: readonly string[]) => {
    const bytes = texts.map((text) => new TextEncoder().encode(text));
    await log.append(bytes.map((each) => ({ sourceId: 'src', receivedAt: now(), bytes: each })));
    await expect
      .poll(() => pipeline.view().committedOffset, { interval: 2, timeout: 60_000 })
      .toBe(log.head());
  };
  for (let look = 0; look < 3; look += 1) {
    expect(book.notices()).toEqual([]);
    await feed(Array.from({ length: 8 }, () => NASTY));
    await watch.look();
  }
  expect(book.notices().map(({ kind }) => kind)).toEqual(['rule']);
  expect(problems.map(({ code }) => code)).toEqual(['rule_over_budget']);
  expect(book.isAsked('cheap')).toBe(true);
  await feed([NASTY]);
  expect(costs().map(({ ruleId }) => ruleId)).toEqual(['cheap']);
  await desk.liftQuarantine('hostile', { actor: 'ann', reason: 'mended' });
  expect(book.notices()).toEqual([]);
  await feed([NASTY]);
  expect(
    costs()
      .map(({ ruleId }) => ruleId)
      .toSorted(),
  ).toEqual(['cheap', 'hostile']);
  ending.abort();
  await done;
});
