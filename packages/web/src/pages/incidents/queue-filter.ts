import type { IncidentStatus, PriorityLevel } from '@cordon/contract';

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

/** The chosen ones of a comma-separated list. */
export function known<T extends string>(value: unknown, all: readonly T[]): readonly T[] {
  const chosen = new Set(typeof value === 'string' ? value.split(',') : []);
  return all.filter((item) => chosen.has(item));
}

/** The list with the item added or, when there, taken out; undefined when empty. */
export function toggled<T extends string>(
  value: string | undefined,
  item: T,
  all: readonly T[],
): string | undefined {
  const now = known(value, all);
  const next = now.includes(item) ? now.filter((one) => one !== item) : [...now, item];
  return next.join(',') || undefined;
}
