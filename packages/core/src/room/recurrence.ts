import type { Incident } from '../correlate/incident.ts';
import { verdictOf } from '../report/books.ts';
import type { EpochMs } from '../shared/time.ts';
import type { Similar } from '../story/similar.ts';
import type { Room } from './room.ts';

/** An incident, with how much it is like this one. */
export interface Recurrence extends Pick<Similar, 'likeness'> {
  readonly incident: Incident;
}

/** Whether it happened again, and whether what was to keep it from that was done. */
export interface RecurrenceCheck {
  /** Later ones count from then on: when it was resolved. */
  readonly since?: EpochMs;
  readonly found: readonly Recurrence[];
  readonly correctiveOpen: number;
  readonly correctiveDone: number;
  readonly text: string;
}

/** From here on two incidents count as the same kind. */
const ALIKE = 0.5;

/** Looks through what resembles the incident for what began after it was resolved. */
export function checkRecurrence(
  incident: Incident,
  room: Room,
  alike: readonly Recurrence[],
): RecurrenceCheck {
  const since = verdictOf(incident)?.at;
  const found =
    since === undefined
      ? []
      : alike.filter(({ incident: other, likeness }) => likeness >= ALIKE && other.firstAt > since);
  const corrective = room.tasks.filter(({ isCorrective }) => isCorrective);
  const correctiveDone = corrective.filter(({ done }) => done !== undefined).length;
  const correctiveOpen = corrective.length - correctiveDone;
  const text =
    since === undefined
      ? 'It is not resolved yet.'
      : found.length === 0
        ? 'It has not happened again since it was resolved.'
        : `It happened again: ${found.length} incident(s) like it since it was resolved${correctiveOpen > 0 ? `, while ${correctiveOpen} corrective action(s) are still open` : ''}.`;
  return { ...(since === undefined ? {} : { since }), found, correctiveOpen, correctiveDone, text };
}
