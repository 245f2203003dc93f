import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, readdirSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AlertSummary, CheckView } from '@cordon/contract';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import {
  type Product,
  startProduct,
} from '../../../server/src/hostile/fixtures/running-product.ts';
import { alertThat, mountDisk, watch } from './fixtures/watched.ts';

/*
 * Real faults that come slowly, watched by a probe that tells the real process: they are told while there
 * is still time.
 */

const MINUTES = 13;
const PROGRAMS = '/usr/lib/postgresql';

let folder: string;
let product: Product;
let databasePort = 0;
beforeAll(async () => {
  databasePort = await freePort();
  product = await startProduct({
    config: `checks:
  - { id: db, target: '127.0.0.1:${databasePort}', kind: postgres, asset: db-2, every_seconds: 3600 }
`,
  });
});
afterAll(() => product?.[Symbol.asyncDispose]());

const ends: (() => unknown)[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cordon-scene-'));
  // The database's own user comes to its disk by way of it.
  await chmod(folder, 0o711);
});
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
  await rm(folder, { recursive: true });
});

/** Undefined where no disk can be mounted. */
function diskOf(size: string): string | undefined {
  const path = join(folder, 'disk');
  const disk = mountDisk(path, size);
  if (disk === undefined) return undefined;
  ends.push(() => disk[Symbol.dispose]());
  return path;
}

const runsOut =
  (...words: readonly string[]) =>
  ({ rule, text }: AlertSummary): boolean =>
    rule.id === 'series-runs-out' && words.every((word) => text.includes(word));

it('a disk that fills is told before it is full (needs root, to mount one)', async ({ skip }) => {
  const disk = diskOf('8m') ?? skip('a disk cannot be mounted here');
  const probe = await watch(product, 'db-1');
  await probe.minutes(MINUTES, (minute) =>
    writeFile(join(disk, `log.${minute}`), Buffer.alloc(400_000)),
  );
  expect(probe.complaints).toEqual([]);
  const told = await alertThat(product, runsOut('system.filesystem.utilization', disk));
  expect(told.text).toContain('comes to its end in');
  expect(told.entities.map(({ id }) => id)).toContain('db-1');
});

it('a service that leaks descriptors is told before it has none left', async () => {
  const script = `process.title = 'leaky-shop';
    const held = [];
    process.stdin.on('data', () => {
      for (let i = 0; i < 12; i += 1) held.push(require('node:fs').openSync('/dev/null'));
      process.stdout.write('.');
    });
    process.stdout.write('.');`;
  const limited = `ulimit -n 256; exec "${process.execPath}" -e "$0"`;
  const service = spawn('sh', ['-c', limited, script], { stdio: ['pipe', 'pipe', 'inherit'] });
  ends.push(() => stop(service));
  await once(service.stdout, 'data');
  const probe = await watch(product, 'shop-1');
  await probe.minutes(MINUTES, async () => {
    service.stdin.write('more\n');
    await once(service.stdout, 'data');
  });
  const told = await alertThat(product, runsOut('process.descriptors.utilization leaky-shop'));
  expect(service.exitCode).toBeNull();
  expect(told.entities.map(({ id }) => id)).toContain('shop-1');
});

it('a PostgreSQL whose disk fills is told before it stops, diagnosed when it does, and told to be well again (needs root and postgresql)', async ({
  skip,
}) => {
  const programs = findPrograms() ?? skip('postgresql is not installed');
  const disk = diskOf('160m') ?? skip('a disk cannot be mounted here');
  const database = await startPostgres(programs, disk);
  const ask = () => askTwice('db');
  expect((await ask()).state).toBe('ok');

  database.run('CREATE TABLE log (line text)');
  const probe = await watch(product, 'db-2');
  await probe.minutes(MINUTES, () => database.fill(3));
  const early = await alertThat(product, runsOut('system.filesystem.utilization', disk));
  expect((await ask()).state).toBe('ok');

  await writeFile(join(disk, 'other'), Buffer.alloc(160 * 1024 ** 2)).catch(() => undefined);
  expect(() => database.writeAhead(40)).toThrow();
  await database.ended();
  const failed = await ask();
  expect(failed).toMatchObject({ state: 'fail', diagnosis: { outcome: 'cause' } });
  const late = await alertThat(product, ({ rule }) => rule.id === 'check-fails');
  expect(late.entities.map(({ id }) => id)).toContain('db-2');
  expect(late.incident_id).toBeDefined();
  expect(early.incident_id ?? late.incident_id).toBe(late.incident_id);

  await rm(join(disk, 'other'));
  await database.start();
  expect((await ask()).state).toBe('ok');
});

async function askTwice(id: string): Promise<CheckView> {
  const once = () => product.call(`/api/v1/checks/${id}/ask`, { method: 'POST', body: '{}' });
  await once();
  return (await once()).body as unknown as CheckView;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'close');
}

/** Debian keeps the server's programs in a folder for each version. */
function findPrograms(): string | undefined {
  if (!existsSync(PROGRAMS)) return undefined;
  return readdirSync(PROGRAMS)
    .map((version) => join(PROGRAMS, version, 'bin'))
    .find((path) => existsSync(join(path, 'initdb')));
}

/** A server on a disk of its own; it refuses to be root. */
async function startPostgres(programs: string, disk: string) {
  const idOf = (kind: string) => Number(execFileSync('id', [kind, 'postgres']).toString());
  const as = { uid: idOf('-u'), gid: idOf('-g'), cwd: '/' };
  chownSync(disk, as.uid, as.gid);
  const data = join(disk, 'data');
  execFileSync(join(programs, 'initdb'), ['-D', data, '-U', 'cordon', '-A', 'trust', '-N'], as);
  const port = databasePort;
  const settings = {
    autovacuum: 'off',
    restart_after_crash: 'off',
  };
  const given = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  let server: ChildProcess;
  const start = async (): Promise<void> => {
    const args = ['-D', data, '-p', String(port), '-k', '/tmp', '-h', '127.0.0.1', ...given];
    server = spawn(join(programs, 'postgres'), args, {
      ...as,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    for await (const text of server.stderr ?? [])
      if (String(text).includes('ready to accept connections')) break;
  };
  await start();
  ends.push(() => stop(server));
  const run = (sql: string) =>
    execFileSync(
      join(programs, 'psql'),
      [
        '-h',
        '127.0.0.1',
        '-p',
        String(port),
        '-U',
        'cordon',
        '-d',
        'postgres',
        '-v',
        'ON_ERROR_STOP=1',
        '-qc',
        sql,
      ],
      { stdio: 'ignore' },
    );
  return {
    start,
    run,
    /** So many megabytes, more or less. */
    fill: (megabytes: number) =>
      run(`INSERT INTO log SELECT repeat('x', 1000) FROM generate_series(1, ${megabytes * 1000})`),
    /** So many megabytes of its log alone: where that has no room, the server stops. */
    writeAhead: (megabytes: number) => {
      for (let turn = 0; turn < megabytes; turn += 1)
        run("SELECT pg_logical_emit_message(false, 'x', repeat('x', 1000000))");
    },
    ended: async () => {
      if (server.exitCode === null && server.signalCode === null) await once(server, 'exit');
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
