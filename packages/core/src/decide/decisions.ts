import type { Incident } from '../correlate/incident.ts';
import type { AlertId, SignalId } from '../shared/id.ts';
import type { Alert } from '../triage/alert.ts';

/** How a signal ended: promoted to a new alert or folded into one that is there. */
export interface SignalOutcome {
  readonly signalId: SignalId;
  readonly alertId: AlertId;
  readonly outcome: 'promoted' | 'folded';
}

/** Everything that changed since the last drain, each thing once, in its newest form. */
export interface Decisions {
  readonly outcomes: readonly SignalOutcome[];
  readonly alerts: readonly Alert[];
  readonly incidents: readonly Incident[];
}
