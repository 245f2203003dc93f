import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type Product, settledBooks, startProduct } from './fixtures/running-product.ts';

/*
 * A disk that is full for real: a file system of a few megabytes, filled to the last page under the
 * running product. Needs to be allowed to mount one.
 */

const place = mkdtempSync(join(tmpdir(), 'cordon-small-disk-'));
const isMounted = mount();
if (!isMounted) process.stderr.write('skipped: a full disk for real needs the right to mount\n');

function mount(): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', place], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

afterAll(() => {
  if (isMounted) execFileSync('umount', [place]);
  rmSync(place, { recursive: true });
});

const ballast = join(place, 'ballast');

/** Writes until nothing fits any more. */
function fillDisk(): void {
  for (let size = 1024 * 1024; size >= 1; size = Math.floor(size / 2)) {
    try {
      for (;;) appendFileSync(ballast, Buffer.alloc(size));
    } catch {
      // Not even a half of that fits: go on with smaller pieces.
    }
  }
}

const lines = (name: string, count: number): string =>
  Array.from({ length: count }, (_, n) => `${name} ${n} ${'x'.repeat(500)}\n`).join('');
const readiness = async (product: Product) => (await product.call('/readyz')).body['status'];

describe.skipIf(!isMounted)('a full disk', () => {
  it('takes nothing it cannot keep, says so, and goes on by itself with nothing lost', async () => {
    const logs = mkdtempSync(join(tmpdir(), 'cordon-tailed-'));
    const log = join(logs, 'app.log');
    writeFileSync(log, lines('before', 10));
    const config = `sources:\n  - { id: app, kind: file-tail, pollMs: 20, paths: ['${log}'] }\n`;
    await using product = await startProduct({ config, dataDir: join(place, 'data') });
    const push = await product.pushSource('edge');
    expect((await push(lines('pushed', 5))).status).toBe(200);
    await settledBooks(product, 15);

    fillDisk();
    const refused = await push(lines('refused', 400));
    expect(refused).toMatchObject({
      status: 503,
      body: { code: 'disk_full', retryable: true, retry_after_s: 2 },
    });
    appendFileSync(log, lines('during', 400));
    expect(await readiness(product)).toBe('not_taking_in');
    const ready = await product.call('/readyz');
    expect(ready).toMatchObject({ status: 503, body: { problem: { code: 'disk_full' } } });
    expect(await product.metric('cordon_intake_blocked')).toBe(1);
    expect((await push(lines('refused', 400))).status).toBe(503);
    const overview = await product.call('/api/v1/overview');
    expect(overview.status).toBe(200);
    expect(overview.text).toContain('disk_full');

    rmSync(ballast);
    await expect.poll(() => readiness(product), { timeout: 90_000 }).toBe('ready');
    expect(await product.metric('cordon_intake_blocked')).toBe(0);
    expect((await push(lines('retried', 400))).status).toBe(200);
    const books = await settledBooks(product, 15 + 400 + 400);
    expect(books.refused).toBe(800);
    const found = await product.call('/api/v1/search?text=during&limit=500');
    expect((found.body['items'] as unknown[]).length).toBe(400);

    await product.restart();
    expect((await settledBooks(product, 815)).refused).toBe(800);
    rmSync(logs, { recursive: true });
  });
});
