import type { Incident } from '../correlate/incident.ts';
import type { ActionRecord } from '../respond/action.ts';
import type { IncidentId } from '../shared/id.ts';
import type { EpochMs } from '../shared/time.ts';
import type { Alert, Verdict } from '../triage/alert.ts';
import type { Assumptions } from './assumptions.ts';
import type { Coverage } from './coverage.ts';
import type { Period } from './period.ts';

/** Something a person did, as it stands in the audit trail. */
export interface Act {
  readonly at: EpochMs;
  readonly actor: string;
  readonly what: string;
  readonly subject: string;
  /** The incident it was about, where it was about one. */
  readonly incidentId?: string;
}

/** What a report is made of: everything of a period, as it stands in the books. */
export interface Books {
  readonly period: Period;
  /** Opened within the period. */
  readonly opened: readonly { readonly incident: Incident; readonly openedAt: EpochMs }[];
  /** Seen last within the period. */
  readonly alerts: readonly Alert[];
  /** Of the incidents that alerts and actions of the period belong to, as far as there is one. */
  readonly verdicts: ReadonlyMap<IncidentId, Verdict>;
  /** Proposed since the period began. */
  readonly actions: readonly ActionRecord[];
  /** Of people, since the period began, oldest first. */
  readonly acts: readonly Act[];
  /** What the rules in force can see of what is there now. */
  readonly coverage: Coverage;
  readonly assumptions: Assumptions;
}

export const verdictOf = ({ state }: Pick<Incident, 'state'>): Verdict | undefined =>
  state.status === 'resolved' || state.status === 'closed' ? state.verdict : undefined;

/** Is it a conclusion that nothing bad happened? */
export const isHarmless = (verdict: Pick<Verdict, 'kind'> | undefined): boolean =>
  verdict?.kind === 'false_positive' || verdict?.kind === 'benign';
