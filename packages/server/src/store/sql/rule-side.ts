import { HOUR_MS, type MutedSignal, type RuleSetting, type Signal, toEpochMs } from '@cordon/core';
import { sql } from 'kysely';
import { parseCursor } from '../cursor.ts';
import type { RuleCount } from '../lists.ts';
import { countOf, hourOf } from '../rule-counts.ts';
import { pageOf, parseAll, type Side } from './rows.ts';
import type { StateDatabase } from './state-database.ts';
import * as write from './write.ts';

/** What is kept of signals that never alerted; what went is still counted. */
const KEPT_MUTED = 20_000;

/** Writes signals that were kept from alerting, and counts those that are new. */
export async function writeMuted(tx: write.Tx, muted: readonly MutedSignal[]): Promise<void> {
  if (muted.length === 0) return;
  const rows = muted.map((each) => ({
    id: each.signal.id,
    rule_id: each.signal.rule.id,
    cause: each.cause,
    body: JSON.stringify(each),
  }));
  const fresh = new Set<string>();
  await write.inChunks(rows, async (chunk) => {
    const inserted = await tx
      .insertInto('muted_signals')
      .values(chunk)
      .onConflict((conflict) => conflict.column('id').doNothing())
      .returning('id')
      .execute();
    for (const { id } of inserted) fresh.add(id);
  });
  await sql`DELETE FROM muted_signals WHERE seq <= (SELECT max(seq) FROM muted_signals) - ${sql.lit(KEPT_MUTED)}`.execute(
    tx,
  );
  await writeRuleCounts(
    tx,
    muted
      .filter(({ signal }) => fresh.delete(signal.id))
      .map(({ signal, cause }) => countOf(signal, cause)),
  );
}

/** Adds to what rules brought, by hour. */
export async function writeRuleCounts(tx: write.Tx, counts: readonly RuleCount[]): Promise<void> {
  const sums = new Map<string, RuleCount>();
  for (const each of counts) {
    const key = JSON.stringify([each.ruleId, hourOf(each.lastAt), each.cause]);
    const sum = sums.get(key);
    const lastAt = toEpochMs(Math.max(sum?.lastAt ?? 0, each.lastAt));
    sums.set(key, { ...each, count: each.count + (sum?.count ?? 0), lastAt });
  }
  for (const { ruleId, cause, count, lastAt } of sums.values()) {
    await tx
      .insertInto('rule_counts')
      .values({ rule_id: ruleId, hour: hourOf(lastAt), cause, count, last_at: lastAt })
      .onConflict((conflict) =>
        conflict.columns(['rule_id', 'hour', 'cause']).doUpdateSet({
          count: sql<number>`rule_counts.count + excluded.count`,
          last_at: sql<number>`CASE WHEN excluded.last_at > rule_counts.last_at THEN excluded.last_at ELSE rule_counts.last_at END`,
        }),
      )
      .execute();
  }
}

/** What people set for rules, and what rules brought. */
export const ruleSide = (base: StateDatabase): RuleSide => ({
  ...settingSide(base),
  ...countSide(base),
  ...mutedSide(base),
});

type Settings = 'listRuleSettings' | 'saveRuleSetting';
type Counts = 'ruleCounts' | 'ruleHours' | 'forgetRuleCounts';
type Signals = 'listMuted' | 'listRuleSignals';
type RuleSide = Side<Settings | Counts | Signals>;

function settingSide(base: StateDatabase): Side<Settings> {
  return {
    listRuleSettings: () =>
      base.read(async (db) =>
        parseAll<RuleSetting>(
          await db.selectFrom('rule_settings').select('body').orderBy('rule_id').execute(),
        ),
      ),
    saveRuleSetting: (setting, audit) =>
      base.write(async (tx) => {
        const body = JSON.stringify(setting);
        await tx
          .insertInto('rule_settings')
          .values({ rule_id: setting.ruleId, body })
          .onConflict((conflict) => conflict.column('rule_id').doUpdateSet({ body }))
          .execute();
        await write.touch(tx, 'rule', [setting.ruleId]);
        await write.writeAudit(tx, [audit]);
      }),
  };
}

function countSide(base: StateDatabase): Side<Counts> {
  return {
    ruleCounts: (from) =>
      base.read(async (db) => {
        const rows = await db
          .selectFrom('rule_counts')
          .select((pick) => [
            'rule_id',
            'cause',
            pick.fn.sum<number>('count').as('count'),
            pick.fn.max('last_at').as('last_at'),
          ])
          .where('hour', '>=', hourOf(from))
          .groupBy(['rule_id', 'cause'])
          .execute();
        return rows.map(toCount);
      }),
    ruleHours: (ruleId, from) =>
      base.read(async (db) => {
        const rows = await db
          .selectFrom('rule_counts')
          .selectAll()
          .where('rule_id', '=', ruleId)
          .where('hour', '>=', hourOf(from))
          .orderBy('hour')
          .orderBy('cause')
          .execute();
        return rows.map((row) => ({
          ...toCount(row),
          hour: toEpochMs(Number(row.hour) * HOUR_MS),
        }));
      }),
    forgetRuleCounts: (before) =>
      base.write(async (tx) => {
        await tx.deleteFrom('rule_counts').where('hour', '<', hourOf(before)).execute();
      }),
  };
}

function mutedSide(base: StateDatabase): Side<Signals> {
  return {
    listMuted: (query) =>
      base.read(async (db) => {
        const rows = await db
          .selectFrom('muted_signals')
          .select(['seq', 'body'])
          .where('seq', '<', parseCursor(query))
          .$if(query.ruleId !== undefined, (select) =>
            select.where('rule_id', '=', query.ruleId ?? ''),
          )
          .$if(query.cause !== undefined, (select) => select.where('cause', '=', query.cause ?? ''))
          .orderBy('seq', 'desc')
          .limit(query.limit + 1)
          .execute();
        return pageOf<MutedSignal>(rows, query);
      }),
    listRuleSignals: (ruleId, query) =>
      base.read(async (db) => {
        const rows = await db
          .selectFrom('signals')
          .select(['seq', 'body'])
          .where('rule_id', '=', ruleId)
          .where('seq', '<', parseCursor(query))
          .orderBy('seq', 'desc')
          .limit(query.limit + 1)
          .execute();
        return pageOf<Signal>(rows, query);
      }),
  };
}

const toCount = (row: {
  readonly rule_id: string;
  readonly cause: string;
  readonly count: number;
  readonly last_at: number;
}): RuleCount => ({
  ruleId: row.rule_id,
  cause: row.cause as RuleCount['cause'],
  count: Number(row.count),
  lastAt: toEpochMs(Number(row.last_at)),
});
