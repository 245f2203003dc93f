import { setTimeout as pause } from 'node:timers/promises';
import { packsFingerprint } from '../rules/pack.ts';

const EVERY_MS = 2_000;

export interface WatchPacksDeps {
  readonly dataDir: string;
  /** Reads the content anew; what cannot be read is told by it. */
  readonly reload: () => Promise<unknown>;
  readonly onFailure: (error: unknown) => void;
}

/** Puts rules in force soon after an import was made or taken away, until the signal aborts. */
export async function watchPacks(deps: WatchPacksDeps, signal: AbortSignal): Promise<void> {
  let known = await packsFingerprint(deps.dataDir);
  while (!signal.aborted) {
    await pause(EVERY_MS, undefined, { signal }).catch(() => undefined);
    const seen = await packsFingerprint(deps.dataDir).catch(() => known);
    if (signal.aborted || seen === known) continue;
    known = seen;
    await deps.reload().catch(deps.onFailure);
  }
}
