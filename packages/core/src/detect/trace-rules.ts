import type { Event } from '../event/event.ts';
import { compileNode } from '../sigma/compile.ts';
import { EventView, FieldTable } from '../sigma/event-view.ts';
import type { SigmaCorrelation, SigmaDocument, SigmaRule } from '../sigma/rule.ts';
import { feedsOf, isFor } from './route.ts';

/** A correlation that a match of the rule counts for. */
export interface CountedBy {
  readonly ruleId: string;
  readonly title: string;
  readonly type: SigmaCorrelation['type'];
  readonly bounds: SigmaCorrelation['bounds'];
  readonly timespanMs: number;
  /** The fields that make a group, with their values here; undefined: the event lacks it, so it does not count. */
  readonly group: readonly { readonly field: string; readonly value: string | undefined }[];
}

/** One rule that looked at an event: which of its parts hold, and what it saw. */
export interface RuleTrace {
  readonly ruleId: string;
  readonly title: string;
  readonly matches: boolean;
  readonly conditions: readonly string[];
  readonly parts: readonly { readonly name: string; readonly holds: boolean }[];
  readonly fields: readonly { readonly name: string; readonly value: string | undefined }[];
  readonly countedBy: readonly CountedBy[];
}

/** What every rule made of one event. */
export interface RulesTrace {
  /** Those whose log source the event belongs to; matching ones first. */
  readonly looked: readonly RuleTrace[];
  /** How many rules are for other log sources. */
  readonly passedOver: number;
}

/** Asks every rule about one event and tells why it matches or not; counts nothing. */
export function traceRules({
  rules,
  event,
}: {
  readonly rules: readonly SigmaDocument[];
  readonly event: Event;
}): RulesTrace {
  const correlations = rules.filter((rule) => rule.kind === 'correlation');
  const single = rules.filter((rule) => rule.kind === 'rule');
  const feeds = feedsOf(rules, correlations);
  const fields = new FieldTable();
  const view = new EventView(fields).show(event);
  const asked = single.filter((rule) => isFor(rule, event));
  const looked = asked.map((rule) => traceRule(rule, { view, fields }, feeds.get(rule.id) ?? []));
  return {
    looked: looked.toSorted((a, b) => Number(b.matches) - Number(a.matches)),
    passedOver: single.length - asked.length,
  };
}

const traceRule = (
  rule: SigmaRule,
  { view, fields }: { readonly view: EventView; readonly fields: FieldTable },
  fed: readonly SigmaCorrelation[],
): RuleTrace => ({
  ruleId: rule.id,
  title: rule.title,
  matches: compileNode(rule.detection, fields)(view),
  conditions: rule.conditions,
  parts: rule.parts.map(({ name, detection }) => ({
    name,
    holds: compileNode(detection, fields)(view),
  })),
  fields: rule.fields.map((name) => ({ name, value: view.text(name) })),
  countedBy: fed.map(({ id, title, type, bounds, timespanMs, groupBy, aliases }) => ({
    ruleId: id,
    title,
    type,
    bounds,
    timespanMs,
    group: groupBy.map((field) => {
      const own = aliases[field]?.[rule.id] ?? aliases[field]?.[rule.name ?? ''] ?? field;
      return { field, value: view.text(own) };
    }),
  })),
});
