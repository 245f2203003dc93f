import type { EntityRef } from '../entity/entity.ts';
import type { SeverityId } from '../event/severity.ts';
import type { Origin } from '../origin/origin.ts';
import type { AlertId, IncidentId } from '../shared/id.ts';
import type { EpochMs } from '../shared/time.ts';
import type { Verdict } from '../triage/alert.ts';
import type { Score } from '../triage/evidence.ts';
import type { Priority } from '../triage/priority.ts';
import type { OriginChange } from './origin-change.ts';

/** OCSF incident status, with what each state must know. */
export type IncidentState =
  | { readonly status: 'new' }
  | { readonly status: 'in_progress'; readonly assignee: string }
  | { readonly status: 'on_hold'; readonly assignee: string; readonly until?: EpochMs }
  | { readonly status: 'resolved'; readonly verdict: Verdict }
  | { readonly status: 'closed'; readonly verdict: Verdict };

/** One entity of an incident's graph. */
export interface GraphNode {
  readonly entity: EntityRef;
  readonly firstAt: EpochMs;
  readonly lastAt: EpochMs;
  readonly alertIds: readonly AlertId[];
}

/** Something one entity did to another, with when and how often. */
export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  /** A short verb phrase: "logged in to", "started", "connected to". */
  readonly label: string;
  readonly at: EpochMs;
  readonly count: number;
}

/** Alerts that belong to one attack; has a lifecycle and explains each of its members. */
export interface Incident {
  readonly id: IncidentId;
  /** Human number, ascending from 1: shown as INC-42. */
  readonly number: number;
  readonly title: string;
  /** The story in a few sentences, from evidence only; plain text. */
  readonly story: readonly string[];
  readonly severity_id: SeverityId;
  readonly behaviours: readonly string[];
  readonly tactics: readonly string[];
  readonly techniques: readonly string[];
  readonly firstAt: EpochMs;
  readonly lastAt: EpochMs;
  readonly alertIds: readonly AlertId[];
  readonly entities: readonly EntityRef[];
  /**
   * Addresses that attack over the network, each by what is known of it alone: one that is merely
   * part of an incident with an attacker in it is none. What may be blocked.
   */
  readonly attackers?: readonly string[];
  readonly graph: { readonly nodes: readonly GraphNode[]; readonly edges: readonly GraphEdge[] };
  readonly score: Score;
  readonly priority: Priority;
  readonly origin: Origin;
  /** When the likeliest beginning became another one, oldest first; absent while it never did. */
  readonly originChanges?: readonly OriginChange[];
  readonly state: IncidentState;
  /** Incidents that a person took apart from this one: nothing but a person puts them together again. */
  readonly apartFrom?: readonly IncidentId[];
  /** Grows by one with every change; used for optimistic concurrency (ETag). */
  readonly revision: number;
}

/** A dated line of an incident's timeline. */
export interface TimelineEntry {
  readonly at: EpochMs;
  readonly kind: 'event' | 'alert' | 'origin' | 'action' | 'person' | 'state';
  readonly text: string;
  readonly refId?: string;
  readonly offsets?: readonly number[];
}
