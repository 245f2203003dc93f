import { join } from 'node:path';
import type { Config } from './config/load-config.ts';
import { type Content, loadContent } from './content/content.ts';
import { registerEnrichmentGauges } from './enrich/enrichment-gauges.ts';
import { openStores, type Stores } from './store/open-stores.ts';
import type { Telemetry } from './telemetry/telemetry.ts';
import type { Thinker } from './thinking/thinker.ts';
import { openThreadThinker } from './thinking/thread-thinker.ts';

/** What all other parts stand on. */
export interface Opened {
  readonly content: Content;
  readonly stores: Stores;
  readonly thinker: Thinker;
}

/**
 * Reads the content while the threads of the event store and of thinking come up: each loads its own
 * code, which takes longer than all else at a start. Rejects when one of them fails; nothing is open then.
 */
export async function openGround({
  config,
  root,
  telemetry,
}: {
  readonly config: Config;
  readonly root: string;
  readonly telemetry: Telemetry;
}): Promise<Opened> {
  const opening = [openStores(config.dataDir), openThinker(config, telemetry)] as const;
  try {
    const [content, stores, thinker] = await Promise.all([readContent(config, root), ...opening]);
    return { content, stores, thinker };
  } catch (error) {
    for (const part of await Promise.allSettled(opening))
      if (part.status === 'fulfilled') await part.value.close();
    throw error;
  }
}

/** What comes along with Cordon, or is named instead, and what was imported. */
export const readContent = (config: Config, root: string): Promise<Content> =>
  loadContent(config.contentDir ?? join(root, 'content'), config.dataDir, config);

/** Everything that thinks, in a thread of its own; what it knows of the house is shown in `/metrics`. */
async function openThinker(
  { decider, detectors, enrichment, dataDir }: Config,
  telemetry: Telemetry,
): Promise<Thinker> {
  const thinker = await openThreadThinker({
    settings: { decider, detectors, enrichment, dataDir },
    onProblem: (part, problem) => telemetry.problemRaised({ part, problem }),
  });
  registerEnrichmentGauges(telemetry.registry, () => thinker.standing());
  return thinker;
}
