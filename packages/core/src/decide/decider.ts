import type { Incident } from '../correlate/incident.ts';
import type { Signal } from '../detect/signal.ts';
import type { EntityStats } from '../entity/entity-graph.ts';
import type { Event } from '../event/event.ts';
import type { Origin } from '../origin/origin.ts';
import type { AlertId, IncidentId } from '../shared/id.ts';
import type { Json } from '../shared/json.ts';
import type { Result } from '../shared/result.ts';
import type { EpochMs } from '../shared/time.ts';
import type { Alert, VerdictKind } from '../triage/alert.ts';
import type { Certificate } from '../triage/learn/certificate.ts';
import type { ActChanges } from './changes.ts';
import type { BenignRule } from './config.ts';
import type { Decisions } from './decisions.ts';
import type { EntityQuestion, EntityView } from './entity-view.ts';
import type { OwnAnswerGiven } from './own-answer.ts';

/** What a person's act changed. */
export interface Acted extends Decisions {
  /** What all verdicts so far taught; present when this act changed it. Kept with the act, it outlives a kill. */
  readonly learnt?: Json;
  readonly changes: ActChanges;
}

/** A person's act on alerts and incidents; each is reversible by another. */
export type DeskCommand =
  | {
      readonly kind: 'close_incident';
      readonly incidentId: IncidentId;
      readonly verdict: VerdictKind;
      readonly reason: string;
    }
  | { readonly kind: 'reopen_incident'; readonly incidentId: IncidentId; readonly reason: string }
  | { readonly kind: 'assign_incident'; readonly incidentId: IncidentId; readonly assignee: string }
  | { readonly kind: 'unassign_incident'; readonly incidentId: IncidentId }
  | {
      /** `from` goes into `incidentId` and closes as its duplicate. */
      readonly kind: 'merge_incidents';
      readonly incidentId: IncidentId;
      readonly from: IncidentId;
      readonly reason: string;
    }
  | {
      /** These alerts become an incident of their own. */
      readonly kind: 'split_incident';
      readonly incidentId: IncidentId;
      readonly alertIds: readonly AlertId[];
      readonly reason: string;
    }
  | {
      readonly kind: 'close_alert';
      readonly alertId: AlertId;
      readonly verdict: VerdictKind;
      readonly reason: string;
    }
  | ({
      /** The affected person answered: "was it you?". */
      readonly kind: 'take_own_answer';
    } & OwnAnswerGiven)
  | { readonly kind: 'reopen_alert'; readonly alertId: AlertId; readonly reason: string };

/** On what terms alerts close by themselves. */
export interface ClosingTerms {
  /** Undefined while too few genuine verdicts are known, or while closing is paused. */
  readonly certificate: Certificate | undefined;
  /** Verdicts that people gave on alerts below the threshold, and how many of them were genuine. */
  readonly audits: number;
  readonly misses: number;
  readonly pausedUntil: EpochMs;
}

/**
 * Triage, correlation, priority and origin over signals, in event time. Deterministic: the same
 * calls in the same order give the same decisions and the same ids.
 */
export interface Decider {
  /** From now on what these match is harmless too; a rule of the same id is replaced. */
  addBenign(rules: readonly BenignRule[]): void;
  /** Sees every event, for prevalence, the entity graph and causal links; bounded memory. */
  observe(event: Event): void;
  /** Takes a signal: folds it, or makes an alert; scores; closes by itself or places it in an incident. */
  consider(signal: Signal): void;
  /** A person's act. `at` is the time of the act. */
  act(command: DeskCommand, by: { readonly actor: string; readonly at: EpochMs }): Result<Acted>;
  /** Where these alerts began, whether or not an incident holds them; changes nothing. */
  traceOrigin(alertIds: readonly AlertId[]): Origin;
  /** What is known of a machine, an account or anything else at a time; changes nothing. */
  describeEntity(question: EntityQuestion): EntityView;
  /** How many things and names it holds, and how many had to go. */
  entityStats(): EntityStats;
  /** What changed since the last drain. */
  drain(): Decisions;
  /** On what terms alerts close by themselves at a time, and what verdicts on such alerts turned out to be. */
  closing(at: EpochMs): ClosingTerms;
  /** What was learnt from verdicts, without anything of the place it was learnt at. */
  learnt(): Json;
  /** Begins with what was learnt elsewhere. */
  restoreLearnt(from: Json): void;
  /** Sketches and links; alerts and incidents are the store's and come back through `restore`. */
  snapshot(): Json;
  restore(from: {
    readonly snapshot: Json;
    /** What was learnt by the newest verdict; the snapshot may be older. */
    readonly learnt?: Json;
    readonly alerts: readonly Alert[];
    readonly incidents: readonly Incident[];
    readonly lastIncidentNumber: number;
  }): void;
}
