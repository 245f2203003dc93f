import type { IncidentId } from '@cordon/core';
import { type AuditEntry, chainEntry } from '../audit-chain.ts';
import { type RoomStore, toRoomAudit } from '../room-store.ts';
import type { Tables, Writers } from './memory-tables.ts';

/** The journals of rooms. */
export function roomSide({ rooms, openings }: Tables, write: Writers): RoomStore {
  const linesOf = (id: IncidentId): readonly AuditEntry[] => rooms.get(id) ?? [];
  return {
    async appendToRoom(incidentId, lines) {
      const before = linesOf(incidentId);
      const entries: AuditEntry[] = [];
      for (const line of lines)
        entries.push(chainEntry({ ...line, subject: incidentId }, entries.at(-1) ?? before.at(-1)));
      rooms.set(incidentId, [...before, ...entries]);
      write.touch('room', [incidentId]);
      for (const entry of entries) write.audit(toRoomAudit(entry));
      return entries;
    },
    readRoom: async (incidentId) => linesOf(incidentId),
    roomsSince: async (since) =>
      [...rooms]
        .filter(([, lines]) => lines.some(({ at }) => at >= since))
        .map(([id]) => id)
        .toSorted(),
    openingOf: async (incidentId) => openings.get(incidentId),
  };
}
