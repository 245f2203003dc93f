import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EpochMs, type Json, toEpochMs } from '@cordon/core';
import { afterEach, describe, expect, it } from 'vitest';
import { checkEventStore, eventAt } from '../event-store.contract.ts';
import { createMemoryEventStore } from '../memory/memory-event-store.ts';
import type { DeadLetter } from '../ports.ts';
import { openParquetEventStore } from './parquet-event-store.ts';

const dirs: string[] = [];
const freshDir = (): string => {
  const dir = mkdtempSync(join(tmpdir(), "cordon-ev'ents-"));
  dirs.push(dir);
  return dir;
};
afterEach(() => {
  for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true, force: true });
});

checkEventStore('memory', async () => createMemoryEventStore());
checkEventStore('parquet', () => openParquetEventStore({ dir: freshDir() }));
checkEventStore('parquet, merged at each flush', () =>
  openParquetEventStore({ dir: freshDir(), mergeCount: 2 }),
);

describe('parquet event store', () => {
  it('knows after a restart what is durable', async () => {
    const dir = freshDir();
    const store = await openParquetEventStore({ dir });
    store.add([eventAt(3), eventAt(9)]);
    await store.flush();
    await store.close();
    writeFileSync(join(dir, '12.ndjson.tmp'), 'unfinished');
    const again = await openParquetEventStore({ dir });
    expect(again.durableOffset()).toBe(10);
    expect(await again.count({})).toBe(2);
    expect(readdirSync(dir)).toHaveLength(1);
    await again.close();
  });

  it('merges many small segments into one that holds the same', async () => {
    const dir = freshDir();
    const store = await openParquetEventStore({ dir, mergeCount: 4 });
    for (let offset = 0; offset < 9; offset += 1) {
      store.add([eventAt(offset), eventAt(0)]);
      await store.flush();
    }
    expect(readdirSync(dir)).toHaveLength(3);
    expect((await store.find({ limit: 100 })).map((event) => event.provenance.offset)).toEqual([
      0, 1, 2, 3, 4, 5, 6, 7, 8,
    ]);
    await store.close();
  });

  it('merges what an earlier process left as soon as it is opened', async () => {
    const dir = freshDir();
    for (let offset = 0; offset < 4; offset += 1) {
      const store = await openParquetEventStore({ dir });
      store.add([eventAt(offset)]);
      await store.flush();
      await store.close();
    }
    expect(readdirSync(dir)).toHaveLength(4);
    const again = await openParquetEventStore({ dir, mergeCount: 4 });
    expect(await again.count({})).toBe(4);
    await expect.poll(() => readdirSync(dir).length, { timeout: 20_000 }).toBe(1);
    expect(await again.count({})).toBe(4);
    await again.close();
  });

  it('refuses the one event it cannot take, says why, and keeps all others', async () => {
    const letters: DeadLetter[] = [];
    const onRefused = async (refused: readonly DeadLetter[]) => void letters.push(...refused);
    const store = await openParquetEventStore({ dir: freshDir(), onRefused });
    const events = Array.from({ length: 40 }, (_, offset) => eventAt(offset));
    store.add([...events, eventAt(40, { time: 1e300 as EpochMs })]);
    expect(await store.flush()).toBe(41);
    expect(await store.count({})).toBe(40);
    expect(letters).toMatchObject([
      { offset: 40, stage: 'store', problem: { code: 'event_refused', retryable: false } },
    ]);
    expect(store.problems.map((problem) => problem.code)).toEqual(['event_refused']);
    store.add([eventAt(41)]);
    expect(await store.flush()).toBe(42);
    await store.close();
  });

  it('keeps an event that is nested deeper than a stack is deep out, and goes on', async () => {
    const store = await openParquetEventStore({ dir: freshDir() });
    const event = eventAt(0);
    const deep: Json = JSON.parse(`${'['.repeat(50_000)}${']'.repeat(50_000)}`);
    const fields = { deep };
    store.add([{ ...event, provenance: { ...event.provenance, fields } }, eventAt(1)]);
    expect(await store.flush()).toBe(2);
    expect(await store.count({})).toBe(1);
    await store.close();
  });

  it('removes the oldest files by age and by size, never the newest', async () => {
    const dir = freshDir();
    const store = await openParquetEventStore({ dir });
    for (let offset = 0; offset < 5; offset += 1) {
      store.add([eventAt(offset)]);
      await store.flush();
    }
    await store.close();
    const [oldest = ''] = readdirSync(dir).sort();
    utimesSync(join(dir, oldest), 1, 1);
    const again = await openParquetEventStore({ dir });
    expect(await again.retire({ before: toEpochMs(2_000) })).toMatchObject({ files: 1 });
    expect(await again.count({})).toBe(4);
    const { bytes } = again.size();
    expect(await again.retire({ bytes: bytes * 0.6 })).toMatchObject({ files: 2 });
    expect(await again.retire({ bytes: 0 })).toMatchObject({ files: 1 });
    expect((await again.find({ limit: 9 })).map((event) => event.provenance.offset)).toEqual([4]);
    expect(again.durableOffset()).toBe(5);
    await again.close();
  });

  it('sets a torn or damaged segment aside, says so, and takes its events again', async () => {
    const damage: readonly ((file: string) => void)[] = [
      (file) => truncateSync(file, 100),
      (file) => {
        const data = readFileSync(file);
        data.fill(0xee, 4, data.length - 8);
        writeFileSync(file, data);
      },
    ];
    for (const harm of damage) {
      const dir = freshDir();
      const store = await openParquetEventStore({ dir });
      store.add([eventAt(0)]);
      await store.flush();
      store.add([eventAt(1)]);
      await store.flush();
      await store.close();
      harm(join(dir, readdirSync(dir).sort()[0] ?? ''));
      const again = await openParquetEventStore({ dir });
      expect((await again.find({ limit: 9 })).map((event) => event.provenance.offset)).toEqual([1]);
      expect(again.problems.map((problem) => problem.code)).toEqual(['segment_damaged']);
      expect(again.durableOffset()).toBe(0);
      again.add([eventAt(0)]);
      await again.flush();
      expect(await again.count({})).toBe(2);
      await again.close();
    }
  });
});
