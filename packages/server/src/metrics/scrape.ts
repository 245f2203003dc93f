import { setTimeout as pause } from 'node:timers/promises';
import { type EpochMs, parseExposition, type Sample } from '@cordon/core';
import type { Scrape } from './config.ts';
import type { MetricDesk } from './metric-desk.ts';

export interface ScrapeDeps {
  readonly scrapes: readonly Scrape[];
  readonly metrics: Pick<MetricDesk, 'take'>;
  /** Undefined when the page does not come. */
  readonly read: (scrape: Scrape) => Promise<string | undefined>;
  readonly now: () => EpochMs;
  /** 0 up to 1. */
  readonly chance: () => number;
}

/** Reads every page in its turn until the signal aborts; they do not all begin at once. */
export async function runScrapes(deps: ScrapeDeps, signal: AbortSignal): Promise<void> {
  const wait = (ms: number) => pause(ms, undefined, { signal }).catch(() => undefined);
  await Promise.all(
    deps.scrapes.map(async (scrape) => {
      await wait(deps.chance() * scrape.everyMs);
      while (!signal.aborted) {
        await takePage(scrape, deps);
        await wait(scrape.everyMs);
      }
    }),
  );
}

/** One reading. Whether it came is a series as well (`up`), as Prometheus has it. */
export async function takePage(
  scrape: Scrape,
  { metrics, read, now }: Pick<ScrapeDeps, 'metrics' | 'read' | 'now'>,
): Promise<void> {
  const text = await read(scrape);
  const at = now();
  const instance = new URL(scrape.url).host;
  const { samples } = parseExposition(text ?? '', at);
  const up: Sample = { name: 'up', labels: {}, at, value: text === undefined ? 0 : 1 };
  metrics.take(
    instance,
    [up, ...samples].map((sample) => ({ ...sample, labels: { ...sample.labels, instance } })),
  );
}
