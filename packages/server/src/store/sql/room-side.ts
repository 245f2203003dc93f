import { type EpochMs, type IncidentId, toEpochMs } from '@cordon/core';
import { type AuditEntry, chainEntry } from '../audit-chain.ts';
import { type RoomStore, toRoomAudit } from '../room-store.ts';
import { parse, parseAll } from './rows.ts';
import type { StateDatabase } from './state-database.ts';
import * as write from './write.ts';

const lastLine = async (tx: write.Tx, incidentId: IncidentId): Promise<AuditEntry | undefined> =>
  parse(
    await tx
      .selectFrom('room_lines')
      .select('body')
      .where('incident_id', '=', incidentId)
      .orderBy('number', 'desc')
      .limit(1)
      .executeTakeFirst(),
  );

/** The journals of rooms. */
export const roomSide = (base: StateDatabase): RoomStore => ({
  appendToRoom: (incidentId, lines) =>
    base.write(async (tx) => {
      let last = await lastLine(tx, incidentId);
      const entries: AuditEntry[] = [];
      for (const line of lines) {
        last = chainEntry({ ...line, subject: incidentId }, last);
        entries.push(last);
      }
      await write.inChunks(
        entries.map((entry) => ({
          incident_id: incidentId,
          number: entry.seq,
          at: entry.at,
          body: JSON.stringify(entry),
        })),
        (chunk) => tx.insertInto('room_lines').values(chunk).execute(),
      );
      await write.touch(tx, 'room', [incidentId]);
      await write.writeAudit(tx, entries.map(toRoomAudit));
      return entries;
    }),
  readRoom: (incidentId) =>
    base.read(async (db) =>
      parseAll<AuditEntry>(
        await db
          .selectFrom('room_lines')
          .select('body')
          .where('incident_id', '=', incidentId)
          .orderBy('number')
          .execute(),
      ),
    ),
  roomsSince: (at: EpochMs) =>
    base.read(async (db) => {
      const rows = db
        .selectFrom('room_lines')
        .select('incident_id')
        .distinct()
        .where('at', '>=', at)
        .orderBy('incident_id');
      return (await rows.execute()).map(({ incident_id }) => incident_id as IncidentId);
    }),
  openingOf: (incidentId) =>
    base.read(async (db) => {
      const row = await db
        .selectFrom('incidents')
        .select('opened_at')
        .where('id', '=', incidentId)
        .executeTakeFirst();
      return row?.opened_at == null ? undefined : toEpochMs(Number(row.opened_at));
    }),
});
