import { createIntelMatcher, type IntelMatcher } from '@cordon/core';
import { readFeed } from '@cordon/extensions';
import type { Config } from './config/load-config.ts';
import { createIntel, type RunningIntel } from './intel/create-intel.ts';
import type { Telemetry } from './telemetry/telemetry.ts';

/** Threat intelligence with the readers of feeds that there are, and the matcher that it feeds. */
export async function composeIntel(ground: {
  readonly config: Pick<Config, 'intel' | 'dataDir'>;
  readonly telemetry: Pick<Telemetry, 'problemRaised'>;
  readonly now: () => number;
  readonly signal: AbortSignal;
}): Promise<RunningIntel & { readonly matcher: IntelMatcher }> {
  const { config, telemetry, now, signal } = ground;
  const matcher = createIntelMatcher();
  const intel = await createIntel({
    feeds: config.intel.feeds,
    dataDir: config.dataDir,
    readFeed,
    matcher,
    now,
    signal,
    onProblem: (problem) => telemetry.problemRaised({ part: 'intel', problem }),
  });
  return Object.assign(intel, { matcher });
}
