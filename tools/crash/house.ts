/* The product as a process of its own, on a data folder that stays, to be killed at any moment. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, openSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Client, createClient } from '@cordon/contract';
import type { Target } from './target.ts';

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const MAIN = join(ROOT, 'packages', 'cli', 'src', 'main.ts');
const POLL_MS = 50;
const READY_LIMIT_MS = 180_000;

/** How long a block is held: short, so that many end while the product is dead. */
export const HOLD_S = 4;

const PLAYBOOK = `playbook: crash-block
title: Block and tell
on: '"bruteforce" in incident.behaviours'
each: incident.source_ips
at_most: 500
steps:
  - id: block
    do: net.ip.block
    with: { ip: '\${{ item }}' }
    for: ${HOLD_S}s
    undo: auto
    reason: 'Password guessing from \${{ item }}'
  - id: tell
    do: notify.webhook.send
    with: { text: 'Blocked \${{ item }}' }
`;

export interface House {
  readonly url: string;
  readonly dataDir: string;
  readonly syslogPort: number;
  /** Starts a process; it may not listen yet. */
  start(): Life;
}

/** One process, from its start to its end. */
export interface Life {
  readonly startedAt: number;
  /** Resolves when it takes records and has caught up reading; rejects when it ended by itself. */
  ready(): Promise<void>;
  /** SIGKILL; resolves when the process is gone. */
  kill(): Promise<void>;
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>;
  /** The one-time link of the first start. */
  setupToken(): Promise<string>;
}

/** Lays out a data folder, a configuration and the content for the processes to come. */
export async function createHouse(dir: string, target: Target): Promise<House> {
  const [port, syslogPort] = [await freePort(21_000), await freePort(22_000)];
  const content = join(dir, 'content');
  mkdirSync(join(content, 'playbooks', 'crash-block'), { recursive: true });
  writeFileSync(join(content, 'playbooks', 'crash-block', 'playbook.yml'), PLAYBOOK);
  for (const kind of ['parsers', 'rules'])
    symlinkSync(join(ROOT, 'content', kind), join(content, kind));
  const config = {
    log_level: 'warn',
    data_dir: 'data',
    content_dir: 'content',
    server: { port },
    sources: [{ id: 'syslog', kind: 'syslog', transport: 'tcp', port: syslogPort }],
    response: {
      mode: 'enforce',
      budgets: {
        actions_per_hour: 1e9,
        same_verb_per_hour: 1e9,
        same_incident_per_hour: 1e9,
        ask_above_requests: 1e9,
      },
      connectors: {
        nftables: { namespace: target.namespace, nft: target.nft },
        webhook: {
          url: target.webhookUrl,
          secret: 'a secret of the crash run',
          allow_private: true,
        },
      },
    },
  };
  const file = join(dir, 'cordon.yml');
  writeFileSync(file, JSON.stringify(config, null, 2));
  const url = `http://127.0.0.1:${port}`;
  const log = join(dir, 'cordon.log');
  return {
    url,
    dataDir: join(dir, 'data'),
    syslogPort,
    start: () => startLife({ file, url, log }),
  };
}

/** A port below those that outgoing connections are given, so that none of them takes it while the product is dead. */
async function freePort(from: number): Promise<number> {
  for (let port = from; port < from + 1_000; port += 1) {
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
    });
    if (isFree) return port;
  }
  throw new Error(`There is no free port from ${from} on.`);
}

function startLife(of: {
  readonly file: string;
  readonly url: string;
  readonly log: string;
}): Life {
  const flags = ['--disable-warning=ExperimentalWarning', MAIN, 'up', '--config', of.file];
  const child = spawn(process.execPath, flags, {
    stdio: ['ignore', 'pipe', openSync(of.log, 'a')],
  });
  const output: string[] = [];
  child.stdout?.on('data', (chunk: Buffer) => output.push(chunk.toString()));
  const gone = once(child, 'exit');
  const end = (): void => void child.kill('SIGKILL');
  process.once('exit', end);
  child.once('exit', () => process.off('exit', end));
  return {
    startedAt: Date.now(),
    ready: () => untilReady(child, of),
    async kill() {
      child.kill('SIGKILL');
      await gone;
    },
    async stop() {
      child.kill('SIGTERM');
      await gone;
      return child.exitCode;
    },
    async setupToken() {
      for (;;) {
        const token = /setup\?token=(\S+)/.exec(output.join(''))?.[1];
        if (token) return token;
        await pause(POLL_MS);
      }
    },
  };
}

async function untilReady(
  child: ChildProcess,
  { url, log }: { readonly url: string; readonly log: string },
): Promise<void> {
  const endsAt = performance.now() + READY_LIMIT_MS;
  while (child.exitCode === null && child.signalCode === null && performance.now() < endsAt) {
    const answer = await fetch(`${url}/readyz`).catch(() => undefined);
    if (answer?.status === 200) return;
    await pause(POLL_MS);
  }
  if (child.signalCode === 'SIGKILL') return;
  const how =
    child.exitCode === null && child.signalCode === null
      ? `is not ready after ${READY_LIMIT_MS / 1_000} s`
      : `ended by itself (${child.exitCode ?? child.signalCode})`;
  throw new Error(`Cordon ${how}; see ${log}.`);
}

/** Makes the first administrator and a push source; returns the API and the source's token. */
export async function moveIn(
  house: House,
  life: Life,
): Promise<{ readonly api: Client; readonly token: string }> {
  let cookie = '';
  const send: typeof fetch = async (input, init) => {
    const headers = new Headers(init?.headers);
    headers.set('origin', house.url);
    if (cookie) headers.set('cookie', cookie);
    const response = await fetch(input, { ...init, headers });
    cookie = response.headers.get('set-cookie')?.split(';')[0] ?? cookie;
    return response;
  };
  const post = async (path: string, body: unknown) => {
    const answer = await send(`${house.url}/api/v1${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}.`);
    return (await answer.json()) as { readonly token?: string };
  };
  const account = { name: 'crash', password: 'correct horse battery staple' };
  await post('/setup', { token: await life.setupToken(), ...account });
  const { token = '' } = await post('/sources/push', { id: 'push', title: 'Push' });
  return { api: createClient({ baseUrl: house.url, fetch: send }), token };
}
