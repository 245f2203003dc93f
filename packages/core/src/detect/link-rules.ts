import type { Problem, ProblemCode } from '../shared/problem.ts';
import type { Batch } from '../shared/result.ts';
import { allOf } from '../sigma/ast.ts';
import type { LogsourceDemand, SigmaDocument, SigmaFilter, SigmaRule } from '../sigma/rule.ts';
import { isNamed } from './route.ts';

/**
 * The rules that can run together, filters worked in: the second of two with one id, and a
 * correlation that refers to itself or to nothing that is there, are left out with a problem. A
 * filter that names a rule that is not there only says so. Call before `createDetectionEngine`.
 */
export function linkRules(rules: readonly SigmaDocument[]): Batch<SigmaDocument> {
  const problems: Problem[] = [];
  const byId = new Map<string, SigmaDocument>();
  for (const rule of rules) {
    if (byId.has(rule.id))
      problems.push(
        problemOf(rule, 'rule_duplicate_id', `The rule id \`${rule.id}\` is taken already.`),
      );
    else byId.set(rule.id, rule);
  }
  const all = [...byId.values()];
  const names = new Set(all.flatMap((rule) => (rule.name ? [rule.id, rule.name] : [rule.id])));
  const filters = all.filter((rule) => rule.kind === 'filter');
  const values = all.flatMap((rule) => {
    const problem = findBadReference(rule, names);
    if (problem) problems.push(problem);
    if (rule.kind === 'filter' || (problem && rule.kind === 'correlation')) return [];
    return [rule.kind === 'rule' ? applyFilters(rule, filters) : rule];
  });
  return { values, problems };
}

function findBadReference(rule: SigmaDocument, names: ReadonlySet<string>): Problem | undefined {
  if (rule.kind === 'rule') return undefined;
  const kind = rule.kind === 'filter' ? 'filter' : 'correlation';
  const missing = rule.rules.find((name) => !names.has(name));
  if (missing !== undefined) {
    const detail = `The ${kind} refers to \`${missing}\`, which is not there.`;
    return problemOf(rule, 'rule_unknown_reference', detail);
  }
  return rule.rules.some((name) => isNamed(rule, name))
    ? problemOf(rule, 'rule_unknown_reference', `The ${kind} refers to itself.`)
    : undefined;
}

function problemOf(rule: SigmaDocument, code: ProblemCode, detail: string): Problem {
  return { code, detail, at: rule.at, retryable: false };
}

/** What a filter says is demanded, too: its condition is put behind the rule's with `and`. */
function applyFilters(rule: SigmaRule, filters: readonly SigmaFilter[]): SigmaRule {
  const own = filters.filter(
    (filter) =>
      isWithin(rule.logsource, filter.logsource) &&
      (filter.rules.length === 0 || filter.rules.some((name) => isNamed(rule, name))),
  );
  if (own.length === 0) return rule;
  const detection = allOf([rule.detection, ...own.map((filter) => filter.detection)]);
  const fields = [...new Set([...rule.fields, ...own.flatMap((filter) => filter.fields)])];
  return { ...rule, detection, fields };
}

/** Does all that the wider log source names agree? */
const isWithin = (narrow: LogsourceDemand, wide: LogsourceDemand): boolean =>
  (['product', 'service', 'category'] as const).every(
    (part) => wide[part] === undefined || wide[part] === narrow[part],
  );
