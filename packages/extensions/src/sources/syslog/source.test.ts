import { createSocket } from 'node:dgram';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { describeSource, startSource } from '@cordon/kit/source-contract';
import { generate } from 'selfsigned';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sumDrops } from '../kernel-drops.ts';
import { syslog } from './source.ts';

const base = { host: '127.0.0.1', port: 0, maxConnections: 2, idleSeconds: 60 };
const portOf = (where: string) => Number(new URL(where).port);
const bytesOf = (text: string) => new TextEncoder().encode(text);

const sendUdp = (where: string, bytes: Uint8Array) =>
  new Promise<void>((resolve, reject) => {
    const socket = createSocket('udp4');
    socket.send(bytes, portOf(where), '127.0.0.1', (error) => {
      socket.close();
      if (error) reject(error);
      else resolve();
    });
  });

const write = (socket: Socket, bytes: Uint8Array) =>
  new Promise<void>((resolve) => {
    socket.on('error', () => undefined);
    socket.write(bytes, () => resolve());
  });

const openTcp = async (where: string) => connect(portOf(where), '127.0.0.1');
const openTls = async (where: string) =>
  connectTls({ port: portOf(where), host: '127.0.0.1', rejectUnauthorized: false });
const framed = (bytes: Uint8Array) => Buffer.concat([Buffer.from(`${bytes.length} `), bytes]);

async function sendOnce(socket: Socket, bytes: Uint8Array): Promise<void> {
  await write(socket, framed(bytes));
  socket.end();
}

let folder = '';
const files = () => ({ certFile: join(folder, 'cert.pem'), keyFile: join(folder, 'key.pem') });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cordon-syslog-'));
  const pems = await generate([{ name: 'commonName', value: 'localhost' }], {
    algorithm: 'sha256',
  });
  await writeFile(files().certFile, pems.cert);
  await writeFile(files().keyFile, pems.private);
});
afterAll(() => rm(folder, { recursive: true }));

describe('over UDP', () => {
  describeSource(syslog, { config: async () => ({ ...base, transport: 'udp' }), send: sendUdp });

  it('counts drops of our own socket only', () => {
    const table = [
      '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops',
      ' 1: 0100007F:158A 00000000:0000 07 00000000:00000000 00:00000000 00000000 0 0 111 2 0000 7',
      ' 2: 0100007F:158A 00000000:0000 07 00000000:00000000 00:00000000 00000000 0 0 222 2 0000 5',
      ' 3: 0100007F:158B 00000000:0000 07 00000000:00000000 00:00000000 00000000 0 0 111 2 0000 3',
    ].join('\n');
    expect(sumDrops(table, 5514, new Set(['111']))).toBe(7);
  });

  it.skipIf(process.platform !== 'linux')('tells what the kernel dropped in a flood', async () => {
    const source = startSource(syslog, { ...base, transport: 'udp' });
    const where = await source.where;
    const socket = createSocket('udp4');
    const SENT = 20_000;
    const bytes = Buffer.alloc(1_400, 0x41);
    let left = SENT;
    await new Promise<void>((resolve) => {
      for (let i = 0; i < SENT; i += 1) {
        socket.send(bytes, portOf(where), '127.0.0.1', () => {
          left -= 1;
          if (left === 0) resolve();
        });
      }
    });
    socket.close();
    const accounted = () =>
      source.sink.records.length + source.sink.losses.reduce((sum, loss) => sum + loss.count, 0);
    await source.sink.until(() => accounted() === SENT);
    expect(accounted()).toBe(SENT);
    source.abort();
    await source.done;
  });
});

describe('over TCP', () => {
  describeSource(syslog, {
    config: async () => ({ ...base, transport: 'tcp' }),
    send: async (where, bytes) => sendOnce(await openTcp(where), bytes),
  });

  it('leaves out a line past 1 MiB, says where, and goes on', async () => {
    const source = startSource(syslog, { ...base, transport: 'tcp' });
    const socket = await openTcp(await source.where);
    await write(
      socket,
      Buffer.concat([Buffer.alloc(1_100_000, 0x78), Buffer.from('\n<13>after\n')]),
    );
    await source.sink.until(() => source.sink.texts().includes('<13>after'));
    expect(source.sink.losses).toEqual([{ reason: 'refused', detail: 'line_too_long', count: 1 }]);
    expect(source.sink.problems[0]).toMatchObject({ code: 'line_too_long', at: { line: 1 } });
    source.abort();
    await source.done;
  });

  it('loses nothing of a flood while the sink does not take more', async () => {
    const source = startSource(syslog, { ...base, transport: 'tcp' });
    const socket = await openTcp(await source.where);
    source.sink.hold();
    const line = Buffer.from(`${'y'.repeat(999)}\n`);
    const flood = Buffer.concat(Array.from({ length: 40_000 }, () => line));
    socket.write(flood);
    expect(source.sink.records).toHaveLength(0);
    source.sink.release();
    await source.sink.until(() => source.sink.records.length === 40_000);
    source.abort();
    await source.done;
  });

  it('turns a connection away when there are too many, and says so', async () => {
    const source = startSource(syslog, { ...base, transport: 'tcp' });
    const where = await source.where;
    const sockets = [await openTcp(where), await openTcp(where), await openTcp(where)];
    for (const socket of sockets) await write(socket, bytesOf('<13>x\n'));
    await source.sink.until(() => source.sink.problems.length > 0);
    expect(source.sink.problems.map((problem) => problem.code)).toEqual(['connection_refused']);
    source.abort();
    await source.done;
  });

  it('rejects when the port is taken', async () => {
    const first = startSource(syslog, { ...base, transport: 'tcp' });
    const port = portOf(await first.where);
    await expect(startSource(syslog, { ...base, transport: 'tcp', port }).done).rejects.toThrow(
      'EADDRINUSE',
    );
    first.abort();
    await first.done;
  });
});

describe('over TLS', () => {
  describeSource(syslog, {
    config: async () => ({ ...base, ...files(), transport: 'tls' }),
    send: async (where, bytes) => sendOnce(await openTls(where), bytes),
  });

  it('reports a sender that does not speak TLS', async () => {
    const source = startSource(syslog, { ...base, ...files(), transport: 'tls' });
    const socket = await openTcp(await source.where);
    await write(socket, bytesOf('<13>plain\n'));
    await source.sink.until(() => source.sink.problems.length > 0);
    expect(source.sink.problems[0]?.code).toBe('tls_failed');
    expect(source.sink.records).toHaveLength(0);
    source.abort();
    await source.done;
  });

  it('does not start without a certificate', async () => {
    await expect(startSource(syslog, { ...base, transport: 'tls' }).done).rejects.toThrow(
      'certFile',
    );
  });
});
