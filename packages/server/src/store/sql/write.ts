import type {
  ActionRecord,
  Alert,
  EpochMs,
  Incident,
  Run,
  Signal,
  SignalOutcome,
} from '@cordon/core';
import type { Transaction } from 'kysely';
import { sql } from 'kysely';
import { chainEntry } from '../audit-chain.ts';
import type { AuditEntry, Change, DeadLetter, NewAuditEntry, Tally } from '../ports.ts';
import { checkRevision, checkSettled } from '../selection.ts';
import type { StateTables } from './tables.ts';
import { toActionRow, toAlertRow, toIncidentRow, toLetterRow, toRunRow } from './tables.ts';

/*
 * The writes that several calls share. Each takes the transaction it is part of. Rows go in a few
 * hundred at a time: databases limit the parameters of a statement.
 */

export type Tx = Transaction<StateTables>;

const ROWS_A_STATEMENT = 300;
const KEPT_CHANGES = 100_000;

export async function inChunks<T>(
  rows: readonly T[],
  work: (chunk: T[]) => Promise<unknown>,
): Promise<void> {
  for (let at = 0; at < rows.length; at += ROWS_A_STATEMENT)
    await work(rows.slice(at, at + ROWS_A_STATEMENT));
}

/** One statement may not change one row twice: of several with one id the last counts. */
const lastOfEach = <T extends { readonly id: string }>(things: readonly T[]): readonly T[] => [
  ...new Map(things.map((thing) => [thing.id, thing])).values(),
];

/** Notes in the change feed that these things changed. */
export async function touch(tx: Tx, topic: Change['topic'], ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  const rows = [...new Set(ids)].map((id) => ({ topic, id }));
  await inChunks(rows, (chunk) => tx.insertInto('changes').values(chunk).execute());
  await sql`DELETE FROM changes WHERE seq <= (SELECT max(seq) FROM changes) - ${sql.lit(KEPT_CHANGES)}`.execute(
    tx,
  );
}

export async function writeTallies(tx: Tx, tallies: readonly Tally[]): Promise<void> {
  for (const tally of tallies) {
    await tx
      .insertInto('tallies')
      .values({
        source_id: tally.sourceId,
        outcome: tally.outcome,
        reason: tally.reason,
        count: tally.count,
      })
      .onConflict((conflict) =>
        conflict
          .columns(['source_id', 'outcome', 'reason'])
          .doUpdateSet({ count: sql<number>`tallies.count + excluded.count` }),
      )
      .execute();
  }
  await touch(
    tx,
    'source',
    tallies.map((tally) => tally.sourceId),
  );
}

export async function writeDeadLetters(tx: Tx, letters: readonly DeadLetter[]): Promise<void> {
  await inChunks(letters.map(toLetterRow), (chunk) =>
    tx
      .insertInto('dead_letters')
      .values(chunk)
      .onConflict((conflict) => conflict.column('id').doNothing())
      .execute(),
  );
}

/** Takes letters out; refuses when one of them is not there as it was read. */
export async function settleLetters(tx: Tx, letters: readonly DeadLetter[]): Promise<void> {
  let settled = 0;
  for (const { id, body } of letters.map(toLetterRow)) {
    const { numDeletedRows } = await tx
      .deleteFrom('dead_letters')
      .where('id', '=', id)
      .where('body', '=', body)
      .executeTakeFirst();
    settled += Number(numDeletedRows);
  }
  checkSettled(letters.length, settled);
}

/** An end that nothing has any more is no line of the books. */
export async function dropEmptyTallies(tx: Tx): Promise<void> {
  await tx.deleteFrom('tallies').where('count', '=', 0).execute();
}

/** Gives the signals that were not there yet. */
export async function writeSignals(
  tx: Tx,
  signals: readonly Signal[],
  outcomes: readonly SignalOutcome[],
): Promise<readonly Signal[]> {
  const rows = signals.map((signal) => ({
    id: signal.id,
    rule_id: signal.rule.id,
    body: JSON.stringify(signal),
  }));
  const fresh = new Set<string>();
  await inChunks(rows, async (chunk) => {
    const inserted = await tx
      .insertInto('signals')
      .values(chunk)
      .onConflict((conflict) => conflict.column('id').doNothing())
      .returning('id')
      .execute();
    for (const { id } of inserted) fresh.add(id);
  });
  const records = signals.flatMap((signal) =>
    signal.offsets.map((offset) => ({ record_offset: offset, signal_id: signal.id })),
  );
  await inChunks(records, (chunk) =>
    tx
      .insertInto('signal_records')
      .values(chunk)
      .onConflict((conflict) => conflict.doNothing())
      .execute(),
  );
  const ends = outcomes.map((end) => ({
    signal_id: end.signalId,
    alert_id: end.alertId,
    outcome: end.outcome,
  }));
  await inChunks(ends, (chunk) =>
    tx
      .insertInto('outcomes')
      .values(chunk)
      .onConflict((conflict) => conflict.column('signal_id').doNothing())
      .execute(),
  );
  return signals.filter(({ id }) => fresh.delete(id));
}

