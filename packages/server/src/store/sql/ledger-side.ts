import type { ActionRecord, EpochMs, IncidentId, Run } from '@cordon/core';
import { parseCursor } from '../cursor.ts';
import type { IntentCount } from '../ports.ts';
import type { Side } from './rows.ts';
import { oneOf, pageOf, parse, parseAll } from './rows.ts';
import type { StateDatabase } from './state-database.ts';
import * as write from './write.ts';

/** Runs of playbooks. */
export function runSide(base: StateDatabase): Side<'saveRun' | 'getRun' | 'listRuns'> {
  return {
    saveRun: (run) => base.write((tx) => write.writeRuns(tx, [run])),
    getRun: (id) =>
      base.read(async (db) =>
        parse(await db.selectFrom('runs').select('body').where('id', '=', id).executeTakeFirst()),
      ),
    listRuns: (query) =>
      base.read(async (db) => {
        const { status, incidentId } = query;
        const rows = db
          .selectFrom('runs')
          .select(['seq', 'body'])
          .where('seq', '<', parseCursor(query))
          .$if(status !== undefined, (select) => select.where('status', 'in', oneOf(status)))
          .$if(incidentId !== undefined, (select) =>
            select.where('incident_id', '=', incidentId ?? ''),
          );
        return pageOf<Run>(
          await rows
            .orderBy('seq', 'desc')
            .limit(query.limit + 1)
            .execute(),
          query,
        );
      }),
  };
}

const toIntentCount = (row: {
  readonly verb: string | null;
  readonly incident_id: string | null;
  readonly count: unknown;
}): IntentCount => ({
  verb: row.verb ?? '',
  ...(row.incident_id === null ? {} : { incidentId: row.incident_id as IncidentId }),
  count: Number(row.count),
});

/** The action ledger. */
export function ledgerSide(
  base: StateDatabase,
): Side<
  'saveActions' | 'getAction' | 'listActions' | 'countIntents' | 'dueActions' | 'nextActionAt'
> {
  return {
    saveActions: (change) =>
      base.write(async (tx) => {
        await write.writeActions(tx, change.actions);
        if (change.run) await write.writeRuns(tx, [change.run]);
        await write.writeAudit(tx, change.audit);
      }),
    getAction: (id) =>
      base.read(async (db) =>
        parse(
          await db.selectFrom('actions').select('body').where('id', '=', id).executeTakeFirst(),
        ),
      ),
    listActions: (query) =>
      base.read(async (db) => {
        const { status, incidentId, runId, effectKey } = query;
        const rows = db
          .selectFrom('actions')
          .select(['seq', 'body'])
          .where('seq', '<', parseCursor(query))
          .$if(status !== undefined, (select) => select.where('status', 'in', oneOf(status)))
          .$if(incidentId !== undefined, (select) =>
            select.where('incident_id', '=', incidentId ?? ''),
          )
          .$if(runId !== undefined, (select) => select.where('run_id', '=', runId ?? ''))
          .$if(effectKey !== undefined, (select) =>
            select.where('effect_key', '=', effectKey ?? ''),
          );
        return pageOf<ActionRecord>(
          await rows
            .orderBy('seq', 'desc')
            .limit(query.limit + 1)
            .execute(),
          query,
        );
      }),
    countIntents: (since) =>
      base.read(async (db) => {
        const rows = await db
          .selectFrom('actions')
          .select((pick) => ['verb', 'incident_id', pick.fn.countAll().as('count')])
          .where('intended_at', '>', since)
          .groupBy(['verb', 'incident_id'])
          .execute();
        return rows.map(toIntentCount);
      }),
    dueActions: (now, limit) =>
      base.read(async (db) => {
        const rows = db
          .selectFrom('actions')
          .select('body')
          .where('next_at', '<=', now)
          .orderBy('next_at')
          .orderBy('seq');
        return parseAll<ActionRecord>(await rows.limit(limit).execute());
      }),
    nextActionAt: () =>
      base.read(async (db) => {
        const row = await db
          .selectFrom('actions')
          .select((pick) => pick.fn.min('next_at').as('at'))
          .executeTakeFirst();
        return row?.at == null ? undefined : (Number(row.at) as EpochMs);
      }),
  };
}
