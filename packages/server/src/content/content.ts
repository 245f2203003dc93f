import { join } from 'node:path';
import type { ParserDefinition, Playbook, Problem, SigmaDocument } from '@cordon/core';
import { loadParsers } from './parsers.ts';
import { loadPlaybooks } from './playbooks.ts';
import { loadRules } from './rules.ts';

/** The security knowledge of `content/`, as far as it could be read, with what could not. */
export interface Content {
  readonly parsers: readonly ParserDefinition[];
  readonly rules: readonly SigmaDocument[];
  readonly playbooks: readonly Playbook[];
  readonly problems: readonly Problem[];
}

/** Reads all of it; one bad file never stops the others. */
export async function loadContent(dir: string): Promise<Content> {
  const [parsers, rules, playbooks] = await Promise.all([
    loadParsers(join(dir, 'parsers')),
    loadRules(join(dir, 'rules')),
    loadPlaybooks(join(dir, 'playbooks')),
  ]);
  return {
    parsers: parsers.values,
    rules: rules.values,
    playbooks: playbooks.values,
    problems: [...parsers.problems, ...rules.problems, ...playbooks.problems],
  };
}
