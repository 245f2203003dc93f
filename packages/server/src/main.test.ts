import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ActionView } from '@cordon/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningServer, startServer } from './main.ts';

/*
 * The whole path in the real process: set-up link, a token for a push source, log lines in, one
 * explained incident out, the source of the attack blocked and proved, taken back and proved; then a
 * restart on the same data folder. The firewall is the in-process sandbox; nftables has its own test.
 */

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
const ATTACKER = '203.0.113.99';

let dataDir: string;
let server: RunningServer;
let cookie: string;

const start = (): Promise<RunningServer> =>
  startServer({
    root,
    env: { CORDON_DATA_DIR: dataDir, CORDON_SERVER__PORT: '0', CORDON_LOG_LEVEL: 'silent' },
  });

async function call(
  path: string,
  init: RequestInit = {},
): Promise<{ status: number; body: Record<string, never> }> {
  const headers = {
    cookie,
    origin: server.url,
    'content-type': 'application/json',
    ...init.headers,
  };
  const response = await fetch(`${server.url}/api/v1${path}`, { ...init, headers });
  cookie ||= (response.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  const text = await response.text();
  return { status: response.status, body: text ? JSON.parse(text) : {} };
}
const post = (path: string, body: unknown) =>
  call(path, { method: 'POST', body: JSON.stringify(body) });

/** RFC 3164 lines of failed log-ins, a second apart, in UTC. */
function toAttack(count: number): string {
  const startedAt = Date.now() - count * 1_000;
  return Array.from({ length: count }, (_, n) => {
    const at = new Date(startedAt + n * 1_000).toISOString();
    return `<86>1 ${at} web-1 sshd ${900 + n} - - Failed password for root from ${ATTACKER} port ${40_000 + n} ssh2`;
  }).join('\n');
}

const firstAction = async (): Promise<ActionView | undefined> => {
  const { body } = await call('/actions');
  return (body as unknown as { items: readonly ActionView[] }).items[0];
};

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'cordon-e2e-'));
  cookie = '';
  server = await start();
});
afterAll(async () => {
  await server.stop();
  await rm(dataDir, { recursive: true });
});

describe('the first whole path', () => {
  it('makes the first administrator by the set-up link, once', async () => {
    const token = new URL(server.setupLink ?? '').searchParams.get('token');
    const account = { token, name: 'ann', password: 'correct horse battery staple' };
    expect((await call('/overview')).status).toBe(401);
    expect((await post('/setup', account)).status).toBe(201);
    expect((await post('/setup', account)).status).toBeGreaterThanOrEqual(400);
  });

  it('refuses a wrong token and takes lines with the right one, counted to the last', async () => {
    const { body } = await post('/sources/push', { id: 'edge', title: 'Edge' });
    const push = (token: string, text: string) =>
      fetch(`${server.url}/api/v1/ingest/edge`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'text/plain' },
        body: text,
      });
    expect((await push('cdn_src_wrong', 'x')).status).toBe(401);
    const token = (body as unknown as { token: string }).token;
    expect((await push(token, `${toAttack(30)}\nnobody knows this line`)).status).toBe(200);
    await expect
      .poll(async () => (await call('/sources')).body['conservation'], { timeout: 20_000 })
      .toMatchObject({
        received: 31,
        accepted: 31,
        parsed: 30,
        unparsed: 1,
        pending: 0,
        difference: 0,
        holds: true,
      });
  });

  it('explains one incident with an exact sum and blocks the attacker, verified', async () => {
    await expect.poll(async () => (await firstAction())?.status, { timeout: 20_000 }).toBe('held');
    const action = await firstAction();
    expect(action?.target.id).toBe(ATTACKER);
    expect(action?.journal.map((entry) => entry.phase)).toEqual([
      'propose',
      'guard',
      'intent',
      'probe',
      'receipt',
      'hold',
    ]);
    const { body } = await call('/incidents');
    const { items } = body as unknown as { items: readonly { id: string; title: string }[] };
    expect(items).toHaveLength(1);
    expect(items[0]?.title).toContain(ATTACKER);
  });

  it('takes the block back when a person asks, and proves it', async () => {
    const action = await firstAction();
    expect((await post(`/actions/${action?.id}/undo`, { reason: 'it was a test' })).status).toBe(
      200,
    );
    await expect
      .poll(async () => (await firstAction())?.status, { timeout: 20_000 })
      .toBe('undone');
    expect((await call('/audit/verify')).body).toMatchObject({ intact: true });
  });

  it('after a restart holds the same books and repeats nothing', async () => {
    const before = (await call('/sources')).body['conservation'];
    await server.stop();
    server = await start();
    await expect
      .poll(async () => (await fetch(`${server.url}/readyz`)).status, { timeout: 20_000 })
      .toBe(200);
    expect(server.setupLink).toBeUndefined();
    expect((await call('/sources')).body['conservation']).toEqual(before);
    expect((await call('/overview')).body).toMatchObject({
      actions: { undone: 1 },
      alerts: { closed: 0 },
    });
    // Two whole lives, each with its threads: slow on a machine that is busy.
  }, 90_000);
});
