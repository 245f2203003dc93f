import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { describeSource, startSource } from '@cordon/kit/source-contract';
import kafkajs from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kafka } from './source.ts';

/**
 * librdkafka carries a small broker that speaks the real protocol; kcat starts it and says where it is. It
 * lets nobody into a group again that became empty, so a restart in the same group cannot be played here.
 */
const KCAT = '/usr/bin/kcat';
const PROPERTIES = ['test.mock.num.brokers=1'];

let broker: ChildProcess;
let address = '';
let producer: kafkajs.Producer;
let topics = 0;

const startBroker = (): Promise<string> => {
  const flags = ['-C', '-q', '-b', 'none:1', '-t', 'kept', '-d', 'mock'];
  broker = spawn(KCAT, [...flags, ...PROPERTIES.flatMap((property) => ['-X', property])], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  return new Promise((resolve, reject) => {
    let text = '';
    broker.stderr?.on('data', (chunk: Buffer) => {
      if (text.length < 10_000) text += chunk.toString('utf8');
      const found = /bootstrap\.servers=(\S+)/.exec(text)?.[1];
      if (found !== undefined) resolve(found);
    });
    broker.once('exit', () => reject(new Error(text)));
  });
};

const client = () =>
  new kafkajs.Kafka({
    clientId: 'test',
    brokers: [address],
    logLevel: kafkajs.logLevel.NOTHING,
    retry: { initialRetryTime: 50 },
  });

const send = async (topic: string, values: readonly (Uint8Array | string | null)[]) => {
  const messages = values.map((value) => ({
    value: value === null ? null : Buffer.from(value),
    partition: 0,
  }));
  await producer.send({ topic, messages });
};

async function addTopic(): Promise<string> {
  topics += 1;
  const topic = `topic-${topics}`;
  await send(topic, ['to make it']);
  return topic;
}

const configOf = (topic: string, more: object = {}) => ({
  brokers: [address],
  topics: [topic],
  group: `group-${topic}`,
  start: 'oldest',
  tls: false,
  ...more,
});
async function committed(topic: string): Promise<string | undefined> {
  const admin = client().admin();
  await admin.connect();
  const offsets = await admin.fetchOffsets({ groupId: `group-${topic}`, topics: [topic] });
  await admin.disconnect();
  return offsets[0]?.partitions.find(({ partition }) => partition === 0)?.offset;
}

// The broker lets every new group wait three seconds for more members: side by side they wait together.
describe.skipIf(!existsSync(KCAT)).concurrent('Kafka (needs kcat)', () => {
  beforeAll(async () => {
    address = await startBroker();
    producer = client().producer();
    await producer.connect();
  });
  afterAll(async () => {
    await producer.disconnect();
    broker.kill('SIGKILL');
  });

  describeSource(kafka, {
    config: async () => configOf(await addTopic()),
    send: (where, bytes) => send(where.split(' ')[1] ?? '', [bytes]),
  });

  it('commits only what the sink has taken', async () => {
    const topic = await addTopic();
    await send(topic, ['one', 'two']);
    const source = startSource(kafka, configOf(topic));
    source.sink.hold();
    await source.where;
    expect(await committed(topic)).toBe('-1');
    source.sink.release();
    await expect.poll(() => committed(topic), { timeout: 5_000 }).toBe('3');
    expect(source.sink.texts()).toEqual(['to make it', 'one', 'two']);
    source.abort();
    await source.done;
  });

  it('counts messages without a value and goes past them', async () => {
    const topic = await addTopic();
    await send(topic, [null, 'two']);
    const source = startSource(kafka, configOf(topic));
    await source.sink.until(() => source.sink.texts().includes('two'));
    await source.sink.until(() => source.sink.losses.length > 0);
    expect(source.sink.losses).toEqual([{ reason: 'refused', detail: 'no_value', count: 1 }]);
    expect(source.sink.records[0]?.peer).toBe(`${topic}/0`);
    source.abort();
    await source.done;
  });

  it.each([
    ['gzip', kafkajs.CompressionTypes.GZIP],
    ['zstd', kafkajs.CompressionTypes.ZSTD],
  ])('reads batches packed with %s', async (_name, compression) => {
    const topic = await addTopic();
    const value = Buffer.from('packed '.repeat(1_000));
    await producer.send({ topic, compression, messages: [{ value, partition: 0 }] });
    const source = startSource(kafka, configOf(topic));
    await source.sink.until(() => source.sink.texts().includes(value.toString('utf8')));
    source.abort();
    await source.done;
  });

  it('says that no broker is there, and tries again', async () => {
    const config = configOf('none', { brokers: ['127.0.0.1:1'], password: 'never-shown' });
    const source = startSource(kafka, config);
    await source.sink.until(() => source.sink.problems.length > 0);
    expect(source.sink.problems[0]).toMatchObject({ code: 'source_unreachable', retryable: true });
    expect(JSON.stringify(source.sink.problems)).not.toContain('never-shown');
    source.abort();
    await source.done;
  });
});
