import { type Document, isMap, LineCounter, parseAllDocuments, type YAMLMap } from 'yaml';
import { SEVERITY, type SeverityName } from '../event/severity.ts';
import type { Batch } from '../shared/result.ts';
import { BEHAVIOURS, behaviourOfTactics, isBehaviour } from './behaviour.ts';
import { compileCondition } from './condition.ts';
import { parseCorrelation } from './correlation.ts';
import { DetectionCompiler } from './detection.ts';
import { nearestOf } from './field.ts';
import type { LogsourceDemand, Predicate, RuleMeta, SigmaDocument, SigmaRule } from './rule.ts';
import { findAlias, pairsOf, RuleFile, textOf, textsOf } from './yaml-node.ts';

const MAX_FILE_CHARS = 1_000_000;

/**
 * Reads the rules and correlations of one file (Sigma 2.1; several documents are fine). What is
 * wrong is located by line and column; a document with a problem is left out, the others stay.
 */
export function parseSigma(text: string, file: string): Batch<SigmaDocument> {
  const lines = new LineCounter();
  const target = new RuleFile(file, lines);
  if (text.length > MAX_FILE_CHARS) {
    target.report('rule_syntax', `A rule file holds at most ${MAX_FILE_CHARS} characters.`, {
      node: undefined,
    });
    return { values: [], problems: target.problems };
  }
  const documents = parseAllDocuments(text, {
    lineCounter: lines,
    schema: 'core',
    uniqueKeys: true,
  });
  const list: readonly Document[] = Array.isArray(documents)
    ? (documents as readonly Document[])
    : [];
  const values = list.flatMap((document) => readDocument(document, target) ?? []);
  return { values, problems: target.problems };
}

function readDocument(document: Document, file: RuleFile): SigmaDocument | undefined {
  const before = file.problems.length;
  for (const error of document.errors)
    file.report('rule_syntax', firstLine(error.message), { node: { range: error.pos } });
  const root = document.contents;
  if (document.errors.length > 0) return undefined;
  if (!isMap(root)) {
    if (root !== null) file.report('rule_syntax', 'A rule is a map.', { node: root });
    return undefined;
  }
  const alias = findAlias(root);
  if (alias) file.report('rule_syntax', 'A rule may not hold aliases.', { node: alias });
  const meta = alias ? undefined : readMeta(root, file);
  const rule = meta && readKind(root, meta, file);
  return file.problems.length > before ? undefined : rule;
}

const firstLine = (text: string): string =>
  `${(text.split('\n')[0] ?? '').replace(/( at line \d+, column \d+)?:?$/, '')}.`;

function readKind(root: YAMLMap, meta: RuleMeta, file: RuleFile): SigmaDocument | undefined {
  if (root.has('correlation')) return parseCorrelation(root, meta, file);
  if (root.has('detection')) return readRule(root, meta, file);
  file.report('rule_missing_part', 'A rule needs `detection` or `correlation`.', { node: root });
  return undefined;
}

function readMeta(root: YAMLMap, file: RuleFile): RuleMeta | undefined {
  const id = textOf(root, 'id') ?? textOf(root, 'name');
  const title = textOf(root, 'title');
  if (!id || !title) {
    file.report('rule_missing_part', `A rule needs \`${id ? 'title' : 'id'}\`.`, { node: root });
    return undefined;
  }
  const name = textOf(root, 'name');
  const author = textOf(root, 'author');
  const license = textOf(root, 'license');
  const tags = textsOf(root, 'tags').map((tag) => tag.toLowerCase());
  const tactics = tags
    .filter((tag) => /^attack\.[a-z-]+$/.test(tag))
    .map((tag) => tag.slice('attack.'.length));
  return {
    id,
    title,
    level: readLevel(root, file),
    techniques: tags
      .filter((tag) => /^attack\.t\d{4}/.test(tag))
      .map((tag) => tag.slice('attack.'.length).toUpperCase()),
    tactics,
    falsepositives: textsOf(root, 'falsepositives'),
    behaviour: readBehaviour(root, tactics, file),
    at: file.locate(root),
    ...(name ? { name } : {}),
    ...(author ? { author } : {}),
    ...(license ? { license } : {}),
  };
}

function readLevel(root: YAMLMap, file: RuleFile): SeverityName {
  const level = textOf(root, 'level') ?? 'medium';
  if (Object.hasOwn(SEVERITY, level) && level !== 'unknown') return level as SeverityName;
  const hint = 'Use informational, low, medium, high or critical.';
  file.report('rule_bad_value', `\`${level}\` is not a level.`, {
    node: root.get('level', true),
    hint,
  });
  return 'medium';
}

function readBehaviour(root: YAMLMap, tactics: readonly string[], file: RuleFile): string {
  const own = root.get('cordon', true);
  const behaviour = isMap(own) ? textOf(own, 'behaviour') : undefined;
  if (behaviour === undefined) return behaviourOfTactics(tactics);
  if (isBehaviour(behaviour)) return behaviour;
  const hint = `Did you mean \`${nearestOf(behaviour, BEHAVIOURS)}\`?`;
  file.report('rule_bad_value', `\`${behaviour}\` is not a behaviour class.`, {
    node: isMap(own) ? own.get('behaviour', true) : own,
    hint,
  });
  return behaviour;
}

function readRule(root: YAMLMap, meta: RuleMeta, file: RuleFile): SigmaRule | undefined {
  const detection = root.get('detection', true);
  if (!isMap(detection)) {
    file.report('rule_bad_detection', '`detection` must be a map.', { node: detection });
    return undefined;
  }
  const logsource = readLogsource(root, file);
  const compiler = new DetectionCompiler(file, logsource);
  const identifiers = new Map<string, Predicate>();
  for (const { key, value } of pairsOf(detection)) {
    if (key !== 'condition' && key !== 'timeframe') identifiers.set(key, compiler.compile(value));
  }
  const matches = readConditions(detection, identifiers, file);
  return {
    ...meta,
    kind: 'rule',
    logsource,
    fields: [...compiler.fields],
    matches,
    parts: [...identifiers].map(([name, part]) => ({ name, matches: part })),
    conditions: textsOf(detection, 'condition'),
  };
}

/** A list of conditions means any of them. */
function readConditions(
  detection: YAMLMap,
  identifiers: ReadonlyMap<string, Predicate>,
  file: RuleFile,
): Predicate {
  const node = detection.get('condition', true);
  const texts = textsOf(detection, 'condition');
  if (texts.length === 0)
    file.report('rule_missing_part', 'The detection has no `condition`.', { node: detection });
  const predicates = texts.map((text): Predicate => {
    const compiled = compileCondition(text, identifiers);
    if (compiled.ok) return compiled.matches;
    file.report('rule_bad_condition', compiled.error.why, {
      node,
      shift: texts.length === 1 ? compiled.error.at : 0,
    });
    return () => false;
  });
  return (view) => predicates.some((predicate) => predicate(view));
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
