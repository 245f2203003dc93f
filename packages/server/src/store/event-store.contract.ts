import type { Event } from '@cordon/core';
import { EVERYTHING, huntField, idOf, parseHunt, toEpochMs } from '@cordon/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EventQuery } from './event-query.ts';
import type { EventStore } from './ports.ts';

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

    it('tells which values events hold, once for each machine, page by page', async () => {
      const on = (offset: number, hostname: string, value: string): Event =>
        eventAt(offset, {
          device: { hostname },
          dst_endpoint: { ip: value },
          observables: [
            { name: 'file.hashes', type: 'hash', value: `h-${value}` },
            { name: 'file.path', type: 'file_name', value: 'x"y\\z' },
          ],
        });
      store.add([on(0, 'a', '192.0.2.1'), on(1, 'a', '192.0.2.1'), on(2, 'b', '192.0.2.1')]);
      await store.flush();
      store.add([on(3, 'a', '192.0.2.1'), on(4, 'c', '192.0.2.2'), eventAt(5)]);
      const span = { fromAt: toEpochMs(0), toAt: toEpochMs(1_700_000_000_004), limit: 10 };
      const ips = [
        { value: '192.0.2.1', host: 'a', offset: 0 },
        { value: '192.0.2.1', host: 'b', offset: 2 },
        { value: '192.0.2.2', host: 'c', offset: 4 },
      ];
      expect(await store.observed({ ...span, type: 'ip' })).toEqual(ips);
      expect(await store.observed({ ...span, type: 'ip', limit: 1 })).toEqual(ips.slice(0, 1));
      const after = { value: '192.0.2.1', host: 'a' };
      expect(await store.observed({ ...span, type: 'ip', after })).toEqual(ips.slice(1));
      const toAt = toEpochMs(1_700_000_000_001);
      expect(await store.observed({ ...span, type: 'ip', toAt })).toEqual(ips.slice(0, 1));
      expect(await store.observed({ ...span, type: 'hash' })).toEqual(
        ips.map((one) => ({ ...one, value: `h-${one.value}` })),
      );
      expect((await store.observed({ ...span, type: 'file_name' }))[0]?.value).toBe('x"y\\z');
      expect(
        (await store.observed({ ...span, type: 'hostname' })).map(({ value }) => value),
      ).toEqual(['a', 'b', 'c']);
      expect(await store.observed({ ...span, type: 'url' })).toEqual([]);
    });

    it('knows a host by its short name, too', async () => {
      store.add([{ ...eventAt(0), device: { hostname: 'WS-07.corp.example.com' } }]);
      await store.flush();
      expect(await store.count({ host: 'ws-07' })).toBe(1);
      expect(await store.count({ host: 'ws-07.corp.example.com' })).toBe(1);
    });

    const scopeOf = (text: string) => {
      const parsed = parseHunt(text, { now: toEpochMs(1_700_000_000_010) });
      if (!parsed.ok) throw new Error(parsed.problem.detail);
      return { hunt: parsed.value };
    };
    const HUNTED: readonly Partial<Event>[] = [
      {
        src_endpoint: { ip: '192.0.2.1', port: 22 },
        user: { name: 'Root' },
        status_id: 2,
        message: '100% "sure"_thing \\ back',
      },
      {
        device: { hostname: 'WEB-1' },
        class_uid: 4002,
        url: { path: "/a'b" },
        traffic: { bytes_out: 4096 },
      },
      { observables: [{ name: 'x', type: 'ip', value: '192.0.2.1' }], user: { name: 'admin2' } },
    ];
    const own = (offset: number, fields: Readonly<Record<string, unknown>>) => ({
      ...eventAt(offset),
      provenance: {
        ...eventAt(offset).provenance,
        fields,
        logsource: {
          product: 'windows',
          service: 'security',
          categories: ['process_creation', 'x'],
        },
      },
    });

    it.each(['written', 'waiting'])('hunts by every kind of test: %s', async (where) => {
      store.add(HUNTED.map((more, offset) => eventAt(offset, more)));
      store.add([
        own(3, { EventID: 4624, 'a.b': 'Flat', odd: 'x/y~z' }),
        own(4, { EventID: '4625', a: { b: 'Deep' } }),
      ]);
      if (where === 'written') await store.flush();
      const cases: readonly [string, readonly number[]][] = [
        ['', [0, 1, 2, 3, 4]],
        ['user.name = root', [0]],
        ['user.name != root', [1, 2, 3, 4]],
        ['user.name exists', [0, 2]],
        ['user.name ~ adm*', [2]],
        ['user.name ~ roo?', [0]],
        ['user.name ~ oo', [0]],
        ['user.name in (root, admin2)', [0, 2]],
        ['message ~ "0% \\"sure\\"_t"', [0]],
        ['message ~ "_____________"', []],
        ['message ~ "\\ b"', [0]],
        ['url.path = "/a\'b"', [1]],
        ['user.name = "\' OR true --"', []],
        ['src_endpoint.port = 22', [0]],
        ['src_endpoint.port < 22 or traffic.bytes_out >= 4096', [1]],
        ['any.ip = 192.0.2.1', [0, 2]],
        ['any.ip ~ 192.0.2.*', [0, 2]],
        ['any.host = web-1', [1]],
        ['not any.ip exists', [1, 3, 4]],
        ['class_uid in (4002, 1) and status_id = 2', []],
        ['product = windows and category = process_creation', [3, 4]],
        ['category ~ process*', [3, 4]],
        ['fields.EventID = 4624', [3]],
        ['fields.EventID > 4624', [4]],
        ['fields.a.b = flat', [3]],
        ['fields.a.b = deep', [4]],
        ['fields.odd = "x/y~z"', [3]],
        ['record >= 3', [3, 4]],
        ['not (not user.name = root)', [0]],
        ['not (user.name = root or src_endpoint.port > 30)', [1, 2, 3, 4]],
        ['not (not (src_endpoint.port > 30))', []],
      ];
      for (const [text, expected] of cases) {
        const found = await store.hunt({ ...scopeOf(text), order: 'oldest', limit: 9 });
        expect([text, found.map((event) => event.provenance.offset)]).toEqual([text, expected]);
      }
    });

    it('pages a hunt both ways, over events of one moment', async () => {
      const time = toEpochMs(1_700_000_000_000);
      store.add([0, 1, 2].map((offset) => eventAt(offset, { time })));
      await store.flush();
      store.add([3, 4].map((offset) => eventAt(offset, { time })));
      for (const [order, expected] of [
        ['oldest', [0, 1, 2, 3, 4]],
        ['newest', [4, 3, 2, 1, 0]],
      ] as const) {
        const seen: number[] = [];
        for (let after: { time: typeof time; offset: number } | undefined; ; ) {
          const from = after === undefined ? {} : { after };
          const page = await store.hunt({ hunt: EVERYTHING, order, limit: 2, ...from });
          const last = page.at(-1);
          if (last === undefined) break;
          seen.push(...page.map((event) => event.provenance.offset));
          after = { time: last.time, offset: last.provenance.offset };
        }
        expect(seen).toEqual(expected);
      }
    });

    it('counts what a hunt finds by time and by value, each event once', async () => {
      store.add(HUNTED.map((more, offset) => eventAt(offset, more)));
      await store.flush();
      store.add([eventAt(2, HUNTED[2]), eventAt(1_005, { src_endpoint: { ip: '192.0.2.1' } })]);
      const from = toEpochMs(1_700_000_000_000);
      expect(await store.huntBars({ hunt: EVERYTHING }, 1_000)).toEqual([
        { at: from, count: 3 },
        { at: from + 1_000, count: 1 },
      ]);
      expect(
        await store.huntBars({ hunt: EVERYTHING, fromAt: toEpochMs(from + 2) }, 1_000),
      ).toEqual([
        { at: from, count: 1 },
        { at: from + 1_000, count: 1 },
      ]);
      const top = (name: string, limit = 9) => {
        const field = huntField(name);
        if (!field) throw new Error(name);
        return store.huntTop({ hunt: EVERYTHING, field, limit });
      };
      expect(await top('any.ip')).toEqual([{ value: '192.0.2.1', count: 3 }]);
      expect(await top('user.name')).toEqual([
        { value: 'Root', count: 1 },
        { value: 'admin2', count: 1 },
      ]);
      expect(await top('class_uid', 1)).toEqual([{ value: '3002', count: 3 }]);
      expect(await top('fields.n')).toHaveLength(4);
    });

    it('misses and doubles nothing in a hunt while files are written and merged', async () => {
      const writes: Promise<unknown>[] = [];
      for (let offset = 0; offset < 30; offset += 1) {
        store.add([eventAt(offset)]);
        writes.push(store.flush());
        const bars = await store.huntBars({ hunt: EVERYTHING }, 1_000);
        expect(bars.map(({ count }) => count)).toEqual([offset + 1]);
      }
      await Promise.all(writes);
      const found = await store.hunt({ hunt: EVERYTHING, order: 'oldest', limit: 99 });
      expect(found).toHaveLength(30);
    });

    it('knows what kinds of events there were', async () => {
      store.add([own(0, {}), own(1, {}), eventAt(2)]);
      await store.flush();
      store.add([eventAt(3), eventAt(4)]);
      const seen = await store.seenLogsources(toEpochMs(0));
      expect(
        seen.map(({ logsource, count, lastAt }) => [logsource.product, count, lastAt]),
      ).toEqual([
        ['linux', 3, 1_700_000_000_004],
        ['windows', 2, 1_700_000_000_001],
      ]);
      expect(await store.seenLogsources(toEpochMs(1_700_000_000_004))).toHaveLength(1);
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
