import type { SeverityName } from '../event/severity.ts';
import type { Location } from '../shared/problem.ts';
import type { Node } from './ast.ts';

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
  /** The name of the import it came with; absent for rules that come along with Cordon. */
  readonly source?: string;
  /** `stable`: over a long time and in several places it raised no obvious false alarm. */
  readonly status?: string;
  /** Its file says `status: shadow`: it is recorded when it fires and never alerts. */
  readonly isShadow?: boolean;
  readonly level: SeverityName;
  readonly techniques: readonly string[];
  readonly tactics: readonly string[];
  readonly falsepositives: readonly string[];
  readonly behaviour: string;
  readonly at: Location;
}

/** A Sigma rule over single events: plain data, made to run by the engine. */
export interface SigmaRule extends RuleMeta {
  readonly kind: 'rule';
  readonly logsource: LogsourceDemand;
  /** Field names that the detection reads, in order of appearance. */
  readonly fields: readonly string[];
  readonly detection: Node;
  /** The search identifiers by name and the condition as written: what an explanation tells. */
  readonly parts: readonly SearchPart[];
  readonly conditions: readonly string[];
}

/** A search identifier. */
export interface SearchPart {
  readonly name: string;
  readonly detection: Node;
}

/** A Sigma filter: what it says is demanded, too, of the rules it names (Sigma filters 2.1). */
export interface SigmaFilter extends RuleMeta {
  readonly kind: 'filter';
  readonly logsource: LogsourceDemand;
  /** Ids or names of rules; empty: every rule of the log source. */
  readonly rules: readonly string[];
  readonly fields: readonly string[];
  readonly detection: Node;
  readonly parts: readonly SearchPart[];
  readonly conditions: readonly string[];
}

/** One bound on the value of a correlation. */
export interface Bound {
  readonly op: 'gt' | 'gte' | 'lt' | 'lte' | 'eq' | 'neq';
  readonly value: number;
}

export type CorrelationType =
  | 'event_count'
  | 'value_count'
  | 'value_sum'
  | 'value_avg'
  | 'value_percentile'
  | 'value_median'
  | 'temporal'
  | 'temporal_ordered';

/** A Sigma correlation: counts what other rules match, in event time (Sigma correlations 2.1). */
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
  /** The fields whose values are counted or added. */
  readonly valueFields: readonly string[];
  /** 1-100, of `value_percentile`. */
  readonly percentile?: number;
  /** Of temporal correlations with a condition in words: each leaf says that a rule matched. */
  readonly formula?: Node;
  /** Do the rules it refers to fire by themselves, too? */
  readonly isGenerating: boolean;
  /** Does it fire again inside its timespan for each source that no signal of it named? */
  readonly isForEachSource?: true;
}

export type SigmaDocument = SigmaRule | SigmaCorrelation | SigmaFilter;
