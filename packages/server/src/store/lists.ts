import type { Alert, EpochMs, Incident, IncidentId, MuteCause } from '@cordon/core';

/* Lists of the state store: their pages, and what incidents, alerts and signals are listed by. */

/** One page of a list with the cursor of the next, absent on the last. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor?: string;
}
export interface PageQuery {
  readonly limit: number;
  readonly cursor?: string;
}

export interface IncidentQuery extends PageQuery {
  readonly status?: readonly Incident['state']['status'][];
  readonly priority?: readonly Incident['priority']['level'][];
  readonly text?: string;
}
export interface AlertQuery extends PageQuery {
  readonly incidentId?: IncidentId;
  readonly status?: readonly Alert['state']['status'][];
  /** Seen last in this span of event time. */
  readonly seen?: Span;
}

/** From that moment on, and before that other one. */
export interface Span {
  readonly from: EpochMs;
  readonly to: EpochMs;
}

/** An incident with the moment it was first written. */
export interface OpenedIncident {
  readonly incident: Incident;
  readonly openedAt: EpochMs;
}

/** How often a rule fired: `fired` may alert, the other causes kept it from that. */
export interface RuleCount {
  readonly ruleId: string;
  readonly cause: 'fired' | MuteCause;
  readonly count: number;
  /** Time of the last of them, by the event's clock. */
  readonly lastAt: EpochMs;
}
export interface MutedQuery extends PageQuery {
  readonly ruleId?: string;
  readonly cause?: MuteCause;
}

/** Which dead letters are meant; all of them without a word. */
export interface LetterSelection {
  readonly sourceId?: string;
  readonly shape?: string;
  /** Of these records alone. */
  readonly offsets?: readonly number[];
}
