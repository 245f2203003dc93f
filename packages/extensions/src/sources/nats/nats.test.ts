import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeCrashes, describeSource, startSource } from '@cordon/kit/source-contract';
import { AckPolicy, jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nats } from './source.ts';

const SERVER = '/usr/sbin/nats-server';
const PASSWORD = 'pw-that-must-not-show';

let folder = '';
let server: ChildProcess;
let address = '';
let client: NatsConnection;
let streams = 0;

/** Starts the server on a port of its choice and reads which one from what it says. */
async function startServer(port: string): Promise<void> {
  const flags = ['-a', '127.0.0.1', '-p', port, '-js', '-sd', folder];
  server = spawn(SERVER, [...flags, '--user', 'demo', '--pass', PASSWORD], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  address = await new Promise<string>((resolve, reject) => {
    let text = '';
    let found = '';
    server.stderr?.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8');
      found = /client connections on (\S+)/.exec(text)?.[1] ?? found;
      if (found !== '' && text.includes('Server is ready')) resolve(found);
    });
    server.once('exit', () => reject(new Error(text)));
  });
  client = await connect({ servers: address, user: 'demo', pass: PASSWORD });
}

async function stopServer(): Promise<void> {
  await client.close();
  const ended = new Promise((resolve) => server.once('exit', resolve));
  server.kill('SIGKILL');
  await ended;
}

async function addStream(): Promise<string> {
  streams += 1;
  const name = `S${streams}`;
  const manager = await jetstreamManager(client);
  await manager.streams.add({ name, subjects: [`${name}.>`] });
  return name;
}

const configOf = (stream: string, more: object = {}) => ({
  servers: [address],
  mode: 'jetstream',
  stream,
  consumer: 'cordon',
  subjects: [],
  start: 'oldest',
  user: 'demo',
  password: PASSWORD,
  ...more,
});
const publish = async (subject: string, data: Uint8Array | string) => {
  await jetstream(client).publish(subject, data);
};
const textOf = (record: Uint8Array) => Buffer.from(record).toString('utf8');
const pendingOf = async (stream: string) => {
  const info = await (await jetstreamManager(client)).consumers.info(stream, 'cordon');
  return { unacknowledged: info.num_ack_pending, waiting: info.num_pending };
};

describe.skipIf(!existsSync(SERVER))('NATS (needs nats-server)', () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cordon-nats-'));
    await startServer('-1');
  });
  afterAll(async () => {
    await stopServer();
    await rm(folder, { recursive: true });
  });

  let current = '';
  describeSource(nats, {
    config: async () => {
      current = await addStream();
      return configOf(current);
    },
    send: (_where, bytes) => publish(`${current}.x`, bytes),
  });

  describe('over core subjects', () => {
    describeSource(nats, {
      config: async () => configOf('', { mode: 'core', subjects: ['plain.>'] }),
      send: async (_where, bytes) => {
        client.publish('plain.a', bytes);
        await client.flush();
      },
    });
  });

  describeCrashes(nats, {
    points: 3,
    maxTwice: 4,
    setUp: async () => {
      const stream = await addStream();
      const manager = await jetstreamManager(client);
      // As the source makes it, but what was not acknowledged comes again soon.
      await manager.consumers.add(stream, {
        durable_name: 'cordon',
        ack_policy: AckPolicy.Explicit,
        ack_wait: 300_000_000,
      });
      const names = ['a', 'b', 'c', 'd'];
      for (const name of names) await publish(`${stream}.x`, name);
      return { config: configOf(stream), names, nameOf: textOf };
    },
  });

  it('acknowledges only what the sink has taken', async () => {
    const stream = await addStream();
    await publish(`${stream}.x`, 'one');
    await publish(`${stream}.x`, 'two');
    const source = startSource(nats, configOf(stream));
    source.sink.hold();
    await source.where;
    await expect.poll(() => pendingOf(stream)).toEqual({ unacknowledged: 2, waiting: 0 });
    source.sink.release();
    await expect.poll(() => pendingOf(stream)).toEqual({ unacknowledged: 0, waiting: 0 });
    expect(source.sink.texts()).toEqual(['one', 'two']);
    source.abort();
    await source.done;
  });

  it('takes what comes again because its acknowledgement was lost once, and counts it', async () => {
    const stream = await addStream();
    const manager = await jetstreamManager(client);
    await manager.consumers.add(stream, {
      durable_name: 'cordon',
      ack_policy: AckPolicy.Explicit,
      ack_wait: 100_000_000,
    });
    await publish(`${stream}.x`, 'one');
    const source = startSource(nats, configOf(stream));
    source.sink.hold();
    await expect
      .poll(async () => (await manager.consumers.info(stream, 'cordon')).delivered.consumer_seq, {
        timeout: 3_000,
      })
      .toBeGreaterThan(1);
    source.sink.release();
    await source.sink.until(() => source.sink.losses.length > 0);
    expect(source.sink.texts()).toEqual(['one']);
    expect(source.sink.losses[0]).toMatchObject({ reason: 'duplicate', detail: 'redelivered' });
    source.abort();
    await source.done;
  });

  it('reads only the subjects it is told', async () => {
    const stream = await addStream();
    await publish(`${stream}.noise`, 'no');
    await publish(`${stream}.wanted`, 'yes');
    const source = startSource(nats, configOf(stream, { subjects: [`${stream}.wanted`] }));
    await source.sink.until(() => source.sink.records.length > 0);
    expect(source.sink.texts()).toEqual(['yes']);
    expect(source.sink.records[0]?.peer).toBe(`${stream}.wanted`);
    source.abort();
    await source.done;
  });

  it('goes on after the server was killed and came back, with nothing lost', async () => {
    const stream = await addStream();
    await publish(`${stream}.x`, 'before');
    const source = startSource(nats, configOf(stream));
    await source.sink.until(() => source.sink.texts().includes('before'));
    const port = address.split(':').at(-1) ?? '';
    await stopServer();
    await startServer(port);
    await publish(`${stream}.x`, 'after');
    await source.sink.until(() => source.sink.texts().includes('after'));
    expect(source.sink.problems[0]).toMatchObject({ code: 'source_unreachable' });
    source.abort();
    await source.done;
  });

  it('says that the log-in was refused, without the password', async () => {
    const stream = await addStream();
    const source = startSource(nats, configOf(stream, { password: 'wrong-secret' }));
    await source.sink.until(() => source.sink.problems.length > 0);
    expect(source.sink.problems[0]).toMatchObject({ code: 'source_denied' });
    expect(JSON.stringify(source.sink.problems)).not.toContain('wrong-secret');
    source.abort();
    await source.done;
  });
});
