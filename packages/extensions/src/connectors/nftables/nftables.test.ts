import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeConnector } from '@cordon/kit/connector-contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readElements } from './client.ts';
import { nftables } from './index.ts';

const NAMESPACE = `cordontest${process.pid}`;
const IP = '/usr/sbin/ip';
const [HOST_SIDE, INNER_SIDE] = ['198.51.100.1', '198.51.100.2'];
const LINK = `ct${process.pid % 100_000}`;

const run = (...args: readonly string[]): string =>
  execFileSync(IP, args, { encoding: 'utf8', stdio: 'pipe' });

/** Why the real firewall cannot be used here; undefined when it can. */
function findMissing(): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'root on Linux';
  if (!existsSync(IP)) return 'the package iproute2';
  if (!existsSync('/usr/sbin/nft')) return 'the package nftables';
  try {
    run('netns', 'add', `${NAMESPACE}p`);
    run('netns', 'delete', `${NAMESPACE}p`);
    return undefined;
  } catch {
    return 'the right to make network namespaces';
  }
}

const missing = findMissing();
if (missing) process.stderr.write(`skipped: nftables for real needs ${missing}\n`);

const SERVER = `require('node:http').createServer((q, r) => r.end('hello')).listen(8080, '${INNER_SIDE}', () => process.stdout.write('up'))`;

/** Does the server in the namespace answer? A dropped packet shows as no answer within the time. */
async function isReachable(): Promise<boolean> {
  try {
    const answer = await fetch(`http://${INNER_SIDE}:8080/`, {
      signal: AbortSignal.timeout(400),
      headers: { connection: 'close' },
    });
    return (await answer.text()) === 'hello';
  } catch {
    return false;
  }
}

/** Asks again until it answers as wanted; the test's own time limit ends it otherwise. */
async function until(wanted: boolean): Promise<void> {
  while ((await isReachable()) !== wanted) await new Promise((resolve) => setImmediate(resolve));
}

const block = nftables.actions.find((action) => action.verb === 'net.ip.block');
const context = () => ({
  config: { namespace: NAMESPACE },
  signal: AbortSignal.timeout(10_000),
  idempotencyKey: 'act_test',
});
const params = { ip: HOST_SIDE };

