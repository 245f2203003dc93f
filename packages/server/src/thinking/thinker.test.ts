import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { NO_ENRICHMENT } from '../enrich/config.ts';
import { Pipeline } from '../pipeline/pipeline.ts';
import { createMemoryEventStore } from '../store/memory/memory-event-store.ts';
import { createMemoryStateStore } from '../store/memory/memory-state-store.ts';
import { composeMind } from './compose-mind.ts';
import { createLocalThinker } from './local-thinker.ts';
import { CONTENT, checkThinker, createLines, NO_MEMORY, NOW } from './thinker.contract.ts';
import { ThinkerLost } from './thinker.ts';
import { openThreadThinker } from './thread-thinker.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'cordon-thinking-'));
afterAll(() => rmSync(dataDir, { recursive: true }));

const settings = { decider: {}, detectors: {}, enrichment: NO_ENRICHMENT, dataDir };
const onProblem = () => undefined;
const openThread = () => openThreadThinker({ settings, onProblem });

checkThinker('in this thread', async () => {
  const { mind } = await composeMind(settings, { now: () => NOW, onProblem });
  return createLocalThinker(mind);
});
checkThinker('in a thread of its own', openThread);

describe('a thinking thread that dies', () => {
  it('rejects what was asked, takes nothing more, and begins anew with its orders', async () => {
    const thinker = await openThread();
    await thinker.order(CONTENT);
    await thinker.restore(NO_MEMORY);
    const { pack } = await createLines(['knock 203.0.113.7']);
    const asked = thinker.think(await pack(0, 1));
    const lost = expect(asked).rejects.toBeInstanceOf(ThinkerLost);
    await thinker.kill();
    await lost;
    const later = thinker.think(await pack(0, 1));
    await expect(later).rejects.toMatchObject({ problem: { code: 'thinking_lost' } });
    await thinker.restore(NO_MEMORY);
    const thought = await thinker.think(await pack(0, 1));
    expect(thought.signals).toHaveLength(1);
    await thinker.close();
  });

  it('costs the pipeline nothing: each record ends once, each signal is there once', async () => {
    const thinker = await openThread();
    await thinker.order(CONTENT);
    const { log } = await createLines([]);
    const state = createMemoryStateStore();
    const events = createMemoryEventStore();
    const problems: string[] = [];
    const pipeline = new Pipeline({
      log,
      state,
      events,
      thinker,
      selectRuns: () => [],
      onRuns: () => undefined,
      now: () => NOW,
      onProblem: ({ code }) => problems.push(code),
      retryMs: 1,
    });
    const ending = new AbortController();
    const running = pipeline.run(ending.signal);
    for (let round = 0; round < 3; round += 1) {
      const texts = Array.from(
        { length: 700 },
        (_, n) => `knock 203.${round}.${n >> 8}.${n & 255}`,
      );
      const bytes = texts.map((text) => new TextEncoder().encode(text));
      await log.append(bytes.map((one) => ({ sourceId: 'door', receivedAt: NOW, bytes: one })));
      await thinker.kill();
    }
    await expect
      .poll(() => pipeline.view().committedOffset, { interval: 5, timeout: 60_000 })
      .toBe(2_100);
    ending.abort();
    await running;
    expect(problems.every((code) => code === 'commit_failed')).toBe(true);
    expect(problems.length).toBeGreaterThan(0);
    expect((await state.listTallies()).map(({ outcome, count }) => [outcome, count])).toEqual([
      ['parsed', 2_100],
    ]);
    const signals = await state.listRuleSignals('knock', { limit: 5_000 });
    expect(new Set(signals.items.flatMap(({ offsets }) => offsets)).size).toBe(2_100);
    expect(signals.items).toHaveLength(2_100);
    expect(await events.count({})).toBe(2_100);
    await thinker.close();
  });
});
