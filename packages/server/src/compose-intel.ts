import { createIntelMatcher, type IntelMatcher } from '@cordon/core';
import { readFeed } from '@cordon/extensions';
import type { RunningRules } from './compose-rules.ts';
import type { Config } from './config/load-config.ts';
import { createIntel, type RunningIntel } from './intel/create-intel.ts';
import type { Pipeline } from './pipeline/pipeline.ts';
import type { Stores } from './store/open-stores.ts';
import type { Telemetry } from './telemetry/telemetry.ts';

/** Threat intelligence with the readers of feeds that there are, and the matcher that it feeds. */
export async function composeIntel(
  ground: {
    readonly config: Pick<Config, 'intel' | 'dataDir'>;
    readonly stores: Pick<Stores, 'events' | 'state'>;
    readonly telemetry: Pick<Telemetry, 'problemRaised'>;
    readonly signal: AbortSignal;
  },
  parts: {
    readonly now: () => number;
    /** Asked once it runs. */
    readonly pipeline: () => Pick<Pipeline, 'consider' | 'view'>;
    readonly rules: () => Pick<RunningRules, 'book'>;
  },
): Promise<RunningIntel & { readonly matcher: IntelMatcher }> {
  const { config, stores, telemetry, signal } = ground;
  const matcher = createIntelMatcher();
  const intel = await createIntel({
    feeds: config.intel.feeds,
    dataDir: config.dataDir,
    readFeed,
    matcher,
    now: parts.now,
    signal,
    onProblem: (problem) => telemetry.problemRaised({ part: 'intel', problem }),
    lookBack: {
      ...stores,
      days: config.intel.lookBackDays,
      isReady: () => !parts.pipeline().view().isReplaying,
      consider: (signals) =>
        parts
          .pipeline()
          .consider(signals.filter((one) => parts.rules().book.mute(one) === undefined)),
    },
  });
  return Object.assign(intel, { matcher });
}
