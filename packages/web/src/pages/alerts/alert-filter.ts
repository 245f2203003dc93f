import type { AlertStatus } from '@cordon/contract';
import { known } from '../../parts/choice.ts';

/** Where an alert can be. */
export const ALERT_STATUSES: readonly AlertStatus[] = ['open', 'in_incident', 'closed'];

/** The list's filter as it stands in the address, with the alert that is looked into. */
export interface AlertFilter {
  readonly status?: string;
  readonly alert?: string;
}

/** Reads the filter from the address; words that are not known are dropped. */
export function readAlertFilter(search: Record<string, unknown>): AlertFilter {
  const status = known(search['status'], ALERT_STATUSES).join(',');
  const alert = typeof search['alert'] === 'string' ? search['alert'].slice(0, 128) : '';
  return { ...(status && { status }), ...(alert && { alert }) };
}
