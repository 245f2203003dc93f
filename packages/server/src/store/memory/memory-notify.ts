import { type EpochMs, matterDueAt, notificationDueAt } from '@cordon/core';
import { checkNotifyRevision, type NotifyStore } from '../notify-store.ts';
import type { Tables, Writers } from './memory-tables.ts';

/** Matters and notifications. */
export function notifySide(tables: Tables, write: Writers): NotifyStore {
  const { matters, notifications } = tables;
  return {
    async saveNotify(commit) {
      for (const one of commit.matters) checkNotifyRevision(one, matters.get(one.id)?.revision);
      for (const one of commit.notifications)
        checkNotifyRevision(one, notifications.get(one.id)?.revision);
      for (const one of commit.matters) matters.put(one.id, one);
      for (const one of commit.notifications) notifications.put(one.id, one);
      tables.notifyCursor = commit.cursor ?? tables.notifyCursor;
      write.touch('notification', [
        ...commit.matters.map(({ id }) => id),
        ...commit.notifications.flatMap(({ items }) => items.map(({ matterId }) => matterId)),
      ]);
      for (const entry of commit.audit ?? []) write.audit(entry);
    },
    notifyCursor: async () => tables.notifyCursor,
    getMatter: async (id) => matters.get(id),
    listMatters: async (query) =>
      matters.page(
        query,
        ({ state, need }) =>
          (query.status === undefined || query.status.includes(state.status)) &&
          (query.kind === undefined || query.kind.includes(need.kind)) &&
          (query.incidentId === undefined || need.incidentId === query.incidentId),
      ),
    getNotification: async (id) => notifications.get(id),
    notificationsOf: async (matterId) =>
      notifications
        .values()
        .filter(({ items }) => items.some((item) => item.matterId === matterId)),
    listNotifications: async (query) =>
      notifications.page(
        query,
        ({ personId, plannedAt }) =>
          (query.personId === undefined || personId === query.personId) &&
          (query.since === undefined || plannedAt >= query.since),
      ),
    sentSince: async (at) =>
      notifications
        .values()
        .filter((one) => notificationDueAt(one) !== undefined || one.plannedAt > at),
    dueMatters: async (now, limit) => due(matters.values(), matterDueAt, { now, limit }),
    dueNotifications: async (now, limit) =>
      due(notifications.values(), notificationDueAt, { now, limit }),
    nextNotifyAt: async () => {
      const times = [
        ...matters.values().map(matterDueAt),
        ...notifications.values().map(notificationDueAt),
      ].flatMap((at) => at ?? []);
      return times.length === 0 ? undefined : (Math.min(...times) as EpochMs);
    },
  };
}

const due = <T>(
  things: readonly T[],
  dueAt: (thing: T) => EpochMs | undefined,
  { now, limit }: { readonly now: EpochMs; readonly limit: number },
): readonly T[] => {
  const at = (thing: T): number => dueAt(thing) ?? Number.POSITIVE_INFINITY;
  return things
    .filter((thing) => at(thing) <= now)
    .toSorted((a, b) => at(a) - at(b))
    .slice(0, limit);
};
