import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toEpochMs } from '@cordon/core';
import { describe, expect, it } from 'vitest';
import { openDataFolder } from './data-folder.ts';
import { openStores } from './open-stores.ts';
import { openSegmentLog } from './segments/segment-log.ts';

async function makeFolder() {
  const dir = await mkdtemp(join(tmpdir(), 'cordon-folder-'));
  return { dir, [Symbol.asyncDispose]: () => rm(dir, { recursive: true }) };
}

const record = (text: string) => ({
  sourceId: 'a',
  receivedAt: toEpochMs(1_700_000_000_000),
  bytes: Buffer.from(text),
});

describe('a data folder that is looked at', () => {
  it('is nothing while nothing was written', async () => {
    await using folder = await makeFolder();
    expect(await openDataFolder(folder.dir)).toBeUndefined();
  });

  it('shows what a running server writes, and stays as it is', async () => {
    await using folder = await makeFolder();
    const stores = await openStores(folder.dir);
    await stores.log.append([record('first'), record('second')]);
    await stores.state.addTallies([
      { sourceId: 'a', outcome: 'refused', reason: 'queue_full', count: 3 },
    ]);
    const seen = await openDataFolder(folder.dir);
    const records = await seen?.records();
    expect(records?.head()).toBe(2);
    expect((await records?.get(1))?.text).toBe('second');
    expect(await records?.get(2)).toBeUndefined();
    expect(await seen?.state.listTallies()).toHaveLength(1);
    await expect(seen?.state.addTallies([])).resolves.toBeUndefined();
    await expect(seen?.state.setSetting('key', 1)).rejects.toThrow();
    await seen?.close();
    expect(await stores.log.append([record('third')])).toBe(2);
    await stores.close();
  });

  it('reads sealed segments and finds words in them', async () => {
    await using folder = await makeFolder();
    const stores = await openStores(folder.dir);
    await stores.close();
    const log = await openSegmentLog({ dir: join(folder.dir, 'records'), segmentBytes: 64 });
    for (const text of ['needle one', 'other', 'needle two']) await log.append([record(text)]);
    await log.close();
    const seen = await openDataFolder(folder.dir);
    const records = await seen?.records();
    const found = await records?.search({ text: 'needle', limit: 10 });
    expect(found?.map(({ text }) => text)).toEqual(['needle two', 'needle one']);
    await seen?.close();
  });
});
