import type { SourceContext } from '@cordon/kit';
import type { Consumer, EachBatchPayload } from 'kafkajs';
import { reasonOf } from '../reporter.ts';
import { denied, keepSession, rest, SourceTrouble } from '../session.ts';
import { createKafka } from './client.ts';
import type { KafkaConfig } from './config.ts';

type Context = SourceContext<KafkaConfig>;

const HEARTBEAT_MS = 3_000;
const SESSION_MS = 30_000;

const whatOf = ({ brokers }: KafkaConfig): string => `Kafka at ${brokers.join(', ')}`;

/** Joins the group, reads, and joins again when the consumer ends. */
export function consume(context: Context): Promise<void> {
  const { config } = context;
  return keepSession({
    context,
    what: whatOf(config),
    open: async (worked) => {
      const kafka = await createKafka(config);
      const consumer = kafka.consumer({
        groupId: config.group,
        sessionTimeout: SESSION_MS,
        allowAutoTopicCreation: false,
        retry: { retries: 2, initialRetryTime: 100, restartOnFailure: async () => false },
      });
      try {
        await readTopics(context, consumer, worked);
      } catch (error) {
        throw toTrouble(config, error);
      } finally {
        await consumer.disconnect().catch(() => undefined);
      }
    },
  });
}

function toTrouble(config: KafkaConfig, error: unknown): unknown {
  const name = error instanceof Error ? error.name : '';
  if (/SASL|Authoriz/i.test(`${name} ${reasonOf(error)}`))
    return new SourceTrouble(denied(whatOf(config), 'the log-in or the topic was refused'));
  return error;
}

async function readTopics(context: Context, consumer: Consumer, worked: () => void): Promise<void> {
  const { config, signal, ready } = context;
  await consumer.connect();
  await consumer.subscribe({
    topics: [...config.topics],
    fromBeginning: config.start === 'oldest',
  });
  const over = endOf(consumer, signal);
  consumer.on(consumer.events.GROUP_JOIN, () =>
    ready(`kafka://${config.brokers.join(',')} ${config.topics.join(', ')}`),
  );
  await consumer.run({
    autoCommit: false,
    eachBatchAutoResolve: false,
    eachBatch: (payload) => takeBatch(context, { consumer, payload, worked }),
  });
  await over;
}

/** Resolves at the abort, rejects when the consumer gives up. */
const endOf = (consumer: Consumer, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
    consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
  });

interface Taking {
  readonly consumer: Consumer;
  readonly payload: EachBatchPayload;
  readonly worked: () => void;
}

/** One batch of one partition: durable first, committed then. A message without a value is a deletion and no record. */
async function takeBatch(context: Context, { consumer, payload, worked }: Taking): Promise<void> {
  const { sink, now, signal } = context;
  const { batch, resolveOffset, heartbeat, isRunning, isStale } = payload;
  if (!isRunning() || isStale() || signal.aborted) return;
  const receivedAt = now();
  const peer = `${batch.topic}/${batch.partition}`;
  const records = batch.messages.flatMap(({ value }) =>
    value === null ? [] : [{ bytes: value, receivedAt, peer }],
  );
  const empty = batch.messages.length - records.length;
  const isDurable =
    records.length === 0 || (await isTaken(sink.accept(records), heartbeat, signal));
  // The next run reads it again, and the group need not wait for a member that is gone.
  if (!isDurable) return;
  if (empty > 0) sink.lost('refused', 'no_value', empty);
  const last = batch.lastOffset();
  resolveOffset(last);
  const offset = String(BigInt(last) + 1n);
  await consumer.commitOffsets([{ topic: batch.topic, partition: batch.partition, offset }]);
  worked();
}

/**
 * Waits for the disk and tells the group meanwhile that we live, so that nobody else gets the partition.
 * False when the end came first: then nobody knows whether it was taken.
 */
async function isTaken(
  work: Promise<void>,
  heartbeat: () => Promise<void>,
  signal: AbortSignal,
): Promise<boolean> {
  const settled = new AbortController();
  let failure: { readonly error: unknown } | undefined;
  let isDone = false;
  work.then(
    () => {
      isDone = true;
      settled.abort();
    },
    (error: unknown) => {
      failure = { error };
      settled.abort();
    },
  );
  const either = AbortSignal.any([signal, settled.signal]);
  while (!either.aborted) {
    await rest(HEARTBEAT_MS, either);
    if (!either.aborted) await heartbeat();
  }
  if (failure !== undefined) throw failure.error;
  return isDone;
}
