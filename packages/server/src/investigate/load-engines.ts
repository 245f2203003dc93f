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
import type { InvestigateOptions } from './investigate.ts';

/** Fresh engines over the parsers and rules of a content folder; a bad file is a problem and never stops the rest. */
export async function loadEngines(
  contentDir: string,
  decider: DeciderConfig = {},
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
  return {
    engines: {
      normaliser: createNormaliser({ parsers: parsers.values }),
      engine: createDetectionEngine({ rules: rules.values }),
      decider: createDecider(decider),
      detectors: createDetectorBank({ detectors: createDetectors() }),
    },
    problems: [...parsers.problems, ...rules.problems],
    parsers: parsers.values.length,
    rules: rules.values.length,
  };
}
