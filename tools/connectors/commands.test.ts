/* Connectors that run programs, against a real sshd with its forced command and a real unbound. */
import { type ChildProcess, spawn } from 'node:child_process';
import { Resolver } from 'node:dns/promises';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeConnector } from '@cordon/kit/connector-contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasSshd, hasUnbound, type SshDaemon, startSshd, startUnbound } from './daemons.ts';
import { connectorNamed } from './vendors.ts';

if (!hasSshd) process.stderr.write('skipped: SSH for real needs the package openssh-server\n');
if (!hasUnbound) process.stderr.write('skipped: unbound for real needs the package unbound\n');

const HOST = '127.0.0.1';
const folder = mkdtempSync(join(tmpdir(), 'cordon-files-'));
const FILE = join(folder, "mal ware'$(x).bin");
const children: ChildProcess[] = [];
const startSleeper = (): string => {
  const child = spawn('/bin/sleep', ['600'], { stdio: 'ignore' });
  children.push(child);
  return String(child.pid);
};
const stateOf = (pid: string): string =>
  readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.[0] ?? '';
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

const act = (id: string, verb: string, params: Readonly<Record<string, string>>) => {
  const action = connectorNamed(id).actions.find((one) => one.verb === verb);
  const toContext = (config: unknown) =>
    ({ config, signal: AbortSignal.timeout(10_000), idempotencyKey: 'act_command' }) as never;
  return {
    apply: (config: unknown) => action?.apply(params, toContext(config)),
    undo: (config: unknown) => action?.undo?.(params, toContext(config)),
    probe: (config: unknown) => action?.probe?.(params, toContext(config)),
  };
};

// Debian's own `service` with a service of this test; where systemd runs, it would not know it.
const SERVICE = `cordon-test-${process.pid}`;
const SCRIPT = `/etc/init.d/${SERVICE}`;
const SERVICE_PID = join(folder, 'service.pid');
const FALLEN = join(folder, 'fallen');
const canServe = process.getuid?.() === 0 && !existsSync('/run/systemd/system');
const restart = { host: HOST, service: SERVICE };

function makeService(): void {
  const daemon = `--quiet --pidfile ${SERVICE_PID}`;
  const lines = [
    '#!/bin/sh',
    `[ -e ${FALLEN} ] && exit 1`,
    'case $1 in',
    `status) start-stop-daemon --status ${daemon} ;;`,
    `restart) start-stop-daemon --stop --oknodo ${daemon} &&`,
    `  start-stop-daemon --start --background --make-pidfile ${daemon} --exec /bin/sleep -- 600 ;;`,
    'esac',
  ];
  writeFileSync(SCRIPT, `${lines.join('\n')}\n`, { mode: 0o755 });
}

function endService(): void {
  if (existsSync(SERVICE_PID)) process.kill(Number(readFileSync(SERVICE_PID, 'utf8')));
  rmSync(SCRIPT);
}

/** Without what cannot be tried on this machine. */
const linuxHost = () => {
  const connector = connectorNamed('linux-host');
  const actions = connector.actions.filter(({ verb }) => canServe || !verb.includes('.service.'));
  return { ...connector, actions };
};

