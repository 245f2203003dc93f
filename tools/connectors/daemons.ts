/* Daemons of Debian for tests, each on loopback in a folder of its own. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  freePort,
  untilListening,
} from '../../packages/server/src/enrich/fixtures/directory-server.ts';

const SSHD = '/usr/sbin/sshd';
const UNBOUND = '/usr/sbin/unbound';
export const hasSshd = existsSync(SSHD) && existsSync('/usr/bin/ssh');
export const hasUnbound = existsSync(UNBOUND);

const HOST_PROGRAM = fileURLToPath(new URL('../../content/hosts/cordon-host', import.meta.url));

export interface Daemon extends AsyncDisposable {
  readonly dir: string;
  readonly port: number;
}

async function start(name: string, toArgs: (of: Daemon) => Promise<readonly string[]>) {
  const dir = await mkdtemp(join(tmpdir(), 'cordon-daemon-'));
  const port = await freePort();
  let child: ChildProcess | undefined;
  const daemon: Daemon = {
    dir,
    port,
    async [Symbol.asyncDispose]() {
      child?.kill();
      if (child?.exitCode === null) await once(child, 'exit');
      await rm(dir, { recursive: true, force: true });
    },
  };
  child = spawn(name, await toArgs(daemon), { stdio: 'ignore' });
  await untilListening(port, child);
  return daemon;
}

const makeKey = (file: string): void =>
  void execFileSync('/usr/bin/ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file]);

export interface SshDaemon extends Daemon {
  /** Settings of a connector that logs in there. */
  readonly ssh: Readonly<Record<string, unknown>>;
  /** Where it keeps files that were taken away. */
  readonly store: string;
  /** The file that names the services it may restart. */
  readonly services: string;
}

/** An sshd whose only key may run nothing but `cordon-host`. */
export async function startSshd(): Promise<SshDaemon> {
  // What sshd wants of the machine when it runs as root.
  if (process.getuid?.() === 0) await mkdir('/run/sshd', { recursive: true });
  const daemon = await start(SSHD, async ({ dir, port }) => {
    for (const name of ['host', 'client']) makeKey(join(dir, name));
    const key = await readFile(join(dir, 'client.pub'), 'utf8');
    const places = `CORDON_STORE=${join(dir, 'store')} CORDON_SERVICES=${join(dir, 'services')}`;
    const command = `${places} ${HOST_PROGRAM}`;
    await writeFile(join(dir, 'authorized'), `restrict,command="${command}" ${key}`);
    const hostKey = await readFile(join(dir, 'host.pub'), 'utf8');
    await writeFile(join(dir, 'known'), `[127.0.0.1]:${port} ${hostKey}`);
    const lines = [
      `Port ${port}`,
      'ListenAddress 127.0.0.1',
      `HostKey ${join(dir, 'host')}`,
      `PidFile ${join(dir, 'pid')}`,
      `AuthorizedKeysFile ${join(dir, 'authorized')}`,
      // The quickest there is: a test logs in many times.
      'KexAlgorithms curve25519-sha256',
      'StrictModes no',
      'UsePAM no',
      'PasswordAuthentication no',
      'PermitRootLogin forced-commands-only',
    ];
    await writeFile(join(dir, 'config'), `${lines.join('\n')}\n`);
    return ['-D', '-f', join(dir, 'config')];
  });
  const { dir, port } = daemon;
  const ssh = {
    user: userInfo().username,
    port,
    key_file: join(dir, 'client'),
    known_hosts_file: join(dir, 'known'),
  };
  return { ...daemon, ssh, store: join(dir, 'store'), services: join(dir, 'services') };
}

/** An unbound that is controlled through a socket, and the file of its settings. */
export async function startUnbound(): Promise<Daemon & { readonly config: string }> {
  const daemon = await start(UNBOUND, async ({ dir, port }) => {
    await writeFile(
      join(dir, 'unbound.conf'),
      `
server:
  interface: 127.0.0.1
  port: ${port}
  username: ""
  chroot: ""
  directory: "${dir}"
  pidfile: ""
  use-syslog: no
  logfile: "/dev/null"
  do-daemonize: no
  num-threads: 1
  module-config: "iterator"
  local-zone: "ours.example." static
  local-zone: "known.example." transparent
  local-data: "known.example. A 192.0.2.7"
remote-control:
  control-enable: yes
  control-interface: "${dir}/control"
  control-use-cert: no
`,
    );
    return ['-d', '-c', join(dir, 'unbound.conf')];
  });
  return { ...daemon, config: join(daemon.dir, 'unbound.conf') };
}
