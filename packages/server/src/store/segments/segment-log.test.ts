import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DAY_MS, toEpochMs } from '@cordon/core';
import { afterEach, describe, expect, it } from 'vitest';
import { createMemoryRecordLog } from '../memory/memory-record-log.ts';
import { checkRecordLog, record } from '../record-log.contract.ts';
import type { LogFs } from './segment-file.ts';
import { realFs } from './segment-file.ts';
import { openSegmentLog } from './segment-log.ts';

const dirs: string[] = [];
const freshDir = (): string => {
  const dir = mkdtempSync(join(tmpdir(), 'cordon-log-'));
  dirs.push(dir);
  return dir;
};
afterEach(() => {
  for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true, force: true });
});

checkRecordLog('memory', async () => createMemoryRecordLog());
checkRecordLog('segments', () => openSegmentLog({ dir: freshDir() }));
checkRecordLog('segments, sealed after each append', () =>
  openSegmentLog({ dir: freshDir(), segmentBytes: 1 }),
);

const textsIn = async (dir: string): Promise<readonly string[]> => {
  const log = await openSegmentLog({ dir });
  const texts = (await log.read(0, 1_000)).map((raw) => raw.text);
  await log.close();
  return texts;
};

describe('segment log', () => {
  it('loses no acknowledged record wherever in its last frame the file ends, and says what it cut', async () => {
    const dir = freshDir();
    const file = join(dir, '0000000000000000.log');
    const log = await openSegmentLog({ dir });
    await log.append([record('one'), record('two')]);
    const before = readFileSync(file).length;
    await log.append([record('three'), record('four')]);
    await log.close();
    const whole = readFileSync(file);
    for (let size = before; size < whole.length; size += 1) {
      writeFileSync(file, whole.subarray(0, size));
      const again = await openSegmentLog({ dir });
      expect(again.head()).toBe(2);
      expect((await again.read(0, 10)).map((raw) => raw.text)).toEqual(['one', 'two']);
      expect(again.repairs.map((problem) => problem.code)).toEqual(
        size === before ? [] : ['torn_tail'],
      );
      expect(await again.append([record('five')])).toBe(2);
      await again.close();
      expect(await textsIn(dir)).toEqual(['one', 'two', 'five']);
    }
  });

  it('takes zeros or noise at the end for a torn tail', async () => {
    for (const tail of [Buffer.alloc(64), Buffer.from('\x10\0\0\0noise noise noise noise noise')]) {
      const dir = freshDir();
      const file = join(dir, '0000000000000000.log');
      const log = await openSegmentLog({ dir });
      await log.append([record('one')]);
      await log.close();
      writeFileSync(file, Buffer.concat([readFileSync(file), tail]));
      const again = await openSegmentLog({ dir });
      expect(again.repairs.map((problem) => problem.code)).toEqual(['torn_tail']);
      expect(readFileSync(`${file}.torn`)).toEqual(tail);
      await again.close();
      expect(await textsIn(dir)).toEqual(['one']);
    }
  });

  it('leaves a damaged frame in the middle out, keeps what follows and says so', async () => {
    const dir = freshDir();
    const file = join(dir, '0000000000000000.log');
    const log = await openSegmentLog({ dir });
    for (const text of ['one', 'two-damaged', 'three']) await log.append([record(text)]);
    await log.close();
    writeFileSync(
      file,
      readFileSync(file, 'latin1').replace('two-damaged', 'two-dbmaged'),
      'latin1',
    );
    const again = await openSegmentLog({ dir });
    expect(again.repairs.map((problem) => problem.code)).toEqual(['block_damaged']);
    expect((await again.read(0, 10)).map((raw) => [raw.offset, raw.text])).toEqual([
      [0, 'one'],
      [2, 'three'],
    ]);
    expect(again.head()).toBe(3);
    await again.close();
  });

  it('seals full segments, reads them the same, and tells of a damaged block', async () => {
    const dir = freshDir();
    const log = await openSegmentLog({ dir, segmentBytes: 2_000 });
    const texts = Array.from({ length: 60 }, (_, i) => `record ${i} ${'x'.repeat(100)}`);
    for (const text of texts) await log.append([record(text)]);
    await log.close();
    const sealed = readdirSync(dir).filter((name) => name.endsWith('.seg'));
    expect(sealed.length).toBeGreaterThan(2);
    expect(await textsIn(dir)).toEqual(texts);

    const file = join(dir, sealed[0] ?? '');
    const data = readFileSync(file);
    data[10] = (data[10] ?? 0) ^ 0xff;
    writeFileSync(file, data);
    const again = await openSegmentLog({ dir });
    const left = await again.read(0, 1_000);
    expect(left.length).toBeGreaterThan(20);
    expect(left.length).toBeLessThan(60);
    expect(again.repairs.map((problem) => problem.code)).toEqual(['block_damaged']);
    expect(again.head()).toBe(60);
    await again.close();
  });

  it('finds a text in sealed segments by their filters, and in files without them', async () => {
    const dir = freshDir();
    const log = await openSegmentLog({ dir, segmentBytes: 4_000 });
    const texts = Array.from(
      { length: 90 },
      (_, i) => `a login of user-${1_000 + i} from afar ${'y'.repeat(90)}`,
    );
    for (const text of texts) await log.append([record(text)]);
    const find = async (text: string) =>
      (await log.search({ text, limit: 9 })).map((raw) => raw.offset);
    for (const n of [0, 41, 89]) expect(await find(`user-${1_000 + n} from`)).toEqual([n]);
    expect(await find('user-4711 from')).toEqual([]);
    expect(await find('user')).toHaveLength(9);
    await log.close();
  });

  it('removes the oldest sealed segments by age and by size, only what is done, and counts on', async () => {
    const dir = freshDir();
    const log = await openSegmentLog({ dir, segmentBytes: 1_000 });
    for (let n = 0; n < 60; n += 1) await log.append([record(`${n} ${'x'.repeat(200)}`, n)]);
    const before = toEpochMs(30);
    expect(await log.retire({ before, upTo: 0 })).toMatchObject({ files: 0, records: 0 });
    const some = await log.retire({ before, upTo: 12 });
    expect(some.records).toBeGreaterThan(5);
    expect(log.tail()).toBe(some.records);
    expect(log.tail()).toBeLessThanOrEqual(12);
    await log.retire({ before, upTo: 60 });
    expect(log.tail()).toBeGreaterThan(20);
    expect(log.tail()).toBeLessThanOrEqual(30);
    const { bytes } = log.size();
    expect(await log.retire({ bytes: bytes - 1, upTo: 60 })).toMatchObject({ files: 1 });
    expect(log.size().bytes).toBeLessThan(bytes);
    expect(await log.get(0)).toBeUndefined();
    expect((await log.read(0, 100))[0]?.offset).toBe(log.tail());
    expect(log.head()).toBe(60);
    expect(log.repairs).toEqual([]);
    await log.close();
    const again = await openSegmentLog({ dir });
    expect([again.head(), again.tail() > 30]).toEqual([60, true]);
    await again.close();
  });

  it('begins a new segment after a day, so that age can remove the old one', async () => {
    const log = await openSegmentLog({ dir: freshDir() });
    await log.append([record('old', 1)]);
    await log.append([record('new', 1 + DAY_MS)]);
    expect(await log.retire({ before: toEpochMs(DAY_MS), upTo: 2 })).toMatchObject({ records: 1 });
    expect(log.tail()).toBe(1);
    await log.close();
  });

  it('appends nothing of a batch when the disk is full, and goes on when there is space again', async () => {
    let isFull = false;
    const fs: LogFs = {
      async open(path, flags) {
        const file = await realFs.open(path, flags);
        const write = async (...args: Parameters<typeof file.write>) => {
          const [data, from, length, position] = args as unknown as [
            Buffer,
            number,
            number,
            number,
          ];
          if (!isFull) return file.write(data, from, length, position);
          if (length > 20) return file.write(data, from, 20, position);
          throw Object.assign(new Error('ENOSPC: no space left on device, write'), {
            code: 'ENOSPC',
          });
        };
        return {
          read: file.read.bind(file),
          write: write as typeof file.write,
          datasync: () => file.datasync(),
          truncate: (size) => file.truncate(size),
          stat: file.stat.bind(file),
          close: () => file.close(),
        };
      },
    };
    const dir = freshDir();
    const log = await openSegmentLog({ dir, fs });
    await log.append([record('before')]);
    const file = join(dir, '0000000000000000.log');
    const size = readFileSync(file).length;
    isFull = true;
    const full = { problem: { code: 'disk_full', retryable: true } };
    await expect(log.append([record('lost?'), record('x')])).rejects.toMatchObject(full);
    expect(log.head()).toBe(1);
    expect(readFileSync(file).length).toBe(size);
    await expect(log.append([])).rejects.toMatchObject(full);
    isFull = false;
    expect(await log.append([])).toBe(1);
    expect(readFileSync(file).length).toBe(size);
    expect(await log.append([record('after')])).toBe(1);
    await log.close();
    expect(await textsIn(dir)).toEqual(['before', 'after']);
  });

  it('refuses a directory that is open already, and takes over the lock of a process that is gone', async () => {
    const dir = freshDir();
    const log = await openSegmentLog({ dir });
    await expect(openSegmentLog({ dir })).rejects.toMatchObject({
      problem: { code: 'store_locked' },
    });
    await log.close();
    writeFileSync(join(dir, 'lock'), '999999999 1');
    const again = await openSegmentLog({ dir });
    await again.close();
    writeFileSync(join(dir, 'lock'), String(process.ppid));
    await expect(openSegmentLog({ dir })).rejects.toMatchObject({
      problem: { code: 'store_locked' },
    });
  });
});
