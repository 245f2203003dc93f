import type { IncidentStatus, PriorityLevel } from '@cordon/contract';
import { known } from '../../parts/choice.ts';

export const STATUSES: readonly IncidentStatus[] = [
  'new',
  'in_progress',
  'on_hold',
  'resolved',
  'closed',
];
export const PRIORITIES: readonly PriorityLevel[] = ['P1', 'P2', 'P3', 'P4'];

/** The queue's filter as it stands in the address; lists are comma-separated. */
export interface QueueFilter {
  readonly status?: string;
  readonly priority?: string;
  readonly text?: string;
}

/** Reads the filter from the address; words that are not known are dropped. */
export function readQueueFilter(search: Record<string, unknown>): QueueFilter {
  const status = known(search['status'], STATUSES).join(',');
  const priority = known(search['priority'], PRIORITIES).join(',');
  const text = typeof search['text'] === 'string' ? search['text'].slice(0, 200) : '';
  return { ...(status && { status }), ...(priority && { priority }), ...(text && { text }) };
}
