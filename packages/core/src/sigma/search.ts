import { isMap, isSeq, type YAMLMap } from 'yaml';
import { anyOf, type Node } from './ast.ts';
import { readCondition } from './condition.ts';
import { DetectionReader } from './detection.ts';
import type { LogsourceDemand, RuleMeta, SigmaFilter, SigmaRule } from './rule.ts';
import type { Placeholders } from './text-value.ts';
import { pairsOf, type RuleFile, textOf, textsOf } from './yaml-node.ts';

/** How rules are to be read. */
export interface SigmaOptions {
  /** Values for `%name%` under `expand`. */
  readonly placeholders?: Placeholders;
  /** May a rule name fields that its log source is not known to have? Otherwise it is a problem. */
  readonly isOpen?: boolean;
}

/** The file a document stands in, and how it is read. */
export interface Target {
  readonly file: RuleFile;
  readonly options: SigmaOptions;
}

const NOT_SEARCHES: ReadonlySet<string> = new Set(['condition', 'timeframe', 'rules']);

/** Reads a rule over single events. */
export function readRule(root: YAMLMap, meta: RuleMeta, target: Target): SigmaRule | undefined {
  const node = root.get('detection', true);
  if (!isMap(node)) {
    target.file.report('rule_bad_detection', '`detection` must be a map.', { node: node ?? root });
    return undefined;
  }
  const logsource = readLogsource(root, target.file);
  return { ...meta, kind: 'rule', logsource, ...readSearch(node, logsource, target) };
}

/** Reads a filter over other rules. */
export function readFilter(root: YAMLMap, meta: RuleMeta, target: Target): SigmaFilter | undefined {
  const { file } = target;
  const node = root.get('filter', true);
  if (!isMap(node)) {
    file.report('rule_bad_detection', '`filter` must be a map.', { node: node ?? root });
    return undefined;
  }
  const logsource = readLogsource(root, file);
  if (!node.has('rules'))
    file.report('rule_missing_part', 'A filter needs `rules`.', {
      node,
      hint: 'List ids or names of rules, or write `any`.',
    });
  if (isSeq(node.get('condition', true)))
    file.report('rule_bad_condition', 'The condition of a filter is one text.', { node });
  const rules = textsOf(node, 'rules').filter((name) => name !== 'any');
  return { ...meta, kind: 'filter', logsource, rules, ...readSearch(node, logsource, target) };
}

type Search = Pick<SigmaRule, 'fields' | 'detection' | 'parts' | 'conditions'>;

/** The search identifiers under a key and the condition over them. */
function readSearch(node: YAMLMap, logsource: LogsourceDemand, { file, options }: Target): Search {
  const reader = new DetectionReader({
    file,
    logsource,
    placeholders: options.placeholders ?? {},
    isStrict: !options.isOpen,
  });
  const identifiers = new Map<string, Node>();
  for (const { key, value } of pairsOf(node))
    if (!NOT_SEARCHES.has(key)) identifiers.set(key, reader.read(value));
  const detection = readConditions(node, identifiers, file);
  return {
    fields: [...reader.fields],
    detection,
    parts: [...identifiers].map(([name, part]) => ({ name, detection: part })),
    conditions: textsOf(node, 'condition'),
  };
}

/** A list of conditions means any of them. */
function readConditions(
  search: YAMLMap,
  identifiers: ReadonlyMap<string, Node>,
  file: RuleFile,
): Node {
  const node = search.get('condition', true);
  const texts = textsOf(search, 'condition');
  if (texts.length === 0)
    file.report('rule_missing_part', 'The detection has no `condition`.', { node: search });
  const nodes = texts.map((text): Node => {
    const read = readCondition(text, identifiers);
    if (read.ok) return read.node;
    file.report('rule_bad_condition', read.error.why, {
      node,
      shift: texts.length === 1 ? read.error.at : 0,
    });
    return anyOf([]);
  });
  return anyOf(nodes);
}

function readLogsource(root: YAMLMap, file: RuleFile): LogsourceDemand {
  const node = root.get('logsource', true);
  const parts = isMap(node)
    ? (['product', 'service', 'category'] as const).flatMap((key) => toPart(node, key))
    : [];
  if (parts.length === 0)
    file.report(
      'rule_missing_part',
      'A rule needs a `logsource` with product, category or service.',
      { node: node ?? root },
    );
  return Object.fromEntries(parts);
}

function toPart(node: YAMLMap, key: string): readonly (readonly [string, string])[] {
  const text = textOf(node, key);
  return text ? [[key, text.toLowerCase()]] : [];
}
