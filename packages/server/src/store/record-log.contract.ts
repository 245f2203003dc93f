import { toEpochMs } from '@cordon/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { unpackRecords } from './packed-records.ts';
import type { NewRecord, RecordLog } from './ports.ts';

export const record = (text: string | Uint8Array, at = 1_000): NewRecord => ({
  sourceId: 'app',
  receivedAt: toEpochMs(at),
  bytes: typeof text === 'string' ? new TextEncoder().encode(text) : text,
});

/** What every record log keeps to. `open` gives a fresh, empty one. */
export function checkRecordLog(name: string, open: () => Promise<RecordLog>): void {
  describe(`record log: ${name}`, () => {
    let log: RecordLog;
    beforeEach(async () => {
      log = await open();
    });
    afterEach(() => log.close());

    it('gives offsets without holes, in order, to appends that wait together', async () => {
      const appends = Array.from({ length: 50 }, (_, i) =>
        log.append([record(`a${i}`), record(`b${i}`)]),
      );
      expect(await Promise.all(appends)).toEqual(appends.map((_, i) => i * 2));
      expect(log.head()).toBe(100);
      const read = await log.read(0, 1_000);
      expect(read.map((raw) => raw.offset)).toEqual(Array.from({ length: 100 }, (_, i) => i));
      expect(read.map((raw) => raw.text)).toEqual(appends.flatMap((_, i) => [`a${i}`, `b${i}`]));
    });

    it('reads from the middle, up to a limit, and nothing at the head', async () => {
      await log.append(['x', 'y', 'z'].map((text) => record(text)));
      expect((await log.read(1, 1)).map((raw) => raw.text)).toEqual(['y']);
      expect(await log.read(3, 10)).toEqual([]);
      expect(await log.append([])).toBe(3);
    });

    it('gives the same records packed, from any place, memory of their own', async () => {
      await log.append([record('a', 1), record('b', 1), { ...record('c', 2), peer: '192.0.2.1' }]);
      await log.append([record('d', 2), { ...record('e', 2), parsers: ['p'] }]);
      for (const from of [0, 1, 2, 3, 4])
        for (const limit of [1, 2, 3, 4, 9]) {
          const packed = await log.readPacked(from, limit);
          if (packed === undefined) throw new Error('There are records.');
          const { byteLength } = packed.bytes.buffer;
          expect([packed.first, byteLength]).toEqual([from, packed.bytes.length]);
          expect(unpackRecords(packed)).toEqual(await log.read(from, limit));
        }
      expect(await log.readPacked(5, 10)).toBeUndefined();
    });

    it('keeps every member of a record, and its bytes verbatim', async () => {
      const bytes = Uint8Array.of(0x61, 0xff, 0x00, 0x0a);
      await log.append([
        { ...record(bytes, 7), peer: '192.0.2.1', parsers: ['a', 'b'], senderId: 'x-1' },
        record('plain ü'),
      ]);
      expect(await log.get(0)).toEqual({
        offset: 0,
        sourceId: 'app',
        receivedAt: 7,
        text: 'a\ufffd\u0000\n',
        isLossy: true,
        peer: '192.0.2.1',
        parsers: ['a', 'b'],
        senderId: 'x-1',
        bytes,
      });
      expect((await log.get(1))?.isLossy).toBeUndefined();
      expect(await log.get(2)).toBeUndefined();
    });

    it('finds text newest first, within times', async () => {
      await log.append([
        record('needle 1', 10),
        record('hay', 20),
        record('needle 2', 30),
        record('needle 3', 40),
      ]);
      const find = async (more: object) =>
        (await log.search({ text: 'needle', limit: 10, ...more })).map((raw) => raw.text);
      expect(await find({})).toEqual(['needle 3', 'needle 2', 'needle 1']);
      expect(await find({ limit: 2 })).toEqual(['needle 3', 'needle 2']);
      expect(await find({ fromAt: 10, toAt: 30 })).toEqual(['needle 2', 'needle 1']);
    });

    it('wakes who waits for the head, or whose signal aborts', async () => {
      const waiting = log.waitPast(0, new AbortController().signal);
      await log.append([record('x')]);
      await waiting;
      const control = new AbortController();
      const aborted = log.waitPast(1, control.signal);
      control.abort();
      await aborted;
    });

    it('rejects every call after close, also of those who wait', async () => {
      const waiting = log.waitPast(0, new AbortController().signal);
      const refused = { problem: { code: 'store_closed' } };
      const told = expect(waiting).rejects.toMatchObject(refused);
      await log.close();
      await told;
      await expect(log.append([record('x')])).rejects.toMatchObject(refused);
      await expect(log.read(0, 1)).rejects.toMatchObject(refused);
    });
  });
}
