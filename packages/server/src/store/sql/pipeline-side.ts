import type { Alert, Incident } from '@cordon/core';
import { sql } from 'kysely';
import type { BatchCommit } from '../ports.ts';
import { countOf } from '../rule-counts.ts';
import { CARRIED_MS, isWritten } from '../selection.ts';
import type { Side } from './rows.ts';
import { parseAll } from './rows.ts';
import { writeMuted, writeRuleCounts } from './rule-side.ts';
import type { Db, StateDatabase } from './state-database.ts';
import * as write from './write.ts';

async function loadCarried(db: Db) {
  const newest = await sql<{ at: number | null }>`
    SELECT max(last_at) AS at FROM (SELECT last_at FROM alerts UNION ALL SELECT last_at FROM incidents) AS things`.execute(
    db,
  );
  const from = Number(newest.rows[0]?.at ?? 0) - CARRIED_MS;
  const incidents = await db
    .selectFrom('incidents')
    .select('body')
    .where((where) =>
      where.or([where('status', 'not in', ['resolved', 'closed']), where('last_at', '>=', from)]),
    )
    .orderBy('seq')
    .execute();
  const alerts = await sql<{ body: string }>`
    SELECT body FROM alerts WHERE status = 'open' OR last_at >= ${from} OR incident_id IN
      (SELECT id FROM incidents WHERE status NOT IN ('resolved', 'closed') OR last_at >= ${from})
    ORDER BY seq`.execute(db);
  return { alerts: parseAll<Alert>(alerts.rows), incidents: parseAll<Incident>(incidents) };
}

const committedOffset = async (db: Db): Promise<number> => {
  const row = await db
    .selectFrom('pipeline')
    .select('record_offset')
    .where('name', '=', 'committed')
    .executeTakeFirst();
  return Number(row?.record_offset ?? 0);
};

const bodyOf = (db: Db, name: string) =>
  db.selectFrom('pipeline').selectAll().where('name', '=', name).executeTakeFirst();

async function setPipeline(
  tx: write.Tx,
  row: { readonly name: string; readonly record_offset: number; readonly body: string | null },
): Promise<void> {
  const { name: _name, ...changed } = row;
  await tx
    .insertInto('pipeline')
    .values(row)
    .onConflict((conflict) => conflict.column('name').doUpdateSet(changed))
    .execute();
}

async function writeFindings(
  tx: write.Tx,
  batch: Omit<BatchCommit, 'fromOffset' | 'committedOffset' | 'snapshot'>,
): Promise<void> {
  await write.writeDeadLetters(tx, batch.deadLetters);
  const fresh = await write.writeSignals(tx, batch.signals, batch.outcomes);
  await writeRuleCounts(
    tx,
    fresh.map((signal) => countOf(signal, 'fired')),
  );
  await writeMuted(tx, batch.muted ?? []);
  await write.writeTallies(tx, batch.tallies);
  await write.writeAlerts(tx, batch.alerts);
  await write.writeIncidents(tx, batch.incidents, batch.writtenAt);
  await write.queueRuns(tx, batch.runs);
}

/** What the pipeline loads and commits. */
export function pipelineSide(
  base: StateDatabase,
): Side<
  | 'loadPipelineState'
  | 'commitBatch'
  | 'keepSnapshot'
  | 'commitRetry'
  | 'addTallies'
  | 'addDeadLetters'
  | 'saveDecisions'
> {
  return {
    loadPipelineState: () =>
      base.read(async (db) => {
        const saved = await bodyOf(db, 'snapshot');
        const learnt = await bodyOf(db, 'learnt');
        const last = await db
          .selectFrom('incidents')
          .select((pick) => pick.fn.max('number').as('number'))
          .executeTakeFirst();
        const snapshot = saved?.body
          ? { offset: Number(saved.record_offset), text: saved.body }
          : undefined;
        return {
          committedOffset: await committedOffset(db),
          ...(snapshot ? { snapshot } : {}),
          ...(learnt?.body ? { learnt: learnt.body } : {}),
          ...(await loadCarried(db)),
          lastIncidentNumber: Number(last?.number ?? 0),
        };
      }),
    commitBatch: (batch) =>
      base.write(async (tx) => {
        if (isWritten(batch, await committedOffset(tx))) return;
        const record_offset = batch.committedOffset;
        await setPipeline(tx, { name: 'committed', record_offset, body: null });
        if (batch.snapshot !== undefined)
          await setPipeline(tx, { name: 'snapshot', record_offset, body: batch.snapshot });
        await writeFindings(tx, batch);
      }),
    keepSnapshot: ({ offset, text }) =>
      base.write(async (tx) => {
        const there = await bodyOf(tx, 'snapshot');
        if (there !== undefined && Number(there.record_offset) >= offset) return;
        await setPipeline(tx, { name: 'snapshot', record_offset: offset, body: text });
      }),
    commitRetry: (retry) =>
      base.write(async (tx) => {
        await write.settleLetters(tx, retry.settled);
        if (retry.snapshot !== undefined)
          await setPipeline(tx, {
            name: 'snapshot',
            record_offset: await committedOffset(tx),
            body: retry.snapshot,
          });
        await writeFindings(tx, { ...retry, writtenAt: retry.audit.at });
        await write.dropEmptyTallies(tx);
        await write.writeAudit(tx, [retry.audit]);
      }),
    addTallies: (tallies) => base.write((tx) => write.writeTallies(tx, tallies)),
    addDeadLetters: (letters) => base.write((tx) => write.writeDeadLetters(tx, letters)),
    saveDecisions: (change) =>
      base.write(async (tx) => {
        await write.writeAlerts(tx, change.alerts);
        await write.writeIncidents(tx, change.incidents, change.audit.at);
        if (change.learnt !== undefined)
          await setPipeline(tx, { name: 'learnt', record_offset: 0, body: change.learnt });
        await write.writeAudit(tx, [change.audit]);
      }),
  };
}
