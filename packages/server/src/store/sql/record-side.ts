import type { AlertId, Signal } from '@cordon/core';
import { parseCursor } from '../cursor.ts';
import type { DeadLetter, Tally } from '../ports.ts';
import type { Side } from './rows.ts';
import { pageOf, parseAll } from './rows.ts';
import type { Db, StateDatabase } from './state-database.ts';

/** The books over records, and the signals that rest on them. */
export function recordSide(
  base: StateDatabase,
): Side<'listTallies' | 'listDeadLetters' | 'listSignals' | 'signalsOf'> {
  const signalsOfAlert = (db: Db, alertId: AlertId) =>
    db
      .selectFrom('outcomes')
      .innerJoin('signals', 'signals.id', 'outcomes.signal_id')
      .where('alert_id', '=', alertId);
  return {
    listTallies: () =>
      base.read(async (db) => {
        const rows = await db
          .selectFrom('tallies')
          .selectAll()
          .orderBy('source_id')
          .orderBy('outcome')
          .orderBy('reason')
          .execute();
        return rows.map((row) => ({
          sourceId: row.source_id,
          outcome: row.outcome as Tally['outcome'],
          reason: row.reason,
          count: Number(row.count),
        }));
      }),
    listDeadLetters: (query) =>
      base.read(async (db) => {
        const rows = db
          .selectFrom('dead_letters')
          .select(['seq', 'body'])
          .where('seq', '<', parseCursor(query))
          .$if(query.sourceId !== undefined, (select) =>
            select.where('source_id', '=', query.sourceId ?? ''),
          );
        return pageOf<DeadLetter>(
          await rows
            .orderBy('seq', 'desc')
            .limit(query.limit + 1)
            .execute(),
          query,
        );
      }),
    listSignals: (alertId, query) =>
      base.read(async (db) => {
        const rows = signalsOfAlert(db, alertId)
          .select(['seq', 'body'])
          .where('seq', '<', parseCursor(query));
        return pageOf<Signal>(
          await rows
            .orderBy('seq', 'desc')
            .limit(query.limit + 1)
            .execute(),
          query,
        );
      }),
    signalsOf: (offset) =>
      base.read(async (db) =>
        parseAll<Signal>(
          await db
            .selectFrom('signal_records')
            .innerJoin('signals', 'signals.id', 'signal_records.signal_id')
            .select('body')
            .where('record_offset', '=', offset)
            .orderBy('seq')
            .execute(),
        ),
      ),
  };
}
