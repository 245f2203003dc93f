import type { Alert } from '../triage/alert.ts';
import type { Trace } from './trace.ts';

/** An alert with its trace, as what is told of an incident takes it. */
export interface Member {
  readonly alert: Alert;
  readonly trace: Trace;
}
