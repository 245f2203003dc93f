import type { AlertId, Signal } from '@cordon/core';
import { parseCursor } from '../cursor.ts';
import type { DeadLetter, LetterGroup, Tally } from '../ports.ts';
import type { Side } from './rows.ts';
import { pageOf, parseAll } from './rows.ts';
import type { Db, StateDatabase } from './state-database.ts';
import { letterIdsOf } from './tables.ts';

/** The books over records, and the signals that rest on them. */
export function recordSide(
  base: StateDatabase,
): Side<'listTallies' | 'listDeadLetters' | 'listLetterGroups' | 'listSignals' | 'signalsOf'> {
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
          )
          .$if(query.shape !== undefined, (select) => select.where('shape', '=', query.shape ?? ''))
          .$if(query.offsets !== undefined, (select) =>
            select.where('id', 'in', (query.offsets ?? []).flatMap(letterIdsOf)),
          );
        return pageOf<DeadLetter>(
          await rows
            .orderBy('seq', 'desc')
            .limit(query.limit + 1)
            .execute(),
          query,
        );
      }),
    listLetterGroups: (limit) => base.read((db) => groupLetters(db, limit)),
    ...signalSide(base),
  };
}

/** Signals by the alert they went into and by the record they rest on. */
function signalSide(base: StateDatabase): Side<'listSignals' | 'signalsOf'> {
  const signalsOfAlert = (db: Db, alertId: AlertId) =>
    db
      .selectFrom('outcomes')
      .innerJoin('signals', 'signals.id', 'outcomes.signal_id')
      .where('alert_id', '=', alertId);
  return {
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

async function groupLetters(db: Db, limit: number): Promise<readonly LetterGroup[]> {
  const groups = await db
    .selectFrom('dead_letters')
    .select(['source_id', 'shape'])
    .select((pick) => [
      pick.fn.countAll<number>().as('count'),
      pick.fn.min('seq').as('first'),
      pick.fn.max('seq').as('last'),
    ])
    .where('shape', 'is not', null)
    .groupBy(['source_id', 'shape'])
    .orderBy('count', 'desc')
    .orderBy('last', 'desc')
    .limit(limit)
    .execute();
  const ends = await bodiesOf(
    db,
    groups.flatMap(({ first, last }) => [Number(first), Number(last)]),
  );
  return groups.flatMap(({ source_id, shape, count, first, last }) => {
    const [oldest, newest] = [ends.get(Number(first)), ends.get(Number(last))];
    if (!oldest || !newest || shape === null) return [];
    const firstOffset = oldest.offset;
    return [{ sourceId: source_id, shape, count: Number(count), newest, firstOffset }];
  });
}

async function bodiesOf(db: Db, seqs: readonly number[]): Promise<ReadonlyMap<number, DeadLetter>> {
  if (seqs.length === 0) return new Map();
  const rows = await db
    .selectFrom('dead_letters')
    .select(['seq', 'body'])
    .where('seq', 'in', [...new Set(seqs)])
    .execute();
  return new Map(rows.map(({ seq, body }) => [Number(seq), JSON.parse(body) as DeadLetter]));
}
