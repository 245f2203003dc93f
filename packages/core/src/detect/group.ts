import type { EntityRef } from '../entity/entity.ts';
import { toNumber } from '../sigma/comparison.ts';
import type { EventView } from '../sigma/event-view.ts';
import type { SigmaCorrelation, SigmaRule } from '../sigma/rule.ts';
import { toSummary } from './rule-summary.ts';
import type { RuleSummary } from './signal.ts';

/** A rule or correlation that has just matched, with what its signal would show. */
export interface Match {
  readonly source: SigmaRule | SigmaCorrelation;
  readonly fields: readonly string[];
  readonly logsource: SigmaRule['logsource'];
  /** What its signals tell of it. */
  readonly summary: RuleSummary;
  /** Of a correlation: the values of its group, by the names it groups by. */
  readonly group?: Readonly<Record<string, string>>;
  /** Of a correlation: whom its window was about. */
  readonly entities?: readonly EntityRef[];
}

/** The match of a rule or correlation, as a signal needs it. */
export const toMatch = (source: Match['source']): Match => ({
  source,
  fields: source.kind === 'rule' ? source.fields : [],
  logsource: source.kind === 'rule' ? source.logsource : {},
  summary: toSummary(source),
});

/** The names under which a correlation may speak of what matched. */
const namesOf = ({ source }: Match): readonly string[] =>
  source.name ? [source.id, source.name] : [source.id];

/** The rules of the correlation that this match is one of. */
export const referencesOf = (correlation: SigmaCorrelation, match: Match): readonly string[] => {
  const names = namesOf(match);
  return correlation.rules.filter((reference) => names.includes(reference));
};

/** The group's values by name, in lower case; undefined when the event lacks one. */
export function groupOf(
  correlation: SigmaCorrelation,
  match: Match,
  view: EventView,
): Readonly<Record<string, string>> | undefined {
  const group: Record<string, string> = {};
  for (const name of correlation.groupBy) {
    const value = readValue(correlation, { name, match, view });
    if (value === undefined) return undefined;
    group[name] = value;
  }
  return group;
}

/** One text for a group; no two groups share it. */
export const groupKey = (group: Readonly<Record<string, string>>): string =>
  Object.values(group)
    .map((value) => `${value.length}:${value}`)
    .join('|');

interface Reading {
  readonly name: string;
  readonly match: Match;
  readonly view: EventView;
}

/** Empty texts and the dash that logs write for "none" are no value. */
function readValue(correlation: SigmaCorrelation, { name, match, view }: Reading) {
  const own = match.group;
  if (own && Object.hasOwn(own, name)) return own[name];
  const lower = view.values(fieldFor(correlation, name, match))[0]?.lower;
  return lower === '' || lower === '-' ? undefined : lower;
}

function fieldFor(correlation: SigmaCorrelation, name: string, match: Match): string {
  const alias = correlation.aliases[name];
  if (!alias) return name;
  const own = namesOf(match).find((reference) => Object.hasOwn(alias, reference));
  return own === undefined ? name : (alias[own] ?? name);
}

/**
 * What a match adds to a window: the texts that are counted apart, one for each. None: the event
 * lacks what is counted.
 */
export function countedValues(
  correlation: SigmaCorrelation,
  match: Match,
  view: EventView,
): readonly string[] {
  const { type, valueFields } = correlation;
  if (type === 'event_count') return [''];
  if (type === 'temporal' || type === 'temporal_ordered') return referencesOf(correlation, match);
  const values = valueFields.map((name) => readValue(correlation, { name, match, view }));
  if (values.includes(undefined)) return [];
  if (type === 'value_count') return [values.join('\n')];
  const number = toNumber(values[0] ?? '');
  return number === undefined ? [] : [String(number)];
}
