import type { Event } from '@cordon/core';
import { idOf, toEpochMs } from '@cordon/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EventQuery, EventStore } from './ports.ts';

export const eventAt = (offset: number, more: Partial<Event> = {}): Event => ({
  id: idOf('evt', [offset]),
  time: toEpochMs(1_700_000_000_000 + offset),
  class_uid: 3002,
  activity_id: 1,
  severity_id: 1,
  observables: [],
  provenance: {
    offset,
    sourceId: 'app',
    parserId: 'sshd',
    logsource: { product: 'linux', categories: [] },
    fields: { n: offset, deep: { a: [1, 'x', null] } },
  },
  ...more,
});

/** What every event store keeps to. `open` gives a fresh, empty one. */
export function checkEventStore(name: string, open: () => Promise<EventStore>): void {
  describe(`event store: ${name}`, () => {
    let store: EventStore;
    beforeEach(async () => {
      store = await open();
    });
    afterEach(() => store.close());

    const offsets = async (query: Partial<EventQuery>): Promise<readonly number[]> =>
      (await store.find({ limit: 100, ...query })).map((event) => event.provenance.offset);

    it('gives back the same event, hostile text and all', async () => {
      const event = eventAt(7, {
        message: `'; DROP TABLE x; -- \u0000 ü 😀 "q" \\`,
        status_id: 2,
        user: { name: "o'brien\u0000" },
        src_endpoint: { ip: '2001:db8::1', port: 65_535 },
        process: { name: 'sh', cmd_line: 'sh -c "$(x)"', parent_process: { name: 'init' } },
      });
      store.add([event]);
      expect(await store.flush()).toBe(8);
      expect(await store.find({ limit: 10 })).toEqual([event]);
    });

    it('finds by each condition, and by several at once', async () => {
      store.add([
        eventAt(0, { src_endpoint: { ip: '192.0.2.1' }, status_id: 2, user: { name: 'Root' } }),
        eventAt(1, { device: { hostname: 'WEB-1' }, class_uid: 4002, status_id: 1 }),
        eventAt(2, { observables: [{ name: 'x', type: 'ip', value: '192.0.2.1' }], status_id: 1 }),
      ]);
      await store.flush();
      const at = (offset: number) => toEpochMs(1_700_000_000_000 + offset);
      const cases: readonly [Partial<EventQuery>, readonly number[]][] = [
        [{}, [0, 1, 2]],
        [{ limit: 2 }, [0, 1]],
        [{ fromAt: at(1) }, [1, 2]],
        [{ toAt: at(1) }, [0, 1]],
        [{ ip: '192.0.2.1' }, [0, 2]],
        [{ ip: "' OR true --" }, []],
        [{ user: 'root' }, [0]],
        [{ host: 'web-1' }, [1]],
        [{ classUid: 4002 }, [1]],
        [{ statusId: 1 }, [1, 2]],
        [{ offsets: [2, 0, 9] }, [0, 2]],
        [{ offsets: [] }, []],
        [{ ip: '192.0.2.1', statusId: 2 }, [0]],
      ];
      for (const [query, expected] of cases) {
        expect(await offsets(query)).toEqual(expected);
        if (query.limit === undefined) expect(await store.count(query)).toBe(expected.length);
      }
    });

    it('shows what is not written yet, and takes a known offset again without harm', async () => {
      store.add([eventAt(0), eventAt(1)]);
      expect(await offsets({})).toEqual([0, 1]);
      expect(store.durableOffset()).toBe(0);
      await store.flush();
      store.add([eventAt(1), eventAt(2)]);
      expect(await offsets({})).toEqual([0, 1, 2]);
      expect(await store.count({})).toBe(3);
      const written = store.flush();
      expect(await store.count({})).toBe(3);
      await written;
      expect(await offsets({})).toEqual([0, 1, 2]);
      expect(await store.count({})).toBe(3);
      expect(store.durableOffset()).toBe(3);
    });

    it('knows a host by its short name, too', async () => {
      store.add([{ ...eventAt(0), device: { hostname: 'WS-07.corp.example.com' } }]);
      await store.flush();
      expect(await store.count({ host: 'ws-07' })).toBe(1);
      expect(await store.count({ host: 'ws-07.corp.example.com' })).toBe(1);
    });

    it('rejects every call after close', async () => {
      await store.close();
      await expect(store.find({ limit: 1 })).rejects.toMatchObject({
        problem: { code: 'store_closed' },
      });
      await expect(store.flush()).rejects.toMatchObject({ problem: { code: 'store_closed' } });
    });
  });
}