describe.skipIf(!hasSshd)('a Linux machine by SSH', () => {
  let sshd: SshDaemon;
  const config = () => ({ ssh: sshd.ssh });
  const held = startSleeper();
  const victim = startSleeper();
  beforeAll(async () => {
    sshd = await startSshd();
    writeFileSync(FILE, 'evil');
    chmodSync(FILE, 0o754);
    if (canServe) makeService();
    writeFileSync(sshd.services, `${SERVICE}\n`);
  });
  afterAll(async () => {
    if (canServe) endService();
    await sshd[Symbol.asyncDispose]();
  });

  const onProcess = { host: HOST, process: held };
  const onFile = { host: HOST, file: FILE };
  describeConnector(linuxHost(), {
    config: async () => config(),
    params: {
      'endpoint.process.suspend': onProcess,
      'endpoint.process.resume': onProcess,
      'endpoint.process.kill': { host: HOST, process: victim },
      'endpoint.service.restart': restart,
      'endpoint.file.quarantine': onFile,
      'endpoint.file.restore': onFile,
    },
    unreachable: async () => ({ ssh: { ...sshd.ssh, port: 1 } }),
  });

  describe.skipIf(!canServe)('with a service of its own (needs root, and no systemd)', () => {
    it('starts what is down, once for each order, and sees that it runs', async () => {
      const { probe, apply } = act('linux-host', 'endpoint.service.restart', restart);
      expect(await apply(config())).toMatchObject({ value: { changed: true } });
      expect(await probe(config())).toMatchObject({ value: { present: true } });
      expect(await apply(config())).toMatchObject({ value: { changed: false } });
      writeFileSync(FALLEN, '');
      expect(await probe(config())).toMatchObject({ value: { present: false } });
      rmSync(FALLEN);
    });

    it('says when it did not start again', async () => {
      writeFileSync(FALLEN, '');
      const { apply } = act('linux-host', 'endpoint.service.restart', restart);
      expect(await apply(config())).toMatchObject({ ok: false, problem: { retryable: false } });
      rmSync(FALLEN);
    });

    it('restarts nothing that does not stand in its list', async () => {
      const other = { ...restart, service: 'ssh' };
      const { apply } = act('linux-host', 'endpoint.service.restart', other);
      expect(await apply(config())).toMatchObject({ ok: false });
    });
  });

  it('stands a process still and lets it go on', async () => {
    const { apply, undo } = act('linux-host', 'endpoint.process.suspend', onProcess);
    await apply(config());
    expect(stateOf(held)).toBe('T');
    await undo(config());
    expect(stateOf(held)).toBe('S');
  });

  it('takes a file away and puts it back as it was', async () => {
    const { apply, undo } = act('linux-host', 'endpoint.file.quarantine', onFile);
    await apply(config());
    expect(existsSync(FILE)).toBe(false);
    await undo(config());
    expect(readFileSync(FILE, 'utf8')).toBe('evil');
    expect(statSync(FILE).mode & 0o777).toBe(0o754);
  });

  it('does not put a file back over another one', async () => {
    const file = join(folder, 'twice');
    writeFileSync(file, 'evil');
    const { apply, undo } = act('linux-host', 'endpoint.file.quarantine', { host: HOST, file });
    await apply(config());
    writeFileSync(file, 'new');
    expect(await undo(config())).toMatchObject({ ok: false, problem: { retryable: false } });
    expect(readFileSync(file, 'utf8')).toBe('new');
  });

  it('puts no file back through a folder that is a link by now', async () => {
    const [inside, other] = [join(folder, 'inside'), join(folder, 'other')];
    for (const each of [inside, other]) mkdirSync(each);
    const file = join(inside, 'moved');
    writeFileSync(file, 'evil');
    const { apply, undo } = act('linux-host', 'endpoint.file.quarantine', { host: HOST, file });
    expect(await apply(config())).toMatchObject({ value: { changed: true } });
    renameSync(inside, `${inside}-before`);
    symlinkSync(other, inside);
    expect(await undo(config())).toMatchObject({ ok: false, problem: { retryable: false } });
    expect(existsSync(join(other, 'moved'))).toBe(false);
  });

  it('takes no link, whatever it leads to', async () => {
    const file = join(folder, 'link');
    symlinkSync(FILE, file);
    const { apply } = act('linux-host', 'endpoint.file.quarantine', { host: HOST, file });
    expect(await apply(config())).toMatchObject({ ok: false });
    expect(existsSync(file)).toBe(true);
  });

  it.each([
    ['endpoint.process.kill', { process: '1' }],
    ['endpoint.process.kill', { process: '-1' }],
    ['endpoint.process.suspend', { process: `$(touch ${join(folder, 'pwned')})` }],
    ['endpoint.file.quarantine', { file: '/etc/../etc/hostname' }],
    ['endpoint.file.quarantine', { file: `/x'; touch ${join(folder, 'pwned')}; '` }],
  ])('%s of %j is refused, and nothing else happens', async (verb, params) => {
    const { apply } = act('linux-host', verb, { host: HOST, ...params });
    expect(await apply(config())).toMatchObject({ ok: false, problem: { retryable: false } });
    expect(existsSync(join(folder, 'pwned'))).toBe(false);
  });

  it('speaks to no machine whose key is not known, and says so', async () => {
    const known = join(folder, 'nobody');
    writeFileSync(known, '');
    const { probe } = act('linux-host', 'endpoint.process.suspend', onProcess);
    expect(await probe({ ssh: { ...sshd.ssh, known_hosts_file: known } })).toMatchObject({
      ok: false,
      problem: { code: 'target_denied', retryable: false },
    });
  });
});

describe.skipIf(!hasUnbound)('unbound', () => {
  let unbound: Awaited<ReturnType<typeof startUnbound>>;
  const config = () => ({ settings: { config: unbound.config } });
  const resolver = new Resolver({ tries: 1, timeout: 5_000 });
  beforeAll(async () => {
    unbound = await startUnbound();
    resolver.setServers([`127.0.0.1:${unbound.port}`]);
  });
  afterAll(() => unbound[Symbol.asyncDispose]());

  const params = { domain: 'evil.example' };
  describeConnector(connectorNamed('unbound'), {
    config: async () => config(),
    params: { 'net.domain.block': params, 'net.domain.unblock': params },
    unreachable: async () => ({ settings: { config: '/nowhere/unbound.conf' } }),
  });

  it('answers that the domain and all below it do not exist, until it is taken back', async () => {
    const { apply, undo } = act('unbound', 'net.domain.block', params);
    const ask = () =>
      resolver.resolve4('www.evil.example').then(
        () => 'found',
        (error: NodeJS.ErrnoException) => error.code,
      );
    await apply(config());
    expect(await ask()).toBe('ENOTFOUND');
    await undo(config());
    expect(await ask()).not.toBe('ENOTFOUND');
  });

  it.each(['ours.example', 'known.example'])(
    'leaves %s alone, which the house answers for itself',
    async (domain) => {
      const { apply } = act('unbound', 'net.domain.block', { domain });
      expect(await apply(config())).toMatchObject({
        ok: false,
        problem: { code: 'action_failed' },
      });
      expect(await resolver.resolve4('known.example')).toEqual(['192.0.2.7']);
    },
  );
});