describe.skipIf(missing !== undefined)('nftables in a namespace of its own', () => {
  let server: ChildProcess | undefined;

  beforeAll(async () => {
    run('netns', 'add', NAMESPACE);
    run('link', 'add', LINK, 'type', 'veth', 'peer', 'name', 'inner', 'netns', NAMESPACE);
    run('addr', 'add', `${HOST_SIDE}/30`, 'dev', LINK);
    run('link', 'set', LINK, 'up');
    run('-n', NAMESPACE, 'addr', 'add', `${INNER_SIDE}/30`, 'dev', 'inner');
    run('-n', NAMESPACE, 'link', 'set', 'inner', 'up');
    server = spawn(IP, ['netns', 'exec', NAMESPACE, process.execPath, '-e', SERVER], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    await new Promise((resolve) => server?.stdout?.once('data', resolve));
  });
  afterAll(() => {
    server?.kill();
    run('netns', 'delete', NAMESPACE);
  });

  it('blocks a reachable address until the kernel itself lets it go', async () => {
    await until(true);
    expect(await block?.probe?.(params, context())).toMatchObject({
      ok: true,
      value: { present: false },
    });
    expect(await block?.apply(params, { ...context(), ttlMs: 3_000 })).toMatchObject({
      ok: true,
      value: { changed: true },
    });
    expect(await block?.probe?.(params, context())).toMatchObject({
      ok: true,
      value: { present: true, state: { comment: 'cordon' } },
    });
    expect(await isReachable()).toBe(false);
    await until(true);
    expect(await block?.probe?.(params, context())).toMatchObject({
      ok: true,
      value: { present: false },
    });
  });

  it('asks the firewall once for an address that was just seen not to be there', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'cordon-nft-'));
    const [nft, calls] = [join(dir, 'nft'), join(dir, 'calls')];
    writeFileSync(nft, `#!/bin/sh\necho call >> ${calls}\nexec /usr/sbin/nft "$@"\n`, {
      mode: 0o755,
    });
    const counted = { ...context(), config: { namespace: NAMESPACE, nft } };
    const seen = { present: false, state: {} };
    expect(await block?.apply(params, { ...counted, ttlMs: 60_000, seen })).toMatchObject({
      ok: true,
    });
    expect(readFileSync(calls, 'utf8')).toBe('call\n');
    expect(await block?.probe?.(params, context())).toMatchObject({ value: { present: true } });
    await block?.undo?.(params, context());
    rmSync(dir, { recursive: true });
    await until(true);
  });

  it('extends a block that is there, and takes it back', async () => {
    await block?.apply(params, { ...context(), ttlMs: 60_000 });
    await block?.apply(params, { ...context(), ttlMs: 600_000 });
    const probed = await block?.probe?.(params, context());
    expect(probed?.ok && (probed.value.expiresInS ?? 0)).toBeGreaterThan(60);
    expect(await isReachable()).toBe(false);
    expect(await block?.undo?.(params, context())).toMatchObject({
      ok: true,
      value: { changed: true },
    });
    expect(await block?.undo?.(params, context())).toMatchObject({
      ok: true,
      value: { changed: false },
    });
    await until(true);
  });

  it('leaves an entry of somebody else in its set alone', async () => {
    await block?.apply({ ip: '203.0.113.1' }, { ...context(), ttlMs: 60_000 });
    run(
      'netns',
      'exec',
      NAMESPACE,
      'nft',
      'add',
      'element',
      'inet',
      'cordon',
      'blocked4',
      '{ 203.0.113.9 timeout 1h }',
    );
    expect(await block?.undo?.({ ip: '203.0.113.9' }, context())).toMatchObject({
      ok: true,
      value: { changed: false },
    });
    expect(await block?.probe?.({ ip: '203.0.113.9' }, context())).toMatchObject({
      ok: true,
      value: { present: true },
    });
  });

  it('blocks an IPv6 address', async () => {
    const six = { ip: '2001:DB8:0::1' };
    await block?.apply(six, { ...context(), ttlMs: 60_000 });
    expect(await block?.probe?.(six, context())).toMatchObject({
      ok: true,
      value: { present: true },
    });
  });
});

describe.skipIf(missing !== undefined)('nftables as a connector', () => {
  const namespace = `${NAMESPACE}c`;
  const folder = mkdtempSync(join(tmpdir(), 'cordon-nft-'));
  const mute = join(folder, 'mute');
  writeFileSync(mute, '#!/bin/sh\nexec sleep 600\n', { mode: 0o755 });
  beforeAll(() => void run('netns', 'add', namespace));
  afterAll(() => {
    run('netns', 'delete', namespace);
    rmSync(folder, { recursive: true });
  });
  describeConnector(nftables, {
    config: async () => ({ namespace }),
    unreachable: async () => ({ namespace: 'there-is-no-such-namespace' }),
    silent: async () => ({ nft: mute }),
    params: { 'net.ip.block': { ip: '203.0.113.7' }, 'net.ip.unblock': { ip: '203.0.113.8' } },
  });
});

describe('the answer of nft', () => {
  it('is read with and without time limits', () => {
    const elem = [
      '192.0.2.1',
      { elem: { val: '192.0.2.2', timeout: 60, expires: 59, comment: 'cordon' } },
      { prefix: { addr: '192.0.2.0', len: 24 } },
    ];
    const text = JSON.stringify({
      nftables: [{ metainfo: {} }, { set: { name: 'blocked4', elem } }],
    });
    expect(readElements(text)).toEqual([
      { ip: '192.0.2.1' },
      { ip: '192.0.2.2', expiresInS: 59, comment: 'cordon' },
    ]);
  });
});
