import { idOf, type Matter, type Notification, toEpochMs } from '@cordon/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NOW } from './fixtures/facts.ts';
import type { StateStore } from './ports.ts';

const matter = (n: number, more: Partial<Matter> = {}): Matter => ({
  id: idOf('mat', [n]),
  need: {
    key: `k${n}`,
    kind: 'incident',
    priority: 'P2',
    title: `Matter ${n} \u0000`,
    lines: [],
    path: '/',
    ruleIds: [],
    subjects: [],
    incidentId: idOf('inc', [n]),
  },
  team: { id: 't', why: '' },
  state: { status: 'open', step: 0, round: 0, nextAt: toEpochMs(NOW + n) },
  wave: 0,
  openings: [],
  openedAt: toEpochMs(NOW),
  revision: 0,
  ...more,
});

const notification = (n: number, more: Partial<Notification> = {}): Notification => ({
  id: idOf('ntf', [n]),
  personId: `p${n % 2}`,
  urgency: 'page',
  items: [{ matterId: idOf('mat', [n]), priority: 'P2', why: [] }],
  contacts: [],
  state: { status: 'planned', nextAt: toEpochMs(NOW - n) },
  attempts: [],
  plannedAt: toEpochMs(NOW + n),
  revision: 0,
  ...more,
});

/** What every store keeps to as the books of the notifier. `open` gives a fresh, empty one. */
export function checkNotifyStore(name: string, open: () => Promise<StateStore>): void {
  describe(`notify store: ${name}`, () => {
    let store: StateStore;
    beforeEach(async () => {
      store = await open();
    });
    afterEach(() => store.close());

    it('begins empty', async () => {
      expect(await store.notifyCursor()).toBeUndefined();
      expect(await store.nextNotifyAt()).toBeUndefined();
      expect(await store.listMatters({ limit: 5 })).toEqual({ items: [] });
    });

    it('keeps matters, notifications and the cursor, and says what is due', async () => {
      const both = notification(3, {
        items: [1, 2].map((n) => ({ matterId: idOf('mat', [n]), priority: 'P2', why: ['x'] })),
      });
      await store.saveNotify({
        matters: [matter(1), matter(2, { state: { status: 'told' } })],
        notifications: [notification(1), both],
        cursor: 7,
        audit: [{ at: toEpochMs(NOW), actor: 'a', what: 'w', subject: 's', data: {} }],
      });
      await store.saveNotify({ matters: [], notifications: [] });
      expect(await store.notifyCursor()).toBe(7);
      expect(await store.getMatter(idOf('mat', [1]))).toEqual(matter(1));
      expect(await store.getNotification(both.id)).toEqual(both);
      const open = await store.listMatters({ limit: 5, status: ['open'], kind: ['incident'] });
      expect(open.items).toEqual([matter(1)]);
      const ofOne = await store.listMatters({ limit: 5, incidentId: idOf('inc', [2]) });
      expect(ofOne.items.map(({ id }) => id)).toEqual([idOf('mat', [2])]);
      expect(await store.notificationsOf(idOf('mat', [1]))).toEqual([notification(1), both]);
      expect((await store.listNotifications({ limit: 1 })).items).toEqual([both]);
      const since = { limit: 5, personId: 'p1', since: toEpochMs(NOW + 2) };
      expect((await store.listNotifications(since)).items).toEqual([both]);
      expect(await store.nextNotifyAt()).toBe(NOW - 3);
      expect(await store.dueNotifications(toEpochMs(NOW - 1), 5)).toEqual([both, notification(1)]);
      expect(await store.dueNotifications(toEpochMs(NOW), 1)).toEqual([both]);
      expect(await store.dueMatters(toEpochMs(NOW), 5)).toEqual([]);
      expect(await store.dueMatters(toEpochMs(NOW + 1), 5)).toEqual([matter(1)]);
      const ids = (await store.changesSince(0, 99)).filter((one) => one.topic === 'notification');
      expect(new Set(ids.map(({ id }) => id))).toEqual(
        new Set([1, 2].map((n) => idOf('mat', [n]))),
      );
      expect((await store.listAudit({ limit: 5 })).items).toHaveLength(1);
    });

    it('finds what is not yet handed over, and what was planned of late', async () => {
      const sent = { status: 'delivered', at: toEpochMs(NOW), channelId: 'c' } as const;
      await store.saveNotify({
        matters: [],
        notifications: [
          notification(1),
          notification(2, { state: sent }),
          notification(5, { state: sent }),
        ],
      });
      const found = await store.sentSince(toEpochMs(NOW + 3));
      expect(found.map(({ id }) => id)).toEqual([idOf('ntf', [1]), idOf('ntf', [5])]);
    });

    it('refuses all of a commit of which one thing is stale', async () => {
      await store.saveNotify({ matters: [matter(1)], notifications: [], cursor: 1 });
      const stale = store.saveNotify({
        matters: [matter(2), matter(1)],
        notifications: [notification(1)],
        cursor: 9,
      });
      await expect(stale).rejects.toMatchObject({ problem: { code: 'stale_revision' } });
      expect(await store.getMatter(idOf('mat', [2]))).toBeUndefined();
      expect(await store.notifyCursor()).toBe(1);
      const next = matter(1, { state: { status: 'told' }, revision: 1 });
      await store.saveNotify({ matters: [next], notifications: [] });
      expect(await store.getMatter(next.id)).toEqual(next);
      expect(await store.nextNotifyAt()).toBeUndefined();
    });
  });
}
