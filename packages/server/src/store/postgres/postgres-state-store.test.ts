import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { checkNotifyStore } from '../notify-store.contract.ts';
import { checkRoomStore } from '../room-store.contract.ts';
import { checkRuleStore } from '../rule-store.contract.ts';
import { checkStateStore } from '../state-store.contract.ts';
import { openPostgresStateStore } from './postgres-state-store.ts';

/** Debian keeps the server's programs in a folder for each version. */
const ROOT = '/usr/lib/postgresql';
const bin = existsSync(ROOT)
  ? readdirSync(ROOT)
      .map((version) => join(ROOT, version, 'bin'))
      .find((path) => existsSync(join(path, 'initdb')))
  : undefined;

const idOfUser = (kind: '-u' | '-g'): number =>
  Number(execFileSync('id', [kind, 'postgres']).toString());

/** Starts a private cluster that listens on a socket of its own folder only; the server refuses to be root. */
async function startCluster(programs: string) {
  const dir = mkdtempSync(join(tmpdir(), 'cordon-pg-'));
  const isRoot = userInfo().uid === 0;
  const as = isRoot ? { uid: idOfUser('-u'), gid: idOfUser('-g') } : {};
  if (isRoot) chownSync(dir, as.uid ?? 0, as.gid ?? 0);
  chmodSync(dir, 0o700);
  const data = join(dir, 'data');
  execFileSync(
    join(programs, 'initdb'),
    ['-D', data, '-U', 'cordon', '-A', 'trust', '-N', '-E', 'UTF8'],
    { ...as, cwd: dir },
  );
  const server = spawn(
    join(programs, 'postgres'),
    ['-D', data, '-k', dir, '-c', 'listen_addresses='],
    { ...as, cwd: dir, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  await new Promise<void>((resolve, reject) => {
    server.on('exit', () => reject(new Error('the server did not start')));
    server.stderr.on('data', (text: Buffer) => {
      if (text.includes('ready to accept connections')) resolve();
    });
  });
  const urlOf = (database: string): string =>
    `postgresql://cordon@localhost/${database}?host=${encodeURIComponent(dir)}`;
  let databases = 0;
  return {
    async freshUrl() {
      const client = new Client({ connectionString: urlOf('postgres') });
      await client.connect();
      const name = `state_${++databases}`;
      await client.query(`CREATE DATABASE ${name}`);
      await client.end();
      return urlOf(name);
    },
    async stop() {
      server.removeAllListeners('exit');
      const ended = new Promise((resolve) => server.once('close', resolve));
      server.kill('SIGINT');
      await ended;
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

if (bin === undefined) {
  it.skip('state store: postgres (needs the Debian package postgresql)', () => undefined);
} else {
  describe('on a private PostgreSQL', () => {
    let cluster: Awaited<ReturnType<typeof startCluster>>;
    beforeAll(async () => {
      cluster = await startCluster(bin);
    });
    afterAll(() => cluster?.stop());
    const open = async () => openPostgresStateStore({ url: await cluster.freshUrl() });
    checkStateStore('postgres', open);
    checkNotifyStore('postgres', open);
    checkRoomStore('postgres', open);
    checkRuleStore('postgres', open);
  });
}
