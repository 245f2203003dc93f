import type { EpochMs, Json } from '@cordon/core';
import { createChainCheck } from '../audit-chain.ts';
import { parseCursor } from '../cursor.ts';
import type { AuditEntry, Change, StateStore } from '../ports.ts';
import type { Row, Side } from './rows.ts';
import { pageOf, parse } from './rows.ts';
import type { Db, StateDatabase } from './state-database.ts';
import * as write from './write.ts';

const AUDIT_CHUNK = 500;

/** Walks the chain a few hundred lines at a time. */
async function verifyChain(db: Db): Promise<Awaited<ReturnType<StateStore['verifyAudit']>>> {
  const chain = createChainCheck();
  for (;;) {
    const rows = await db
      .selectFrom('audit')
      .select(['seq', 'body'])
      .where('seq', '>', chain.entries())
      .orderBy('seq')
      .limit(AUDIT_CHUNK)
      .execute();
    for (const row of rows) {
      const problem = chain.check(readAuditLine(row));
      if (problem) return { entries: chain.entries(), problem };
    }
    if (rows.length < AUDIT_CHUNK) return { entries: chain.entries() };
  }
}

/** A line whose JSON was damaged counts as a line that does not fit. */
function readAuditLine(row: Row): AuditEntry {
  try {
    return { ...(JSON.parse(row.body) as AuditEntry), seq: Number(row.seq) };
  } catch {
    return {
      seq: Number(row.seq),
      at: 0 as EpochMs,
      actor: '',
      what: '',
      subject: '',
      data: null,
      previousHash: '',
      hash: '',
    };
  }
}

/** Settings, the audit trail and the change feed. */
export function keepingSide(
  base: StateDatabase,
): Side<
  | 'getSetting'
  | 'setSetting'
  | 'audit'
  | 'listAudit'
  | 'verifyAudit'
  | 'changesSince'
  | 'lastChange'
> {
  return {
    getSetting: (key) =>
      base.read(async (db) =>
        parse<Json>(
          await db.selectFrom('settings').select('body').where('key', '=', key).executeTakeFirst(),
        ),
      ),
    setSetting: (key, value, audit) =>
      base.write(async (tx) => {
        const body = JSON.stringify(value);
        await tx
          .insertInto('settings')
          .values({ key, body })
          .onConflict((conflict) => conflict.column('key').doUpdateSet({ body }))
          .execute();
        await write.touch(tx, 'setting', [key]);
        await write.writeAudit(tx, audit ? [audit] : []);
      }),
    audit: (entry) => base.write((tx) => write.writeAudit(tx, [entry])),
    listAudit: (query) =>
      base.read(async (db) => {
        const rows = db
          .selectFrom('audit')
          .select(['seq', 'body'])
          .where('seq', '<', parseCursor(query));
        return pageOf<AuditEntry>(
          await rows
            .orderBy('seq', 'desc')
            .limit(query.limit + 1)
            .execute(),
          query,
        );
      }),
    verifyAudit: () => base.read(verifyChain),
    changesSince: (seq, limit) =>
      base.read(async (db) => {
        const rows = await db
          .selectFrom('changes')
          .selectAll()
          .where('seq', '>', seq)
          .orderBy('seq')
          .limit(limit)
          .execute();
        return rows.map((row) => ({
          seq: Number(row.seq),
          topic: row.topic as Change['topic'],
          id: row.id,
        }));
      }),
    lastChange: () =>
      base.read(async (db) => {
        const row = await db
          .selectFrom('changes')
          .select((pick) => pick.fn.max('seq').as('seq'))
          .executeTakeFirst();
        return Number(row?.seq ?? 0);
      }),
  };
}
