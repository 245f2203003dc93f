import { isMap, type YAMLMap } from 'yaml';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../shared/time.ts';
import { type Leaf, leavesOf } from './ast.ts';
import { readCondition as readText } from './condition.ts';
import type { Bound, CorrelationType, RuleMeta, SigmaCorrelation } from './rule.ts';
import { pairsOf, type RuleFile, scalarOf, textOf, textsOf } from './yaml-node.ts';

const UNITS: Readonly<Record<string, number>> = {
  s: SECOND_MS,
  m: MINUTE_MS,
  h: HOUR_MS,
  d: DAY_MS,
  w: 7 * DAY_MS,
};
const TYPES: readonly CorrelationType[] = [
  'event_count',
  'value_count',
  'value_sum',
  'value_avg',
  'value_percentile',
  'value_median',
  'temporal',
  'temporal_ordered',
];
const OPS = ['gt', 'gte', 'lt', 'lte', 'eq', 'neq'] as const;
const MAX_TIMESPAN_MS = 31 * DAY_MS;

/** Of each type: does it look at values, and is it over which rules matched? */
const isOverValues = (type: CorrelationType | undefined): boolean =>
  type?.startsWith('value_') ?? false;
const isTemporal = (type: CorrelationType | undefined): boolean =>
  type === 'temporal' || type === 'temporal_ordered';

/** Reads the `correlation` of a Sigma document (Sigma correlation specification 2.1). */
export function parseCorrelation(
  root: YAMLMap,
  meta: RuleMeta,
  file: RuleFile,
): SigmaCorrelation | undefined {
  const node = root.get('correlation', true);
  if (!isMap(node)) {
    file.report('rule_bad_correlation', '`correlation` must be a map.', { node: node ?? root });
    return undefined;
  }
  const before = file.problems.length;
  const type = readType(node, file);
  const rules = textsOf(node, 'rules');
  if (rules.length === 0)
    file.report('rule_missing_part', 'A correlation needs `rules`.', { node });
  const timespanMs = readTimespan(node, file);
  const condition = readCondition(node, { type, rules, file });
  const aliases = readAliases(node, rules, file);
  const isGenerating = readGenerate(node, file) || readGenerate(root, file);
  const isForEachSource = readRefire(root, file) === 'each_source';
  if (file.problems.length > before || !type) return undefined;
  const groupBy = textsOf(node, 'group-by');
  return {
    ...meta,
    kind: 'correlation',
    type,
    rules,
    groupBy,
    aliases,
    timespanMs,
    ...condition,
    isGenerating,
    ...(isForEachSource ? { isForEachSource } : {}),
  };
}

/** When a group that fired may fire again inside its timespan (`cordon: {refire: …}`). */
export const REFIRE = ['once', 'each_source'] as const;

function readRefire(root: YAMLMap, file: RuleFile): string | undefined {
  const own = root.get('cordon', true);
  const text = isMap(own) ? textOf(own, 'refire') : undefined;
  if (text === undefined || REFIRE.some((known) => known === text)) return text;
  file.report('rule_bad_value', `\`${text}\` is not a way of firing again.`, {
    node: isMap(own) ? own.get('refire', true) : own,
    hint: `Use ${REFIRE.join(' or ')}.`,
  });
  return undefined;
}

function readType(node: YAMLMap, file: RuleFile): CorrelationType | undefined {
  const text = textOf(node, 'type');
  const type = TYPES.find((name) => name === text);
  if (!type)
    file.report(
      'rule_bad_correlation',
      `\`${text ?? ''}\` is not a correlation type that is known.`,
      { node: node.get('type', true) ?? node, hint: `Use ${TYPES.join(', ')}.` },
    );
  return type;
}

function readTimespan(node: YAMLMap, file: RuleFile): number {
  const text = textOf(node, 'timespan') ?? '';
  const [, count = '', unit = ''] = /^(\d{1,6})([smhdw])$/.exec(text) ?? [];
  const span = Number(count) * (UNITS[unit] ?? 0);
  if (span > 0 && span <= MAX_TIMESPAN_MS) return span;
  file.report('rule_bad_correlation', `\`${text}\` is not a timespan.`, {
    node: node.get('timespan', true) ?? node,
    hint: 'Write 30s, 5m, 2h, 1d or 1w; at most 31d.',
  });
  return 0;
}

function readGenerate(node: YAMLMap, file: RuleFile): boolean {
  if (!node.has('generate')) return false;
  const place = node.get('generate', true);
  const value = scalarOf(place);
  if (value?.kind === 'bool') return value.value;
  file.report('rule_bad_correlation', '`generate` takes true or false.', { node: place });
  return false;
}

