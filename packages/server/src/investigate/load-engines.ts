import { join } from 'node:path';
import {
  createDecider,
  createDetectionEngine,
  createDetectorBank,
  createDetectors,
  createNormaliser,
  type DeciderConfig,
  type Problem,
} from '@cordon/core';
import { loadParsers } from '../content/parsers.ts';
import { loadRules } from '../content/rules.ts';
import { type EnrichmentSettings, NO_ENRICHMENT } from '../enrich/config.ts';
import { createEnrichment } from '../enrich/create-enrichment.ts';
import type { InvestigateOptions } from './investigate.ts';

/** Fresh engines over the parsers and rules of a content folder; a bad file is a problem and never stops the rest. */
export async function loadEngines(
  contentDir: string,
  settings: {
    readonly decider?: DeciderConfig;
    /** Files are read once; of a directory what the server kept of it in `dataDir`. */
    readonly enrichment?: EnrichmentSettings;
    readonly dataDir?: string;
  } = {},
): Promise<{
  readonly engines: InvestigateOptions['engines'];
  readonly problems: readonly Problem[];
  readonly parsers: number;
  readonly rules: number;
}> {
  const [parsers, rules] = await Promise.all([
    loadParsers(join(contentDir, 'parsers')),
    loadRules(join(contentDir, 'rules')),
  ]);
  const broken: Problem[] = [];
  const { enricher } = await createEnrichment({
    settings: settings.enrichment ?? NO_ENRICHMENT,
    ...(settings.dataDir === undefined ? {} : { dataDir: settings.dataDir }),
    now: Date.now,
    onProblem: (problem) => broken.push(problem),
  });
  return {
    engines: {
      normaliser: createNormaliser({ parsers: parsers.values }),
      engine: createDetectionEngine({ rules: rules.values }),
      decider: createDecider({ ...settings.decider, known: enricher }),
      detectors: createDetectorBank({ detectors: createDetectors() }),
      enricher,
    },
    problems: [...parsers.problems, ...rules.problems, ...broken],
    parsers: parsers.values.length,
    rules: rules.values.length,
  };
}
