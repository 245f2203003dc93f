import type { ActionRecord, Alert, EpochMs, Incident } from '@cordon/core';
import { DAY_MS, isChanging } from '@cordon/core';
import type { BatchCommit } from './ports.ts';
import { refusal } from './store-error.ts';

/*
 * What both state stores must agree on, in one place: what is carried over a restart, what a text
 * search looks at, and when a revision is stale.
 */

/** Alerts and incidents that changed within this span before the newest one are loaded at start. */
export const CARRIED_MS = 7 * DAY_MS;

/** Is work on the incident not finished? */
export const isOpenIncident = (incident: Incident): boolean =>
  incident.state.status !== 'resolved' && incident.state.status !== 'closed';

/** The incident an alert is in, if it is in one. */
export const incidentOf = (alert: Alert): string | undefined =>
  alert.state.status === 'in_incident' ? alert.state.incidentId : undefined;

/** What the text filter of the incident list is looked for in, lower-case. */
export const searchText = (incident: Incident): string =>
  [
    `INC-${incident.number}`,
    incident.title,
    ...incident.story,
    ...incident.entities.map((ref) => ref.id),
  ]
    .join('\n')
    .toLowerCase();

/** When a changing action was last meant to be carried out. */
export const intendedAt = (action: ActionRecord): EpochMs | undefined =>
  isChanging(action.class)
    ? action.journal.findLast((entry) => entry.phase === 'intent')?.at
    : undefined;

/** Refuses an action that is not exactly one revision on from what is stored. */
export function checkRevision(action: ActionRecord, stored: number | undefined): void {
  if (stored === undefined || stored === action.revision - 1) return;
  throw refusal(
    'stale_revision',
    `Action ${action.id} is stored with revision ${stored}; the change carries revision ${action.revision}.`,
  );
}

/**
 * Is the batch written already? Refuses one that ends before what is accounted for, or that does not
 * begin where the last one ended.
 */
export function isWritten(
  batch: Pick<BatchCommit, 'fromOffset' | 'committedOffset'>,
  committed: number,
): boolean {
  const { fromOffset, committedOffset } = batch;
  const fits = fromOffset === undefined || fromOffset === committed;
  if (fits && committedOffset >= committed) return false;
  if (fromOffset !== undefined && committedOffset === committed) return true;
  throw refusal(
    'stale_revision',
    `Records up to offset ${committed} are accounted for; the batch is of ${fromOffset ?? 'before'} to ${committedOffset}.`,
  );
}

/** Refuses to settle letters of which some are gone: their records were moved already. */
export function checkSettled(asked: number, found: number): void {
  if (asked === found) return;
  throw refusal(
    'stale_revision',
    `${asked - found} of ${asked} dead letters are not there any more; nothing was moved.`,
  );
}
