import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Json } from '@cordon/core';
import { afterEach, describe, expect, it } from 'vitest';
import { checkEventStore, eventAt } from '../event-store.contract.ts';
import type { DeadLetter } from '../ports.ts';
import { openWorkerEventStore } from './worker-event-store.ts';

const dirs: string[] = [];
const freshDir = (): string => {
  const dir = mkdtempSync(join(tmpdir(), 'cordon-worker-'));
  dirs.push(dir);
  return dir;
};
afterEach(() => {
  for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true, force: true });
});

checkEventStore('parquet, in a thread', () => openWorkerEventStore({ dir: freshDir() }));

describe('event store in a thread', () => {
  it('loses nothing when the thread dies, says so once, and goes on', async () => {
    const store = await openWorkerEventStore({ dir: freshDir() });
    store.add([eventAt(0)]);
    expect(await store.flush()).toBe(1);
    store.add([eventAt(1), eventAt(2)]);
    await store.kill();
    store.add([eventAt(3)]);
    expect(await store.count({})).toBe(4);
    await expect(store.flush()).rejects.toMatchObject({
      problem: { code: 'store_failed', retryable: true },
    });
    expect(await store.count({})).toBe(4);
    expect(await store.flush()).toBe(4);
    expect((await store.find({ limit: 9 })).map((event) => event.provenance.offset)).toEqual([
      0, 1, 2, 3,
    ]);
    await store.close();
  });

  it('rejects what was asked of a thread that died, and answers it when asked again', async () => {
    const store = await openWorkerEventStore({ dir: freshDir() });
    store.add([eventAt(0)]);
    const asked = store.flush();
    const failed = expect(asked).rejects.toMatchObject({ problem: { code: 'store_failed' } });
    await store.kill();
    await failed;
    await store.flush().catch(() => undefined);
    expect(await store.flush()).toBe(1);
    expect(await store.count({})).toBe(1);
    await store.close();
  });

  it('keeps the letters of events that it cannot take, on either side', async () => {
    const letters: DeadLetter[] = [];
    const store = await openWorkerEventStore({
      dir: freshDir(),
      onRefused: async (refused) => void letters.push(...refused),
    });
    const deep: Json = JSON.parse(`${'['.repeat(50_000)}${']'.repeat(50_000)}`);
    const event = eventAt(0);
    store.add([
      { ...event, provenance: { ...event.provenance, fields: { deep } } },
      eventAt(1),
      { ...eventAt(2), time: 1e300 as typeof event.time },
    ]);
    await store.flush();
    expect(await store.count({})).toBe(1);
    expect(letters.map(({ offset, stage }) => [offset, stage])).toEqual([
      [0, 'store'],
      [2, 'store'],
    ]);
    await store.close();
  });

  it('does not open where it cannot write', async () => {
    const file = join(freshDir(), 'file');
    writeFileSync(file, '');
    await expect(openWorkerEventStore({ dir: file })).rejects.toMatchObject({
      problem: { code: 'store_failed' },
    });
  });
});
