import { setTimeout as pause } from 'node:timers/promises';
import { type EpochMs, parseExposition, type Sample } from '@cordon/core';
import { type Caller, SourceTrouble } from '@cordon/extensions';
import type { Scrape } from './config.ts';
import type { MetricDesk } from './metric-desk.ts';

const ANSWER_MS = 10_000;
const MAX_BYTES = 16 * 1024 * 1024;

export interface ScrapeDeps {
  readonly scrapes: readonly Scrape[];
  readonly metrics: Pick<MetricDesk, 'take'>;
  /** The bounded way out. */
  readonly caller: Caller;
  readonly now: () => EpochMs;
  /** 0 up to 1. */
  readonly chance: () => number;
}

/** Reads every page in its turn until the signal aborts; they do not all begin at once. */
export async function runScrapes(deps: ScrapeDeps, signal: AbortSignal): Promise<void> {
  await Promise.all(
    deps.scrapes.map(async (scrape) => {
      const wait = (ms: number) => pause(ms, undefined, { signal }).catch(() => undefined);
      await wait(deps.chance() * scrape.everyMs);
      while (!signal.aborted) {
        await readPage(scrape, deps, signal);
        await wait(scrape.everyMs);
      }
    }),
  );
  await deps.caller.close();
}

/** One reading. Whether it came is a series as well (`up`), as Prometheus has it. */
export async function readPage(
  { url, token }: Scrape,
  { metrics, caller, now }: Pick<ScrapeDeps, 'metrics' | 'caller' | 'now'>,
  signal: AbortSignal,
): Promise<void> {
  const text = await fetchText(caller, { url, token }, signal);
  const at = now();
  const instance = new URL(url).host;
  const { samples } = parseExposition(text ?? '', at);
  const up: Sample = { name: 'up', labels: {}, at, value: text === undefined ? 0 : 1 };
  metrics.take(
    instance,
    [up, ...samples].map((sample) => ({ ...sample, labels: { ...sample.labels, instance } })),
  );
}

/** Undefined when it did not come. */
async function fetchText(
  caller: Caller,
  { url, token }: { readonly url: string; readonly token: string | undefined },
  signal: AbortSignal,
): Promise<string | undefined> {
  const call = {
    what: 'The exporter',
    url: new URL(url),
    method: 'GET',
    headers: {
      accept: 'text/plain; version=0.0.4',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    maxBytes: MAX_BYTES,
  } as const;
  try {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]);
    const { status, body } = await caller.call(call, limit);
    return status === 200 ? body.toString('utf8') : undefined;
  } catch (error) {
    if (error instanceof SourceTrouble || signal.aborted) return undefined;
    throw error;
  }
}
