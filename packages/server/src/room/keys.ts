import type { IncidentId } from '@cordon/core';

/** A line of a room, as links name it. */
export type LineKey = `${IncidentId}~${number}`;

export const toLineKey = (incidentId: IncidentId, number: number): LineKey =>
  `${incidentId}~${number}`;

/** What a link names; the link is signed, so it is well formed. */
export function readLineKey(key: LineKey): {
  readonly incidentId: IncidentId;
  readonly number: number;
} {
  const at = key.lastIndexOf('~');
  return { incidentId: key.slice(0, at) as IncidentId, number: Number(key.slice(at + 1)) };
}
