import type { ActionStatus } from '@cordon/contract';
import { known } from '../../parts/choice.ts';

/** Where an action can be, in the order people ask for it. */
export const ACTION_STATUSES: readonly ActionStatus[] = [
  'awaiting_approval',
  'uncertain',
  'undo_failed',
  'failed',
  'intended',
  'applied',
  'held',
  'undoing',
  'undone',
  'done',
  'observed',
  'refused',
  'rejected',
  'expired',
];

/** The ledger's filter as it stands in the address. */
export interface ActionFilter {
  readonly status?: string;
}

/** Reads the filter from the address; words that are not known are dropped. */
export function readActionFilter(search: Record<string, unknown>): ActionFilter {
  const status = known(search['status'], ACTION_STATUSES).join(',');
  return status ? { status } : {};
}
