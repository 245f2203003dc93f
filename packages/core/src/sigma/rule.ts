import type { SeverityName } from '../event/severity.ts';
import type { Location } from '../shared/problem.ts';
import type { EventView } from './event-view.ts';

/** A compiled test over one event. */
export type Predicate = (view: EventView) => boolean;

/** What a rule demands of an event's log source; each named part must agree. */
export interface LogsourceDemand {
  readonly product?: string;
  readonly service?: string;
  readonly category?: string;
}

/** What rules and correlations share: who wrote it, how bad it is, how to speak of it. */
export interface RuleMeta {
  readonly id: string;
  /** The short name that correlations may refer to. */
  readonly name?: string;
  readonly title: string;
  readonly author?: string;
  readonly license?: string;
  readonly level: SeverityName;
  readonly techniques: readonly string[];
  readonly tactics: readonly string[];
  readonly falsepositives: readonly string[];
  readonly behaviour: string;
  readonly at: Location;
}

/** A Sigma rule over single events, compiled. */
export interface SigmaRule extends RuleMeta {
  readonly kind: 'rule';
  readonly logsource: LogsourceDemand;
  /** Field names that the detection reads, in order of appearance. */
  readonly fields: readonly string[];
  readonly matches: Predicate;
  /** The search identifiers by name and the condition as written: what an explanation tells. */
  readonly parts: readonly { readonly name: string; readonly matches: Predicate }[];
  readonly conditions: readonly string[];
}

/** One bound on the value of a correlation. */
export interface Bound {
  readonly op: 'gt' | 'gte' | 'lt' | 'lte' | 'eq';
  readonly value: number;
}

export type CorrelationType = 'event_count' | 'value_count' | 'temporal' | 'temporal_ordered';

/** A Sigma correlation: counts what other rules match, in event time. */
export interface SigmaCorrelation extends RuleMeta {
  readonly kind: 'correlation';
  readonly type: CorrelationType;
  /** Ids or names of rules or correlations. */
  readonly rules: readonly string[];
  readonly groupBy: readonly string[];
  /** Alias -> rule id or name -> field. */
  readonly aliases: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly timespanMs: number;
  readonly bounds: readonly Bound[];
  /** The field whose distinct values count (`value_count`). */
  readonly field?: string;
  /** Do the rules it refers to fire by themselves, too? */
  readonly isGenerating: boolean;
}

export type SigmaDocument = SigmaRule | SigmaCorrelation;
