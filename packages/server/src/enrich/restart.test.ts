import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import {
  createAnalyst,
  createDecider,
  createDetectionEngine,
  createEnricher,
  type Event,
  type Normaliser,
  toEpochMs,
} from '@cordon/core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Pipeline } from '../pipeline/pipeline.ts';
import { openStores } from '../store/open-stores.ts';
import { createLocalThinker, createMind } from '../thinking/local-thinker.ts';

let root = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'cordon-restart-'));
});
afterAll(() => rm(root, { recursive: true }));

const START = Date.UTC(2026, 0, 5);
const DAY_MS = 86_400_000;

/** A record is the name of a host that got the address 10.0.9.9 on a day of its own. */
const normaliser: Normaliser = {
  normalise({ offset, text }) {
    const event: Event = {
      id: `evt_${offset}`,
      time: toEpochMs(START + offset * DAY_MS),
      class_uid: 4004,
      activity_id: 5,
      severity_id: 1,
      device: { hostname: 'dhcp-01' },
      src_endpoint: { ip: '10.0.9.9', hostname: text },
      query: { hostname: `www.${text}.example.com` },
      observables: [],
      provenance: {
        offset,
        sourceId: 's',
        parserId: 'p',
        logsource: { categories: [] },
        fields: {},
      },
    };
    return { kind: 'parsed', event };
  },
};

/** One life of the process over a data folder: takes the records, ends. */
async function live(dataDir: string, texts: readonly string[]) {
  const stores = await openStores(dataDir);
  const enricher = createEnricher();
  const decider = createDecider({ known: enricher });
  const makeAnalyst = () =>
    createAnalyst({
      normaliser,
      engine: createDetectionEngine({ rules: [] }),
      decider,
      enricher,
    });
  const ending = new AbortController();
  const pipeline = new Pipeline({
    ...stores,
    thinker: createLocalThinker(createMind({ decider, makeAnalyst })),
    selectRuns: () => [],
    onRuns: () => undefined,
    now: () => toEpochMs(START),
    onProblem: () => undefined,
  });
  const running = pipeline.run(ending.signal);
  while (pipeline.view().isReplaying) await setImmediate();
  for (const text of texts) {
    const head = stores.log.head();
    await stores.log.append([
      { sourceId: 's', receivedAt: toEpochMs(START), bytes: Buffer.from(text) },
    ]);
    while (pipeline.view().committedOffset <= head) await setImmediate();
  }
  const snapshot = JSON.stringify(enricher.snapshot());
  ending.abort();
  await running;
  const events = await stores.events.find({ limit: 100 });
  await stores.close();
  return { snapshot, enrichments: events.map((event) => event.enrichments) };
}

it('knows after a restart what it knew before, each record learned from once', async () => {
  const dataDir = await mkdtemp(join(root, 'data-'));
  const first = await live(dataDir, ['laptop', 'printer', 'tablet']);
  const second = await live(dataDir, []);
  expect(second).toEqual(first);
  const third = await live(dataDir, ['phone']);
  const straight = await live(await mkdtemp(join(root, 'data-')), [
    'laptop',
    'printer',
    'tablet',
    'phone',
  ]);
  expect(third).toEqual(straight);
  expect(first.enrichments[0]).toMatchObject([
    { type: 'dhcp_lease', data: { hostname: 'laptop' } },
  ]);
});
