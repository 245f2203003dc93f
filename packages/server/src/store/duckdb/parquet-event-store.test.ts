import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { checkEventStore, eventAt } from '../event-store.contract.ts';
import { createMemoryEventStore } from '../memory/memory-event-store.ts';
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
