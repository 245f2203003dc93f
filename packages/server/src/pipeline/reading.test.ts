import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import {
  createAnalyst,
  createDecider,
  createDetectionEngine,
  createNormaliser,
  parseParser,
  toEpochMs,
} from '@cordon/core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openStores } from '../store/open-stores.ts';
import { createLocalThinker, createMind } from '../thinking/local-thinker.ts';
import { Pipeline } from './pipeline.ts';

let root = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'cordon-reading-'));
});
afterAll(() => rm(root, { recursive: true }));

const NOW = Date.UTC(2026, 0, 5);
const parsers = parseParser(
  `
id: rows
title: Rows under a header
read: w3c
time: ['date time']
messages: [{name: row, class: 4002, set: {src_endpoint.ip: $c-ip}}]`,
  'rows.yml',
).values;

/** One life of the process over a data folder; `reload`: other parsers are taken between two lines. */
async function live(dataDir: string, texts: readonly (string | { readonly reload: true })[]) {
  const stores = await openStores(dataDir);
  const decider = createDecider();
  const ending = new AbortController();
  const makeAnalyst = () =>
    createAnalyst({
      normaliser: createNormaliser({ parsers }),
      engine: createDetectionEngine({ rules: [] }),
      decider,
    });
  const pipeline = new Pipeline({
    ...stores,
    thinker: createLocalThinker(createMind({ decider, makeAnalyst })),
    selectRuns: () => [],
    onRuns: () => undefined,
    now: () => toEpochMs(NOW),
    onProblem: () => undefined,
  });
  const running = pipeline.run(ending.signal);
  while (pipeline.view().isReplaying) await setImmediate();
  for (const text of texts) {
    if (typeof text !== 'string') {
      await pipeline.order({ kind: 'content', parsers: [], rules: [], settings: [] });
      continue;
    }
    const head = stores.log.head();
    await stores.log.append([
      { sourceId: 's', receivedAt: toEpochMs(NOW), bytes: Buffer.from(text) },
    ]);
    while (pipeline.view().committedOffset <= head) await setImmediate();
  }
  ending.abort();
  await running;
  const events = await stores.events.find({ limit: 100 });
  await stores.close();
  return events.map(({ src_endpoint }) => src_endpoint?.ip).sort();
}

const ROW = '2026-01-04 03:04:05 192.0.2.';

it('rows keep their header over a restart and over other parsers', async () => {
  const dataDir = await mkdtemp(join(root, 'data-'));
  await live(dataDir, ['#Fields: date time c-ip', `${ROW}1`]);
  await live(dataDir, [`${ROW}2`, { reload: true }, `${ROW}3`]);
  expect(await live(dataDir, [{ reload: true }, `${ROW}4`])).toEqual([
    '192.0.2.1',
    '192.0.2.2',
    '192.0.2.3',
    '192.0.2.4',
  ]);
});
