import { Environment } from '@marcbachmann/cel-js';
import { RE2JS } from 're2js';
import { printJson } from './value.ts';

/** What an expression may speak of, each with its type. */
export type Vocabulary = Readonly<Record<string, 'map' | 'dyn' | 'int' | 'string'>>;

/** The words of a playbook. */
export const PLAYBOOK_WORDS: Vocabulary = {
  incident: 'map',
  inputs: 'map',
  item: 'dyn',
  round: 'int',
  steps: 'map',
};

/** Severities by their OCSF number, so that a condition reads `incident.severity >= high`. */
const SEVERITIES: Readonly<Record<string, bigint>> = {
  informational: 1n,
  low: 2n,
  medium: 3n,
  high: 4n,
  critical: 5n,
};

/** How much an expression may hold; what is beyond is refused when it is read. */
const LIMITS = {
  maxAstNodes: 300,
  maxDepth: 32,
  maxListElements: 100,
  maxMapEntries: 50,
  maxCallArguments: 8,
};

const PATTERN_LENGTH = 200;

/** The place where patterns are matched in linear time; CEL's own `matches` backtracks in JavaScript. */
function isMatch(text: string, pattern: string): boolean {
  if (pattern.length > PATTERN_LENGTH) throw new Error('The pattern is too long.');
  return RE2JS.compile(pattern).matcher(text).find();
}

/**
 * The Common Expression Language over a vocabulary, with the severities, `first(list)`,
 * `listed(list)` (its values in one text), `text.regex(pattern)` by RE2.
 */
export function createEnvironment(words: Vocabulary): Environment {
  const environment = new Environment({
    unlistedVariablesAreDyn: false,
    homogeneousAggregateLiterals: false,
    limits: LIMITS,
  })
    .registerFunction('first(list): dyn', (list: readonly unknown[]) => list[0] ?? null)
    .registerFunction('listed(list): string', (list: readonly unknown[]) =>
      list.map((one) => printJson(one as never)).join(', '),
    )
    .registerFunction('string.regex(string): bool', isMatch);
  for (const [name, type] of Object.entries(words)) environment.registerVariable(name, type);
  for (const [name, value] of Object.entries(SEVERITIES))
    environment.registerConstant(name, 'int', value);
  return environment;
}
