import type { Signal } from '../detect/signal.ts';
import type { EntityRef } from '../entity/entity.ts';
import type { SeverityId } from '../event/severity.ts';
import type { AlertId, EventId, IncidentId, SignalId } from '../shared/id.ts';
import type { EpochMs } from '../shared/time.ts';
import type { Score } from './evidence.ts';

/** OCSF verdict_id names, for alerts and incidents. */
export type VerdictKind =
  | 'true_positive'
  | 'benign'
  | 'false_positive'
  | 'duplicate'
  | 'insufficient_data';

/** The conclusion on an alert or incident: by whom, why, when; reversible. */
export interface Verdict {
  readonly kind: VerdictKind;
  readonly by: string;
  readonly reason: string;
  readonly at: EpochMs;
}

/** A person's word that what was closed is not over: nothing closes it by itself again. */
export interface Reopening {
  readonly by: string;
  readonly reason: string;
  readonly at: EpochMs;
}

/** Every alert is in exactly one of these states. */
export type AlertState =
  | { readonly status: 'open'; readonly why: string; readonly reopened?: Reopening }
  | { readonly status: 'in_incident'; readonly incidentId: IncidentId; readonly why: string }
  | { readonly status: 'closed'; readonly verdict: Verdict };

/** Signals that triage promoted: scored, deduplicated, shown to people. */
export interface Alert {
  readonly id: AlertId;
  /** Signals with the same key fold into this alert: rule and the entities that make it one thing. */
  readonly dedupKey: string;
  readonly rule: Signal['rule'];
  readonly severity_id: SeverityId;
  readonly firstAt: EpochMs;
  readonly lastAt: EpochMs;
  readonly signalCount: number;
  readonly eventCount: number;
  /** The last 20. */
  readonly signalIds: readonly SignalId[];
  readonly eventIds: readonly EventId[];
  readonly offsets: readonly number[];
  readonly entities: readonly EntityRef[];
  readonly logsource: Signal['logsource'];
  /** Every signal in it was guessed at. */
  readonly isGuess?: boolean;
  readonly text: string;
  readonly matched: Readonly<Record<string, string>>;
  readonly intel?: Signal['intel'];
  /** The gravest vulnerability that a signal in it names. */
  readonly weakness?: Signal['weakness'];
  /** Of the least likely signal in it. */
  readonly anomaly?: Signal['anomaly'];
  readonly score: Score;
  readonly state: AlertState;
}
