import type { Problem } from '@cordon/core';
import { readFeed } from '@cordon/extensions';
import type { RunningRules } from './compose-rules.ts';
import type { Config } from './config/load-config.ts';
import { createIntel, type RunningIntel } from './intel/create-intel.ts';
import type { Pipeline } from './pipeline/pipeline.ts';
import type { Stores } from './store/open-stores.ts';
import { toStoreError } from './store/store-error.ts';
import type { Telemetry } from './telemetry/telemetry.ts';
import type { Thinker } from './thinking/thinker.ts';

/** Threat intelligence with the readers of feeds that there are, which the thinker matches events with. */
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
    readonly thinker: Pick<Thinker, 'order' | 'standing'>;
    readonly rules: () => Pick<RunningRules, 'book'>;
  },
): Promise<RunningIntel> {
  const { config, stores, telemetry, signal } = ground;
  const { thinker } = parts;
  const onProblem = (problem: Problem): void => telemetry.problemRaised({ part: 'intel', problem });
  return createIntel({
    feeds: config.intel.feeds,
    dataDir: config.dataDir,
    readFeed,
    matcher: {
      use: (_intelligence, files) => {
        thinker
          .order({ kind: 'intel', files })
          .catch((error: unknown) => onProblem(toStoreError(error).problem));
      },
      counts: () => thinker.standing().matches,
    },
    now: parts.now,
    signal,
    onProblem,
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
}