export async function writeAlerts(tx: Tx, alerts: readonly Alert[]): Promise<void> {
  await inChunks(lastOfEach(alerts).map(toAlertRow), (chunk) =>
    tx
      .insertInto('alerts')
      .values(chunk)
      .onConflict((conflict) =>
        conflict.column('id').doUpdateSet((set) => ({
          status: set.ref('excluded.status'),
          incident_id: set.ref('excluded.incident_id'),
          last_at: set.ref('excluded.last_at'),
          body: set.ref('excluded.body'),
        })),
      )
      .execute(),
  );
  await touch(
    tx,
    'alert',
    alerts.map((alert) => alert.id),
  );
}

/** Those that are new were opened at that time; of the others it stays. */
export async function writeIncidents(
  tx: Tx,
  incidents: readonly Incident[],
  at: EpochMs | undefined,
): Promise<void> {
  const opening = { opened_at: at ?? null };
  const rows = lastOfEach(incidents).map((incident) => ({
    ...toIncidentRow(incident),
    ...opening,
  }));
  await inChunks(rows, (chunk) =>
    tx
      .insertInto('incidents')
      .values(chunk)
      .onConflict((conflict) =>
        conflict.column('id').doUpdateSet((set) => ({
          number: set.ref('excluded.number'),
          status: set.ref('excluded.status'),
          priority: set.ref('excluded.priority'),
          last_at: set.ref('excluded.last_at'),
          search: set.ref('excluded.search'),
          body: set.ref('excluded.body'),
        })),
      )
      .execute(),
  );
  await touch(
    tx,
    'incident',
    incidents.map((incident) => incident.id),
  );
}

/** Queues runs that are not there yet; one that is keeps its log and goes on. */
export async function queueRuns(tx: Tx, runs: readonly Run[]): Promise<void> {
  await inChunks(lastOfEach(runs).map(toRunRow), (chunk) =>
    tx
      .insertInto('runs')
      .values(chunk)
      .onConflict((conflict) => conflict.column('id').doNothing())
      .execute(),
  );
  await touch(
    tx,
    'run',
    runs.map((run) => run.id),
  );
}

export async function writeRuns(tx: Tx, runs: readonly Run[]): Promise<void> {
  await inChunks(lastOfEach(runs).map(toRunRow), (chunk) =>
    tx
      .insertInto('runs')
      .values(chunk)
      .onConflict((conflict) =>
        conflict.column('id').doUpdateSet((set) => ({
          incident_id: set.ref('excluded.incident_id'),
          status: set.ref('excluded.status'),
          body: set.ref('excluded.body'),
        })),
      )
      .execute(),
  );
  await touch(
    tx,
    'run',
    runs.map((run) => run.id),
  );
}

/** Refuses the first action that is not one revision on from what is stored. */
export async function writeActions(tx: Tx, actions: readonly ActionRecord[]): Promise<void> {
  for (const action of actions) {
    const stored = await tx
      .selectFrom('actions')
      .select('revision')
      .where('id', '=', action.id)
      .executeTakeFirst();
    checkRevision(action, stored && Number(stored.revision));
    const { id: _id, ...changed } = toActionRow(action);
    await tx
      .insertInto('actions')
      .values(toActionRow(action))
      .onConflict((conflict) => conflict.column('id').doUpdateSet(changed))
      .execute();
  }
  await touch(
    tx,
    'action',
    actions.map((action) => action.id),
  );
}

export async function writeAudit(tx: Tx, entries: readonly NewAuditEntry[]): Promise<void> {
  if (entries.length === 0) return;
  const row = await tx
    .selectFrom('audit')
    .select('body')
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  let last = row && (JSON.parse(row.body) as AuditEntry);
  for (const entry of entries) {
    last = chainEntry(entry, last);
    await tx
      .insertInto('audit')
      .values({ seq: last.seq, body: JSON.stringify(last) })
      .execute();
  }
}
