import { join } from 'node:path';
import {
  linkRules,
  type ParserDefinition,
  type Playbook,
  type Problem,
  type SigmaDocument,
  type SigmaOptions,
} from '@cordon/core';
import { loadPacks, type RulePack } from '../rules/pack.ts';
import { loadParsers } from './parsers.ts';
import { loadPlaybooks } from './playbooks.ts';
import { RuleCache } from './rule-cache.ts';
import { readRules } from './rules.ts';

/** The security knowledge of `content/`, as far as it could be read, with what could not. */
export interface Content {
  readonly parsers: readonly ParserDefinition[];
  readonly rules: readonly SigmaDocument[];
  readonly playbooks: readonly Playbook[];
  /** Imports that rules came with. */
  readonly packs?: readonly RulePack[];
  readonly problems: readonly Problem[];
}

/** How rules are read. */
export type ContentOptions = Pick<SigmaOptions, 'placeholders'>;

/** Where rules that were read once are kept, for a quick start. */
const cacheFile = (dataDir: string): string => join(dataDir, 'rules.cache');

/** Reads all of it, and what was imported or written into a data folder; one bad file never stops the others. */
export async function loadContent(
  dir: string,
  dataDir?: string,
  { placeholders = {} }: ContentOptions = {},
): Promise<Content> {
  const cache = dataDir === undefined ? undefined : await RuleCache.open(cacheFile(dataDir));
  const options = { placeholders, ...(cache ? { cache } : {}) };
  const [parsers, own, imported, playbooks] = await Promise.all([
    loadParsers(join(dir, 'parsers')),
    readRules(join(dir, 'rules'), options),
    dataDir === undefined ? NO_PACKS : loadPacks(dataDir, options),
    loadPlaybooks(join(dir, 'playbooks'), dataDir),
  ]);
  const kept = cache ? [...cache.problems, ...(await cache.save())] : [];
  const rules = linkRules([...own.values, ...imported.values]);
  return {
    parsers: parsers.values,
    rules: rules.values,
    playbooks: playbooks.values,
    packs: imported.packs,
    problems: [
      ...kept,
      ...[parsers, own, imported, rules, playbooks].flatMap(({ problems }) => problems),
    ],
  };
}

const NO_PACKS = { packs: [], values: [], problems: [] };
