import { createCaller, SourceTrouble } from '@cordon/extensions';
import type { Scrape } from './metrics/config.ts';

const ANSWER_MS = 10_000;
const MAX_BYTES = 16 * 1024 * 1024;

/** Reads the page of an exporter, bounded in size and time; undefined when it does not come. */
export type ReadPage = (scrape: Scrape) => Promise<string | undefined>;

/** The reader, with the bounded way out that sources have; private addresses are what exporters have. */
export function createReadPage(signal: AbortSignal): ReadPage {
  const caller = createCaller(true);
  signal.addEventListener('abort', () => void caller.close(), { once: true });
  return async ({ url, token }) => {
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
  };
}