type Condition = Pick<SigmaCorrelation, 'bounds' | 'valueFields' | 'percentile' | 'formula'>;
interface Surroundings {
  readonly type: CorrelationType | undefined;
  readonly rules: readonly string[];
  readonly file: RuleFile;
}

const NO_CONDITION: Condition = { bounds: [], valueFields: [] };

function readCondition(node: YAMLMap, around: Surroundings): Condition {
  const { type, file } = around;
  const condition = node.get('condition', true);
  if (isMap(condition)) return readBounds(condition, around);
  const text = textOf(node, 'condition');
  if (text !== undefined && isTemporal(type)) return readWords(text, condition, around);
  if (condition === undefined && isTemporal(type)) return NO_CONDITION;
  file.report('rule_missing_part', 'This correlation needs a `condition` with a bound.', {
    node: condition ?? node,
  });
  return NO_CONDITION;
}

/** `(failed or odd) and not fine`: every rule listed must be in it. */
function readWords(text: string, node: unknown, { rules, file }: Surroundings): Condition {
  const leaves = rules.map((rule): [string, Leaf] => [rule, hasMatched(rule)]);
  const read = readText(text, new Map(leaves));
  if (!read.ok) {
    file.report('rule_bad_condition', read.error.why, { node, shift: read.error.at });
    return NO_CONDITION;
  }
  const named = new Set([...leavesOf(read.node)].map((leaf) => leaf.field));
  const left = rules.find((rule) => !named.has(rule));
  if (left !== undefined)
    file.report('rule_bad_condition', `The condition leaves out the rule \`${left}\`.`, { node });
  return { ...NO_CONDITION, formula: read.node };
}

const hasMatched = (rule: string): Leaf => ({ field: rule, type: 'exists', value: true });

const CONDITION_KEYS: ReadonlySet<string> = new Set([...OPS, 'field', 'percentile']);

function readBounds(condition: YAMLMap, { type, file }: Surroundings): Condition {
  const bounds: Bound[] = [];
  for (const { key, keyNode, value } of pairsOf(condition)) {
    const op = OPS.find((name) => name === key);
    const scalar = scalarOf(value);
    if (op && scalar?.kind === 'number') bounds.push({ op, value: scalar.value });
    else if (op)
      file.report('rule_bad_correlation', `\`${key}\` takes a number.`, { node: keyNode });
    else if (!CONDITION_KEYS.has(key))
      file.report('rule_bad_correlation', `A condition has no \`${key}\`.`, {
        node: keyNode,
        hint: `Use ${[...CONDITION_KEYS].join(', ')}.`,
      });
  }
  if (bounds.length === 0)
    file.report('rule_missing_part', 'The condition has no bound.', { node: condition });
  const valueFields = textsOf(condition, 'field');
  if (isOverValues(type) && valueFields.length === 0)
    file.report('rule_missing_part', `\`${type}\` needs \`condition.field\`.`, { node: condition });
  const percentile = readPercentile(condition, { type, file });
  return { bounds, valueFields, ...(percentile === undefined ? {} : { percentile }) };
}

const DEFAULT_PERCENTILE = 50;

function readPercentile(
  condition: YAMLMap,
  { type, file }: Pick<Surroundings, 'type' | 'file'>,
): number | undefined {
  if (type !== 'value_percentile') return undefined;
  const text = textOf(condition, 'percentile');
  const value = text === undefined ? DEFAULT_PERCENTILE : Number(text);
  if (value > 0 && value <= 100) return value;
  file.report('rule_bad_correlation', '`percentile` takes a number from 1 to 100.', {
    node: condition.get('percentile', true),
  });
  return undefined;
}

function readAliases(
  node: YAMLMap,
  rules: readonly string[],
  file: RuleFile,
): SigmaCorrelation['aliases'] {
  const aliases = node.get('aliases', true);
  if (!isMap(aliases)) return {};
  const entries = pairsOf(aliases).flatMap(({ key, value }) =>
    isMap(value) ? [[key, readAlias(value, rules, file)] as const] : [],
  );
  return Object.fromEntries(entries);
}

function readAlias(
  alias: YAMLMap,
  rules: readonly string[],
  file: RuleFile,
): Readonly<Record<string, string>> {
  const pairs = pairsOf(alias);
  for (const { key, keyNode } of pairs) {
    if (rules.includes(key)) continue;
    file.report('rule_bad_correlation', `The alias names \`${key}\`, which is not in \`rules\`.`, {
      node: keyNode,
    });
  }
  return Object.fromEntries(pairs.map(({ key }) => [key, textOf(alias, key) ?? '']));
}
