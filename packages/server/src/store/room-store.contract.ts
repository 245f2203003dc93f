import { idOf, toEpochMs } from '@cordon/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createChainCheck, type NewAuditEntry } from './audit-chain.ts';
import { incident, NOW } from './fixtures/facts.ts';
import type { StateStore } from './ports.ts';

const [one, other] = [idOf('inc', [1]), idOf('inc', [2])];
const line = (text: string, atMs = 0): NewAuditEntry => ({
  at: toEpochMs(NOW + atMs),
  actor: 'ann',
  what: 'commented',
  subject: one,
  data: { text, mentions: [] },
});

/** What every store keeps to as the keeper of rooms. `open` gives a fresh, empty one. */
export function checkRoomStore(name: string, open: () => Promise<StateStore>): void {
  describe(`room store: ${name}`, () => {
    let store: StateStore;
    beforeEach(async () => {
      store = await open();
    });
    afterEach(() => store.close());

    it('numbers and chains the lines of each room by itself', async () => {
      expect(await store.readRoom(one)).toEqual([]);
      await store.appendToRoom(one, [line('a \u0000 <b>'), line('b')]);
      await store.appendToRoom(other, [line('elsewhere')]);
      const [added] = await store.appendToRoom(one, [line('c')]);
      expect(added?.seq).toBe(3);
      const lines = await store.readRoom(one);
      expect(lines.map(({ seq, subject, data }) => [seq, subject, data])).toEqual(
        ['a \u0000 <b>', 'b', 'c'].map((text, index) => [index + 1, one, { text, mentions: [] }]),
      );
      const chain = createChainCheck();
      expect(lines.flatMap((entry) => chain.check(entry) ?? [])).toEqual([]);
      expect((await store.readRoom(other)).map(({ seq }) => seq)).toEqual([1]);
    });

    it('tells the stream and the audit trail of every line', async () => {
      const added = await store.appendToRoom(one, [line('a'), line('b')]);
      expect(await store.changesSince(0, 9)).toMatchObject([{ topic: 'room', id: one }]);
      const { items } = await store.listAudit({ limit: 5 });
      expect(items.toReversed()).toMatchObject(
        added.map(({ seq, hash }) => ({
          what: 'room_commented',
          subject: one,
          data: { line: seq, hash },
        })),
      );
      expect((await store.verifyAudit()).problem).toBeUndefined();
    });

    it('finds the rooms of late, and when an incident was opened', async () => {
      await store.appendToRoom(one, [line('old')]);
      await store.appendToRoom(other, [line('new', 10)]);
      expect(await store.roomsSince(toEpochMs(NOW + 10))).toEqual([other]);
      const made = incident(1);
      expect(await store.openingOf(made.id)).toBeUndefined();
      const audit = { ...line('x'), what: 'opened' };
      await store.saveDecisions({ alerts: [], incidents: [made], audit });
      expect(await store.openingOf(made.id)).toBe(NOW);
    });
  });
}
