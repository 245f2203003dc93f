import { isLeaf, type Node } from '../sigma/ast.ts';
import type { Bound, SigmaCorrelation } from '../sigma/rule.ts';
import { type Hit, timesOf } from './window.ts';

/** Does a window with these hits (by event time) meet the correlation's condition? */
export function isMet(correlation: SigmaCorrelation, hits: readonly Hit[]): boolean {
  if (hits.length === 0) return false;
  const { type, rules, formula, bounds } = correlation;
  if (type === 'temporal_ordered' && !formula && bounds.length === 0)
    return stepsDone(rules, hits) >= rules.length;
  if (formula) return holds(formula, new Set(hits.map((hit) => hit.value)));
  if (type === 'temporal' && bounds.length === 0)
    return rules.every((rule) => hits.some((hit) => hit.value === rule));
  if (type === 'value_count' && hits.length < leastOf(bounds)) return false;
  const value = measure(correlation, hits);
  return value !== undefined && bounds.every((bound) => isWithin(value, bound));
}

/** What a count must be at least; 0 where it may be anything. */
const leastOf = (bounds: readonly Bound[]): number =>
  bounds.reduce(
    (least, { op, value }) =>
      op === 'gt' || op === 'gte' || op === 'eq' ? Math.max(least, value) : least,
    0,
  );

/**
 * Is the condition judged at each event, over the time span that ends there? Otherwise (a condition
 * that more events can undo) once, when a window that the first event opened has closed.
 */
export function isSliding({ type, bounds, formula }: SigmaCorrelation): boolean {
  if (formula) return !hasNot(formula);
  if (['value_avg', 'value_percentile', 'value_median'].includes(type)) return false;
  return bounds.length <= 1 && bounds.every(({ op }) => op === 'gt' || op === 'gte');
}

const hasNot = (node: Node): boolean =>
  !isLeaf(node) && (node.op === 'not' || node.args.some(hasNot));

function holds(node: Node, matched: ReadonlySet<string>): boolean {
  if (isLeaf(node)) return matched.has(node.field ?? '');
  if (node.op === 'not') return !holds(node.args[0], matched);
  return node.op === 'and'
    ? node.args.every((inner) => holds(inner, matched))
    : node.args.some((inner) => holds(inner, matched));
}

/** How many of the rules matched in their order; one event is one step. */
function stepsDone(rules: readonly string[], hits: readonly Hit[]): number {
  let done = 0;
  let last: string | undefined;
  for (const hit of hits) {
    if (hit.value !== rules[done] || hit.eventId === last) continue;
    done += 1;
    last = hit.eventId;
  }
  return done;
}

/** What the bounds are held against; undefined when there is nothing to measure. */
function measure(
  { type, rules, percentile = 50 }: SigmaCorrelation,
  hits: readonly Hit[],
): number | undefined {
  switch (type) {
    case 'event_count':
      return timesOf(hits);
    case 'value_count':
      return new Set(hits.map((hit) => hit.value)).size;
    case 'temporal':
      return rules.filter((rule) => hits.some((hit) => hit.value === rule)).length;
    case 'temporal_ordered':
      return stepsDone(rules, hits);
    case 'value_sum':
      return sum(hits);
    case 'value_avg':
      return sum(hits) / hits.length;
    case 'value_percentile':
      return nearestRank(hits, percentile);
    case 'value_median':
      return median(hits);
  }
}

const sum = (hits: readonly Hit[]): number =>
  hits.reduce((total, hit) => total + Number(hit.value), 0);

const sorted = (hits: readonly Hit[]): readonly number[] =>
  hits.map((hit) => Number(hit.value)).sort((left, right) => left - right);

/** The nearest-rank percentile. */
function nearestRank(hits: readonly Hit[], percentile: number): number | undefined {
  const rank = Math.max(1, Math.ceil((percentile / 100) * hits.length));
  return sorted(hits)[rank - 1];
}

function median(hits: readonly Hit[]): number | undefined {
  const values = sorted(hits);
  const upper = values[values.length >> 1];
  const lower = values[(values.length - 1) >> 1];
  return upper === undefined || lower === undefined ? undefined : (upper + lower) / 2;
}

function isWithin(count: number, { op, value }: Bound): boolean {
  switch (op) {
    case 'gt':
      return count > value;
    case 'gte':
      return count >= value;
    case 'lt':
      return count < value;
    case 'lte':
      return count <= value;
    case 'eq':
      return count === value;
    case 'neq':
      return count !== value;
  }
}
