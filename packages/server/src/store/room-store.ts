/*
 * The rooms of incidents as they are kept: for each a chain of lines (`chainEntry`), only ever appended.
 */
import type { EpochMs, IncidentId } from '@cordon/core';
import type { AuditEntry, NewAuditEntry } from './audit-chain.ts';

/** The journals of rooms. `subject` of a line is the incident, `seq` its number in the room. */
export interface RoomStore {
  /**
   * Appends lines to one room, each chained to the one before it, and notes each in the audit trail, so
   * that a room cut short shows there; all or nothing.
   */
  appendToRoom(
    incidentId: IncidentId,
    lines: readonly NewAuditEntry[],
  ): Promise<readonly AuditEntry[]>;
  /** All lines of a room, oldest first. */
  readRoom(incidentId: IncidentId): Promise<readonly AuditEntry[]>;
  /** Rooms with a line of that time or later. */
  roomsSince(at: EpochMs): Promise<readonly IncidentId[]>;
  /** When the incident was opened, where that is known. */
  openingOf(incidentId: IncidentId): Promise<EpochMs | undefined>;
}

/** What the audit trail notes of a line: where it stands and its hash, not what it says. */
export const toRoomAudit = ({
  at,
  actor,
  what,
  subject,
  seq,
  hash,
}: AuditEntry): NewAuditEntry => ({
  at,
  actor,
  what: `room_${what}`,
  subject,
  data: { line: seq, hash },
});
