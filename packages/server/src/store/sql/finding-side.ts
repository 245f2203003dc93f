import { type Alert, type Incident, type SignalOutcome, toEpochMs } from '@cordon/core';
import { sql } from 'kysely';
import { parseCursor } from '../cursor.ts';
import type { IncidentQuery, OpenedIncident, Page, PageQuery, Span } from '../lists.ts';
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

async function listOpened(
  db: Db,
  query: PageQuery & { readonly opened: Span },
): Promise<Page<OpenedIncident>> {
  const rows = await db
    .selectFrom('incidents')
    .select(['seq', 'opened_at', 'body'])
    .where('seq', '<', parseCursor(query))
    .where('opened_at', '>=', query.opened.from)
    .where('opened_at', '<', query.opened.to)
    .orderBy('seq', 'desc')
    .limit(query.limit + 1)
    .execute();
  const { items, ...rest } = pageOf<Incident>(rows, query);
  return {
    ...rest,
    items: items.map((incident, at) => ({
      incident,
      openedAt: toEpochMs(Number(rows[at]?.opened_at)),
    })),
  };
}

/** Alerts and incidents. */
export function findingSide(
  base: StateDatabase,
): Side<'listIncidents' | 'getIncident' | 'listOpened' | 'listAlerts' | 'getAlert' | 'counts'> {
  return {
    listIncidents: (query) => base.read((db) => listIncidents(db, query)),
    getIncident: (id) =>
      base.read(async (db) =>
        parse(
          await db.selectFrom('incidents').select('body').where('id', '=', id).executeTakeFirst(),
        ),
      ),
    listOpened: (query) => base.read((db) => listOpened(db, query)),
    listAlerts: (query) =>
      base.read(async (db) => {
        const { status, incidentId, seen } = query;
        const rows = db
          .selectFrom('alerts')
          .select(['seq', 'body'])
          .where('seq', '<', parseCursor(query))
          .$if(status !== undefined, (select) => select.where('status', 'in', oneOf(status)))
          .$if(incidentId !== undefined, (select) =>
            select.where('incident_id', '=', incidentId ?? ''),
          )
          .$if(seen !== undefined, (select) =>
            select.where('last_at', '>=', seen?.from ?? 0).where('last_at', '<', seen?.to ?? 0),
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
