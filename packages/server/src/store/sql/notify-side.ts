import {
  type EpochMs,
  type Matter,
  matterDueAt,
  type Notification,
  notificationDueAt,
} from '@cordon/core';
import { parseCursor } from '../cursor.ts';
import { checkNotifyRevision, type NotifyStore } from '../notify-store.ts';
import { oneOf, pageOf, parse, parseAll } from './rows.ts';
import type { StateDatabase } from './state-database.ts';
import * as write from './write.ts';

const CURSOR = 'notify_cursor';

async function writeMatter(tx: write.Tx, matter: Matter): Promise<void> {
  const stored = await tx
    .selectFrom('matters')
    .select('revision')
    .where('id', '=', matter.id)
    .executeTakeFirst();
  checkNotifyRevision(matter, stored && Number(stored.revision));
  const changed = {
    revision: matter.revision,
    status: matter.state.status,
    kind: matter.need.kind,
    incident_id: matter.need.incidentId ?? null,
    next_at: matterDueAt(matter) ?? null,
    body: JSON.stringify(matter),
  };
  await tx
    .insertInto('matters')
    .values({ id: matter.id, ...changed })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(changed))
    .execute();
}

async function writeNotification(tx: write.Tx, one: Notification): Promise<void> {
  const stored = await tx
    .selectFrom('notifications')
    .select('revision')
    .where('id', '=', one.id)
    .executeTakeFirst();
  checkNotifyRevision(one, stored && Number(stored.revision));
  const changed = {
    revision: one.revision,
    next_at: notificationDueAt(one) ?? null,
    body: JSON.stringify(one),
  };
  await tx
    .insertInto('notifications')
    .values({ id: one.id, person_id: one.personId, planned_at: one.plannedAt, ...changed })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(changed))
    .execute();
  await tx
    .insertInto('notification_matters')
    .values(one.items.map(({ matterId }) => ({ matter_id: matterId, notification_id: one.id })))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

async function writeCursor(tx: write.Tx, cursor: number | undefined): Promise<void> {
  if (cursor === undefined) return;
  const changed = { record_offset: cursor };
  await tx
    .insertInto('pipeline')
    .values({ name: CURSOR, body: null, ...changed })
    .onConflict((conflict) => conflict.column('name').doUpdateSet(changed))
    .execute();
}

const touched = (commit: Parameters<NotifyStore['saveNotify']>[0]): readonly string[] => [
  ...commit.matters.map(({ id }) => id),
  ...commit.notifications.flatMap(({ items }) => items.map(({ matterId }) => matterId)),
];

/** Matters and notifications. */
export const notifySide = (base: StateDatabase): NotifyStore => ({
  saveNotify: (commit) =>
    base.write(async (tx) => {
      for (const matter of commit.matters) await writeMatter(tx, matter);
      for (const one of commit.notifications) await writeNotification(tx, one);
      await writeCursor(tx, commit.cursor);
      await write.touch(tx, 'notification', touched(commit));
      await write.writeAudit(tx, commit.audit ?? []);
    }),
  ...reading(base),
  ...waiting(base),
});

const reading = (
  base: StateDatabase,
): Pick<
  NotifyStore,
  | 'notifyCursor'
  | 'getMatter'
  | 'listMatters'
  | 'getNotification'
  | 'notificationsOf'
  | 'listNotifications'
> => ({
  notifyCursor: () =>
    base.read(async (db) => {
      const row = await db
        .selectFrom('pipeline')
        .select('record_offset')
        .where('name', '=', CURSOR)
        .executeTakeFirst();
      return row && Number(row.record_offset);
    }),
  getMatter: (id) =>
    base.read(async (db) =>
      parse(await db.selectFrom('matters').select('body').where('id', '=', id).executeTakeFirst()),
    ),
  listMatters: (query) =>
    base.read(async (db) => {
      const { status, kind, incidentId } = query;
      const rows = db
        .selectFrom('matters')
        .select(['seq', 'body'])
        .where('seq', '<', parseCursor(query))
        .$if(status !== undefined, (select) => select.where('status', 'in', oneOf(status)))
        .$if(kind !== undefined, (select) => select.where('kind', 'in', oneOf(kind)))
        .$if(incidentId !== undefined, (select) =>
          select.where('incident_id', '=', incidentId ?? ''),
        );
      const found = rows.orderBy('seq', 'desc').limit(query.limit + 1);
      return pageOf<Matter>(await found.execute(), query);
    }),
  getNotification: (id) =>
    base.read(async (db) =>
      parse(
        await db.selectFrom('notifications').select('body').where('id', '=', id).executeTakeFirst(),
      ),
    ),
  notificationsOf: (matterId) =>
    base.read(async (db) => {
      const rows = db
        .selectFrom('notifications')
        .innerJoin('notification_matters', 'notification_id', 'id')
        .select('body')
        .where('matter_id', '=', matterId)
        .orderBy('seq');
      return parseAll<Notification>(await rows.execute());
    }),
  listNotifications: (query) =>
    base.read(async (db) => {
      const { personId, since } = query;
      const rows = db
        .selectFrom('notifications')
        .select(['seq', 'body'])
        .where('seq', '<', parseCursor(query))
        .$if(personId !== undefined, (select) => select.where('person_id', '=', personId ?? ''))
        .$if(since !== undefined, (select) => select.where('planned_at', '>=', since ?? 0));
      const found = rows.orderBy('seq', 'desc').limit(query.limit + 1);
      return pageOf<Notification>(await found.execute(), query);
    }),
});

const waiting = (
  base: StateDatabase,
): Pick<NotifyStore, 'sentSince' | 'dueMatters' | 'dueNotifications' | 'nextNotifyAt'> => ({
  sentSince: (at) =>
    base.read(async (db) => {
      const rows = db
        .selectFrom('notifications')
        .select('body')
        .where((where) =>
          where.or([where('next_at', 'is not', null), where('planned_at', '>', at)]),
        )
        .orderBy('seq');
      return parseAll<Notification>(await rows.execute());
    }),
  dueMatters: (now, limit) =>
    base.read(async (db) => {
      const rows = db.selectFrom('matters').select('body').where('next_at', '<=', now);
      return parseAll<Matter>(await rows.orderBy('next_at').orderBy('seq').limit(limit).execute());
    }),
  dueNotifications: (now, limit) =>
    base.read(async (db) => {
      const rows = db.selectFrom('notifications').select('body').where('next_at', '<=', now);
      return parseAll<Notification>(
        await rows.orderBy('next_at').orderBy('seq').limit(limit).execute(),
      );
    }),
  nextNotifyAt: () =>
    base.read(async (db) => {
      const [matter, notification] = await Promise.all([
        db
          .selectFrom('matters')
          .select((pick) => pick.fn.min('next_at').as('at'))
          .executeTakeFirst(),
        db
          .selectFrom('notifications')
          .select((pick) => pick.fn.min('next_at').as('at'))
          .executeTakeFirst(),
      ]);
      const times = [matter?.at, notification?.at].flatMap((at) => (at == null ? [] : Number(at)));
      return times.length === 0 ? undefined : (Math.min(...times) as EpochMs);
    }),
});
