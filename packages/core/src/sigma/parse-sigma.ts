import { type Document, isMap, LineCounter, parseAllDocuments, type YAMLMap } from 'yaml';
import type { Batch } from '../shared/result.ts';
import { parseCorrelation } from './correlation.ts';
import { readMeta } from './meta.ts';
import type { RuleMeta, SigmaDocument } from './rule.ts';
import { readFilter, readRule, type SigmaOptions, type Target } from './search.ts';
import { findAlias, RuleFile } from './yaml-node.ts';

const MAX_FILE_CHARS = 1_000_000;

/**
 * Reads the rules, correlations and filters of one file (Sigma 2.1; several documents are fine). What is
 * wrong is located by line and column; a document with a problem is left out, the others stay.
 */
export function parseSigma(
  text: string,
  file: string,
  options: SigmaOptions = {},
): Batch<SigmaDocument> {
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
  const values = list.flatMap(
    (document) => readDocument(document, { file: target, options }) ?? [],
  );
  return { values, problems: target.problems };
}

function readDocument(document: Document, target: Target): SigmaDocument | undefined {
  const { file } = target;
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
  const rule = meta && readKind(root, meta, target);
  return file.problems.length > before ? undefined : rule;
}

const firstLine = (text: string): string =>
  `${(text.split('\n')[0] ?? '').replace(/( at line \d+, column \d+)?:?$/, '')}.`;

/** A document of one of the three kinds, told by its key. */
function readKind(
  root: YAMLMap,
  meta: RuleMeta,
  { file, options }: Target,
): SigmaDocument | undefined {
  if (root.has('correlation')) return parseCorrelation(root, meta, file);
  if (root.has('filter')) return readFilter(root, meta, { file, options });
  if (root.has('detection')) return readRule(root, meta, { file, options });
  file.report('rule_missing_part', 'A rule needs `detection`, `correlation` or `filter`.', {
    node: root,
  });
  return undefined;
}
