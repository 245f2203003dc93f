import type { Alert, Incident, SignalOutcome } from '@cordon/core';
import { sql } from 'kysely';
import { parseCursor } from '../cursor.ts';
import type { IncidentQuery } from '../ports.ts';
import type { Side } from './rows.ts';
import { oneOf, pageOf, parse } from './rows.ts';
import type { Db, StateDatabase } from './state-database.ts';

const likePattern = (text: string): string => `%${text.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`;

async function countsOf<K extends string>(
  db: Db,
  from: {
    readonly table: 'alerts' | 'incidents' | 'outcomes';
    readonly by: 'status' | 'outcome';
    readonly zero: Record<K, number>;
  },
) {
  const rows = await sql<{ key: K; n: number }>`
    SELECT ${sql.ref(from.by)} AS key, count(*) AS n FROM ${sql.table(from.table)} GROUP BY ${sql.ref(from.by)}`.execute(
    db,
  );
  return {
    ...from.zero,
    ...Object.fromEntries(rows.rows.map((row) => [row.key, Number(row.n)])),
  } as Record<K, number>;
}

async function listIncidents(db: Db, query: IncidentQuery) {
  const { status, priority, text } = query;
  const rows = db
    .selectFrom('incidents')
    .select(['seq', 'body'])
    .where('seq', '<', parseCursor(query))
    .$if(status !== undefined, (select) => select.where('status', 'in', oneOf(status)))
    .$if(priority !== undefined, (select) => select.where('priority', 'in', oneOf(priority)))
    .$if(Boolean(text), (select) =>
      select.where(sql<boolean>`search LIKE ${likePattern(text ?? '')} ESCAPE '\\'`),
    );
  return pageOf<Incident>(
    await rows
      .orderBy('seq', 'desc')
      .limit(query.limit + 1)
      .execute(),
    query,
  );
}

/** Alerts and incidents. */
export function findingSide(
  base: StateDatabase,
): Side<'listIncidents' | 'getIncident' | 'listAlerts' | 'getAlert' | 'counts'> {
  return {
    listIncidents: (query) => base.read((db) => listIncidents(db, query)),
    getIncident: (id) =>
      base.read(async (db) =>
        parse(
          await db.selectFrom('incidents').select('body').where('id', '=', id).executeTakeFirst(),
        ),
      ),
    listAlerts: (query) =>
      base.read(async (db) => {
        const { status, incidentId } = query;
        const rows = db
          .selectFrom('alerts')
          .select(['seq', 'body'])
          .where('seq', '<', parseCursor(query))
          .$if(status !== undefined, (select) => select.where('status', 'in', oneOf(status)))
          .$if(incidentId !== undefined, (select) =>
            select.where('incident_id', '=', incidentId ?? ''),
          );
        return pageOf<Alert>(
          await rows
            .orderBy('seq', 'desc')
            .limit(query.limit + 1)
            .execute(),
          query,
        );
      }),
    getAlert: (id) =>
      base.read(async (db) =>
        parse(await db.selectFrom('alerts').select('body').where('id', '=', id).executeTakeFirst()),
      ),
    counts: () =>
      base.read(async (db) => ({
        alerts: await countsOf<Alert['state']['status']>(db, {
          table: 'alerts',
          by: 'status',
          zero: { open: 0, in_incident: 0, closed: 0 },
        }),
        incidents: await countsOf<Incident['state']['status']>(db, {
          table: 'incidents',
          by: 'status',
          zero: { new: 0, in_progress: 0, on_hold: 0, resolved: 0, closed: 0 },
        }),
        signals: await countsOf<SignalOutcome['outcome']>(db, {
          table: 'outcomes',
          by: 'outcome',
          zero: { promoted: 0, folded: 0 },
        }),
      })),
  };
}
