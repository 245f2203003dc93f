import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createEvidenceShelf } from './evidence-shelf.ts';

const BYTES = Buffer.from([0, 255, 1]);
let dataDir = '';
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'cordon-shelf-'));
});
afterEach(() => rm(dataDir, { recursive: true }));

it('keeps the same bytes once, also when they come several times at once', async () => {
  const shelf = createEvidenceShelf(dataDir);
  const [sha256 = '', ...others] = await Promise.all([1, 2, 3].map(() => shelf.put(BYTES)));
  expect(new Set(others)).toEqual(new Set([sha256]));
  expect(await readdir(join(dataDir, 'evidence'))).toEqual([sha256]);
  expect(await shelf.get(sha256)).toEqual({ bytes: BYTES, isIntact: true });
});

it('tells what was changed from what is gone', async () => {
  const shelf = createEvidenceShelf(dataDir);
  const sha256 = await shelf.put(BYTES);
  const file = join(dataDir, 'evidence', sha256);
  await writeFile(file, 'x');
  expect(await shelf.get(sha256)).toMatchObject({ isIntact: false });
  await rm(file);
  expect(await shelf.get(sha256)).toBeUndefined();
});
