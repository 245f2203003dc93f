import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AlertSummary } from '@cordon/contract';
import { type RunningServer, startServer } from '@cordon/server';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { Probe } from './probe.ts';

/*
 * A real disk of a few megabytes that fills, watched by a probe that tells the real process: it is told
 * while there is still room. A minute passes with each look, by the time the probe tells.
 */

const MINUTE_MS = 60_000;
const MINUTES = 13;
const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', '..');
let folder: string;
let server: RunningServer;
let cookie = '';
let isMounted = false;

async function call<T>(path: string, body?: unknown): Promise<T> {
  const response = await fetch(`${server.url}/api/v1${path}`, {
    headers: { cookie, origin: server.url, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
  });
  cookie ||= (response.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  return (await response.json()) as T;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cordon-disk-'));
  const disk = join(folder, 'disk');
  await mkdir(disk);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', disk], { stdio: 'ignore' });
    isMounted = true;
  } catch {
    return;
  }
  server = await startServer({
    root,
    env: {
      CORDON_DATA_DIR: join(folder, 'data'),
      CORDON_SERVER__PORT: '0',
      CORDON_LOG_LEVEL: 'silent',
    },
  });
  const token = new URL(server.setupLink ?? '').searchParams.get('token');
  await call('/setup', { token, name: 'ann', password: 'correct horse battery staple' });
}, 60_000);
afterAll(async () => {
  await server?.stop();
  if (isMounted) execFileSync('umount', [join(folder, 'disk')]);
  await rm(folder, { recursive: true });
});

it('a disk that fills is told before it is full (needs root, to mount one)', async ({ skip }) => {
  if (!isMounted) skip('a disk cannot be mounted here');
  const { token } = await call<{ token: string }>('/sources/push', { id: 'db-1', title: 'db-1' });
  const complaints: string[] = [];
  const settings = { url: server.url, token, host: 'db-1', everyMs: MINUTE_MS };
  const probe = new Probe({ ...settings, certificates: [], scripts: '' }, (words) =>
    complaints.push(words),
  );
  const start = Date.now() - MINUTES * MINUTE_MS;
  for (let minute = 0; minute < MINUTES; minute += 1) {
    await writeFile(join(folder, 'disk', `log.${minute}`), Buffer.alloc(400_000));
    await probe.look(start + minute * MINUTE_MS);
  }
  expect(complaints).toEqual([]);
  const told = await vi.waitFor(
    async () => {
      const { items } = await call<{ items: readonly AlertSummary[] }>('/alerts');
      const alert = items.find(({ rule }) => rule.id === 'series-runs-out');
      expect(alert).toBeDefined();
      return alert;
    },
    { timeout: 30_000, interval: 250 },
  );
  expect(told?.text).toContain(`system.filesystem.utilization ${join(folder, 'disk')}`);
  expect(told?.text).toContain('comes to its end in');
  expect(told?.entities.map(({ id }) => id)).toContain('db-1');
}, 90_000);
