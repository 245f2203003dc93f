/*
 * The product as a person runs it: a process of its own, started through the command line, spoken to
 * over its sockets and its API alone.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Client, createClient } from '@cordon/contract';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const MAIN = join(ROOT, 'packages', 'cli', 'src', 'main.ts');
const POLL_MS = 50;
/** The clock tick of /proc: 100 a second on every Linux that Node runs on. */
const TICK_US = 10_000;
const LEAST_SHARE_US = 0.1;

export interface ProductOptions {
  /** Members of cordon.yml besides the folder and the port. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Write a CPU profile into this folder. */
  readonly profileDir?: string;
  /** Fills the data folder before the start. */
  readonly prepare?: (dataDir: string) => Promise<void>;
}

const ACCOUNT = { name: 'bench', password: 'correct horse battery staple' };

/** Processor time in microseconds by the name of a thread. */
export type CpuByThread = ReadonlyMap<string, number>;

export interface Product {
  readonly api: Client;
  readonly url: string;
  /** Of the administrator. */
  readonly account: typeof ACCOUNT;
  readonly dataDir: string;
  /** Processor time of the process so far, in microseconds. */
  cpuUs(): number;
  /** The same by the name of the thread. */
  cpuUsByThread(): CpuByThread;
  rssBytes(): number;
  /** Bytes on disk below a folder of the data folder. */
  sizeOf(folder: string): Promise<number>;
  stop(): Promise<void>;
}

/** Starts the product on an empty data folder and logs an administrator in. */
export async function startProduct(options: ProductOptions): Promise<Product> {
  const dataDir = await mkdtemp(join(tmpdir(), 'cordon-bench-'));
  const file = join(dataDir, 'cordon.yml');
  const config = { log_level: 'error', data_dir: 'data', server: { port: 0 }, ...options.config };
  await writeFile(file, JSON.stringify(config));
  await options.prepare?.(join(dataDir, 'data'));
  const child = spawnCommand(options, file);
  const { url, setupLink } = await readLinks(child);
  const api = await logIn(url, setupLink);
  const { pid } = child;
  if (pid === undefined) throw new Error('The product did not start.');
  return {
    api,
    url,
    account: ACCOUNT,
    dataDir,
    cpuUs: () => readCpuUs(`/proc/${pid}/stat`),
    cpuUsByThread: () => readCpuByThread(pid),
    rssBytes: () => readRssBytes(pid),
    sizeOf: (folder) => sizeBelow(join(dataDir, 'data', folder)),
    async stop() {
      const gone = once(child, 'exit');
      process.kill(pid, 'SIGTERM');
      await gone;
      await rm(dataDir, { recursive: true });
    },
  };
}

function spawnCommand({ profileDir }: ProductOptions, file: string): ChildProcess {
  const profile = profileDir ? ['--cpu-prof', `--cpu-prof-dir=${profileDir}`] : [];
  const flags = ['--disable-warning=ExperimentalWarning', ...profile];
  return spawn(process.execPath, [...flags, MAIN, 'up', '--config', file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

async function readLinks(child: ChildProcess): Promise<{ url: string; setupLink: URL }> {
  let url = '';
  if (!child.stdout) throw new Error('The product has no output.');
  for await (const line of createInterface({ input: child.stdout })) {
    url ||= /Cordon is at (\S+)/.exec(line)?.[1] ?? '';
    const link = /(http\S+\/setup\?token=\S+)/.exec(line)?.[1];
    if (link) {
      child.stdout.resume();
      return { url, setupLink: new URL(link) };
    }
  }
  throw new Error('The product ended before it listened; its reason stands above.');
}

async function logIn(url: string, setupLink: URL): Promise<Client> {
  let cookie = '';
  const send: typeof fetch = async (input, init) => {
    const headers = new Headers(init?.headers);
    headers.set('origin', url);
    if (cookie) headers.set('cookie', cookie);
    const response = await fetch(input, { ...init, headers });
    cookie = response.headers.get('set-cookie')?.split(';')[0] ?? cookie;
    return response;
  };
  const token = setupLink.searchParams.get('token') ?? '';
  const answer = await send(`${url}/api/v1/setup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token, ...ACCOUNT }),
  });
  if (answer.status !== 201) throw new Error(`Setting up answered ${answer.status}.`);
  return createClient({ baseUrl: url, fetch: send });
}

function readCpuByThread(pid: number): CpuByThread {
  const all = new Map<string, number>();
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const folder = `/proc/${pid}/task/${thread}`;
    // A thread may end while it is looked at.
    if (!existsSync(folder)) continue;
    const name = readFileSync(`${folder}/comm`, 'utf8').trim();
    all.set(name, (all.get(name) ?? 0) + readCpuUs(`${folder}/stat`));
  }
  return all;
}

/** What each thread took in between, for each of `count` records; the largest first. */
export const sharesOf = (before: CpuByThread, after: CpuByThread, count: number): string =>
  [...after]
    .map(([name, us]) => [name, (us - (before.get(name) ?? 0)) / count] as const)
    .filter(([, us]) => us >= LEAST_SHARE_US)
    .sort(([, one], [, other]) => other - one)
    .map(([name, us]) => `${name} ${us.toFixed(1)}`)
    .join(', ');

function readCpuUs(path: string): number {
  const text = readFileSync(path, 'utf8');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_US;
}

const readRssBytes = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1_024;

async function sizeBelow(path: string): Promise<number> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isDirectory()) return found?.size ?? 0;
  const sizes = (await readdir(path)).map((name) => sizeBelow(join(path, name)));
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

/** Where a configured source listens, once it does. */
export async function portOf(product: Product, sourceId: string): Promise<number> {
  for (;;) {
    const { items } = await product.api.listSources();
    const where = items.find((source) => source.id === sourceId)?.where;
    if (where) return Number(new URL(where).port);
    await pause(POLL_MS);
  }
}

/** Asks until it holds; gives up loudly after `limitMs`. */
export async function until(
  what: string,
  limitMs: number,
  holds: () => Promise<boolean>,
): Promise<void> {
  const endsAt = performance.now() + limitMs;
  while (!(await holds())) {
    if (performance.now() > endsAt) throw new Error(`Not in ${limitMs / 1_000} s: ${what}.`);
    await pause(POLL_MS);
  }
}
