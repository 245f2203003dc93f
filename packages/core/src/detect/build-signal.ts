import type { EntityRef } from '../entity/entity.ts';
import type { Event } from '../event/event.ts';
import { SEVERITY } from '../event/severity.ts';
import { idOf } from '../shared/id.ts';
import type { EventView } from '../sigma/event-view.ts';
import type { LogsourceDemand, SigmaCorrelation, SigmaRule } from '../sigma/rule.ts';
import { guessOf, type RuleSummary, type Signal } from './signal.ts';
import { type Hit, timesOf } from './window.ts';

const MAX_MATCHED = 12;
const MAX_VALUE = 256;
const MAX_KEPT_EVENTS = 20;
/** True of every match, so they say nothing about this one. */
const DULL_FIELDS: ReadonlySet<string> = new Set([
  'class_uid',
  'activity_id',
  'status_id',
  'EventID',
  'TargetImage',
]);

/** What a firing rests on beyond the last event. */
export interface Firing {
  readonly view: EventView;
  readonly summary: RuleSummary;
  /** Group key of a correlation; empty for a rule. */
  readonly group: string;
  readonly hits: readonly Hit[];
  readonly fields: readonly string[];
  readonly logsource: LogsourceDemand;
  /** Whom it is about: those of the last event first. */
  readonly entities: readonly EntityRef[];
}

/** The signal of a rule over single events. */
export function ruleSignal(
  rule: SigmaRule,
  { view, summary, entities }: Pick<Firing, 'view' | 'summary' | 'entities'>,
): Signal {
  const { time: at, id: eventId, provenance } = view.event;
  const hits: readonly Hit[] = [{ at, eventId, offset: provenance.offset, value: '' }];
  const { fields, logsource } = rule;
  return toSignal(rule, { view, summary, group: '', hits, fields, logsource, entities });
}

/** The signal of a correlation whose window is full. */
export function correlationSignal(correlation: SigmaCorrelation, firing: Firing): Signal {
  return toSignal(correlation, firing);
}

function toSignal(rule: SigmaRule | SigmaCorrelation, firing: Firing): Signal {
  const { view, summary, hits, group, entities } = firing;
  const { event } = view;
  const kept = hits.slice(-MAX_KEPT_EVENTS);
  const matched = matchedOf(view, firing.fields);
  return {
    id: idOf('sig', [rule.id, group, event.id]),
    rule: summary,
    severity_id: SEVERITY[rule.level],
    at: event.time,
    since: hits[0]?.at ?? event.time,
    count: timesOf(hits),
    eventIds: kept.map((hit) => hit.eventId),
    offsets: kept.map((hit) => hit.offset),
    entities,
    logsource: logsourceOf(event, firing.logsource),
    ...guessOf(event),
    text: sentence(rule, firing, matched),
    matched,
  };
}

function logsourceOf(event: Event, demand: LogsourceDemand): Signal['logsource'] {
  const { product, service, categories } = event.provenance.logsource;
  const category = demand.category ?? categories[0];
  return {
    ...(product ? { product } : {}),
    ...(service ? { service } : {}),
    ...(category ? { category } : {}),
  };
}

function matchedOf(view: EventView, fields: readonly string[]): Readonly<Record<string, string>> {
  const matched: [string, string][] = [];
  for (const field of fields) {
    const value = view.text(field);
    if (value !== undefined && value !== '' && matched.length < MAX_MATCHED)
      matched.push([field, value.slice(0, MAX_VALUE)]);
  }
  return Object.fromEntries(matched);
}

function sentence(
  rule: SigmaRule | SigmaCorrelation,
  { view, hits }: Firing,
  matched: Readonly<Record<string, string>>,
): string {
  const { event } = view;
  const host = event.device?.hostname ?? event.device?.ip;
  const from = event.src_endpoint?.ip;
  const where = `${host ? ` on ${host}` : ''}${from ? ` from ${from}` : ''}`;
  const seen = Object.entries(matched)
    .filter(([field]) => !DULL_FIELDS.has(field))
    .slice(0, 3)
    .map(([field, value]) => `${field} was "${value.slice(0, 120)}"`);
  const facts = [...(rule.kind === 'correlation' ? [countText(rule, hits)] : []), ...seen];
  return plain(`${rule.title}${where}${facts.length > 0 ? `: ${facts.join(', ')}` : ''}.`);
}

function countText(correlation: SigmaCorrelation, hits: readonly Hit[]): string {
  const { type, valueFields, timespanMs } = correlation;
  const within = `within ${timespanMs % 60_000 === 0 ? `${timespanMs / 60_000} min` : `${timespanMs / 1_000} s`}`;
  const events = `${timesOf(hits)} events ${within}`;
  if (!type.startsWith('value_')) return events;
  const field = valueFields.join(', ');
  return type === 'value_count'
    ? `${new Set(hits.map((hit) => hit.value)).size} values of ${field} in ${events}`
    : `${type.slice('value_'.length)} of ${field} over ${events}`;
}

/** Control and direction characters would let a log line paint over what stands beside it. */
const plain = (text: string): string =>
  /^[\x20-\x7e]*$/.test(text) ? text : text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ');
