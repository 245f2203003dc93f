import { join } from 'node:path';
import {
  linkRules,
  type ParserDefinition,
  type Playbook,
  type Problem,
  type SigmaDocument,
} from '@cordon/core';
import { loadPacks, type RulePack } from '../rules/pack.ts';
import { loadParsers } from './parsers.ts';
import { loadPlaybooks } from './playbooks.ts';
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

/** Reads all of it, and what was imported into a data folder; one bad file never stops the others. */
export async function loadContent(dir: string, dataDir?: string): Promise<Content> {
  const [parsers, own, imported, playbooks] = await Promise.all([
    loadParsers(join(dir, 'parsers')),
    readRules(join(dir, 'rules')),
    dataDir === undefined ? NO_PACKS : loadPacks(dataDir),
    loadPlaybooks(join(dir, 'playbooks')),
  ]);
  const rules = linkRules([...own.values, ...imported.values]);
  return {
    parsers: parsers.values,
    rules: rules.values,
    playbooks: playbooks.values,
    packs: imported.packs,
    problems: [parsers, own, imported, rules, playbooks].flatMap(({ problems }) => problems),
  };
}

const NO_PACKS = { packs: [], values: [], problems: [] };
