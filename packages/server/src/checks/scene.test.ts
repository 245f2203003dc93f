import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer as createHttp, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcp } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createServer as createTls } from 'node:tls';
import { fileURLToPath } from 'node:url';
import type { AlertSummary, CheckView, IncidentSummary, SystemView } from '@cordon/contract';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type RunningServer, startServer } from '../main.ts';

/*
 * The whole path with real parts: an nginx whose upstream goes away and a TLS server whose certificate
 * ends in five days, watched by the real process; noticed, diagnosed, and told as incidents.
 */

const NGINX = '/usr/sbin/nginx';
const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', '..');
const ends: (() => unknown)[] = [];
let folder: string;
let server: RunningServer;
let cookie = '';

async function call<T>(path: string, body?: unknown): Promise<T> {
  const response = await fetch(`${server.url}/api/v1${path}`, {
    headers: { cookie, origin: server.url, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
  });
  cookie ||= (response.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  return (await response.json()) as T;
}

const portOf = async (listener: Server | ReturnType<typeof createTcp>): Promise<number> => {
  if (!listener.listening) await once(listener.listen(0, '127.0.0.1'), 'listening');
  return (listener.address() as AddressInfo).port;
};

/** A port that is free right now. */
async function freePort(): Promise<number> {
  const listener = createTcp();
  const port = await portOf(listener);
  listener.close();
  return port;
}

async function startNginx(upstream: number): Promise<number> {
  const port = await freePort();
  const conf = join(folder, 'nginx.conf');
  await writeFile(
    conf,
    `daemon off; error_log ${folder}/error.log; pid ${folder}/nginx.pid;
     events {}
     http { access_log off; client_body_temp_path ${folder}/b; proxy_temp_path ${folder}/p;
       fastcgi_temp_path ${folder}/f; uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s;
       server { listen 127.0.0.1:${port}; location / { proxy_pass http://127.0.0.1:${upstream}; } } }`,
  );
  const nginx = spawn(NGINX, ['-c', conf, '-p', folder], { stdio: 'ignore' });
  ends.push(() => nginx.kill());
  await vi.waitFor(() => fetch(`http://127.0.0.1:${port}/`), { timeout: 10_000 });
  return port;
}

async function startTls(days: number): Promise<number> {
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'],
      ...['-keyout', key, '-out', cert, '-days', String(days), '-subj', '/CN=localhost'],
      ...['-addext', 'subjectAltName=DNS:localhost'],
    ],
    { stdio: 'ignore' },
  );
  const tls = createTls({ key: await readFile(key), cert: await readFile(cert) });
  tls.on('tlsClientError', () => undefined);
  ends.push(() => tls.close());
  return portOf(tls);
}

const upstream = createHttp((_, response) => response.end('shop is open'));

beforeAll(async () => {
  if (!existsSync(NGINX)) return;
  folder = await mkdtemp(join(tmpdir(), 'cordon-watch-'));
  const port = await startNginx(await portOf(upstream));
  const configFile = join(folder, 'cordon.yml');
  await writeFile(
    configFile,
    JSON.stringify({
      checks: [
        {
          id: 'shop',
          target: `http://127.0.0.1:${port}/`,
          asset: 'shop-1',
          every_seconds: 3_600,
          expect: { body: 'shop is open' },
        },
        {
          id: 'mail-certificate',
          target: `tls://localhost:${await startTls(5)}`,
          asset: 'mail-1',
          every_seconds: 3_600,
          expect: { untrusted_is_well: true },
        },
      ],
    }),
  );
  server = await startServer({
    root,
    configFile,
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
  for (const end of ends) end();
  upstream.close();
  if (folder !== undefined) await rm(folder, { recursive: true });
});

const ask = (id: string) => call<CheckView>(`/checks/${id}/ask`, {});
const alerts = async () => (await call<{ items: readonly AlertSummary[] }>('/alerts')).items;

describe.skipIf(!existsSync(NGINX))('a watched house (needs Debian nginx)', () => {
  it('a certificate that ends in five days is told before it ends', async () => {
    await ask('mail-certificate');
    await ask('mail-certificate');
    await expect
      .poll(async () => (await alerts()).map(({ rule }) => rule.id), { timeout: 20_000 })
      .toContain('check-warns');
  });

  it('a gateway whose upstream is gone is noticed, diagnosed and told as one incident', async () => {
    await ask('shop');
    expect((await ask('shop')).state).toBe('ok');
    await new Promise((resolve) => upstream.close(resolve));
    await ask('shop');
    const failed = await ask('shop');
    expect(failed).toMatchObject({ state: 'fail', diagnosis: { outcome: 'cause' } });
    expect(failed.readings.at(-1)?.text).toBe('It answers with 502.');
    const told = await vi.waitFor(async () => {
      const alert = (await alerts()).find(({ rule }) => rule.id === 'check-fails');
      expect(alert?.incident_id).toBeDefined();
      return alert;
    }, 20_000);
    expect(told?.matched).toMatchObject({
      check: 'shop',
      diagnosis: 'what stands behind the gateway does not answer',
    });
    const incident = await call<IncidentSummary>(`/incidents/${told?.incident_id}`);
    expect(incident).toMatchObject({ title: 'Fault on shop-1', behaviours: ['availability'] });
    const systems = await call<{ items: readonly SystemView[] }>('/systems');
    expect(systems.items.map(({ asset, state }) => [asset, state])).toEqual([
      ['shop-1', 'fail'],
      ['mail-1', 'warn'],
    ]);
  }, 60_000);
});
