import type { ReceivedRecord, SourceContext } from '@cordon/kit';
import {
  AckPolicy,
  type Consumer,
  type ConsumerMessages,
  DeliverPolicy,
  type JsMsg,
  jetstream,
  jetstreamManager,
} from '@nats-io/jetstream';
import { type NatsConnection, nanos } from '@nats-io/transport-node';
import { Recent } from '../recent.ts';
import { keepSession } from '../session.ts';
import type { NatsConfig } from './config.ts';
import { openNats, placeOf } from './connection.ts';

type Context = SourceContext<NatsConfig>;

const BATCH = 500;
const ACK_WAIT_MS = 60_000;
/** At least as many as may be on their way at once. */
const REMEMBERED = 4 * BATCH;
const NO_SUCH_CONSUMER = 10_014;

/** Connects, reads, and connects again when the connection ends. */
export function consume(context: Context): Promise<void> {
  const place = placeOf(context.config);
  // What was taken but whose acknowledgement was lost comes again: it is acknowledged and not taken twice.
  const taken = new Recent(REMEMBERED);
  return keepSession({
    context,
    what: `NATS at ${place}`,
    open: async (worked) => {
      const connection = await openNats(context.config);
      const close = () => void connection.close().catch(() => undefined);
      context.signal.addEventListener('abort', close, { once: true });
      try {
        if (context.config.mode === 'core') await readCore(context, { connection, worked, taken });
        else await readStream(context, { connection, worked, taken });
      } finally {
        context.signal.removeEventListener('abort', close);
        await connection.close();
      }
      const error = await connection.closed();
      throw error instanceof Error ? error : new Error('the connection was closed');
    },
  });
}

interface Session {
  readonly connection: NatsConnection;
  readonly worked: () => void;
  readonly taken: Recent;
}

/** Core NATS cannot wait and repeats nothing: what fits is taken, the rest is counted as refused. */
async function readCore(context: Context, { connection, worked }: Session): Promise<void> {
  const { config, sink, now, ready } = context;
  const subjects = config.subjects.length === 0 ? ['>'] : config.subjects;
  const reading = subjects.map(async (subject) => {
    for await (const message of connection.subscribe(subject, { queue: config.consumer })) {
      sink.offer([{ bytes: message.data, receivedAt: now(), peer: message.subject }]);
      worked();
    }
  });
  await connection.flush();
  ready(`nats://${placeOf(config)} ${subjects.join(', ')}`);
  await Promise.all(reading);
}

async function readStream(context: Context, session: Session): Promise<void> {
  const { config, ready } = context;
  const consumer = await findConsumer(config, session.connection);
  const messages = await consumer.consume({ max_messages: BATCH });
  ready(`nats://${placeOf(config)} ${config.stream ?? ''}`);
  session.connection.closed().then(
    () => messages.stop(),
    () => messages.stop(),
  );
  await takeMessages(context, { ...session, messages });
}

const streamOf = ({ stream }: NatsConfig): string => {
  if (stream === undefined) throw new Error('the setting "stream" is missing');
  return stream;
};

const filterOf = ({ subjects }: NatsConfig) => {
  const [only] = subjects;
  if (only === undefined) return {};
  // Servers before 2.10 know a single filter only.
  return subjects.length === 1 ? { filter_subject: only } : { filter_subjects: [...subjects] };
};

async function findConsumer(config: NatsConfig, connection: NatsConnection): Promise<Consumer> {
  const stream = streamOf(config);
  const manager = await jetstreamManager(connection);
  try {
    await manager.consumers.info(stream, config.consumer);
  } catch (error) {
    if ((error as { readonly code?: unknown }).code !== NO_SUCH_CONSUMER) throw error;
    await manager.consumers.add(stream, {
      durable_name: config.consumer,
      ack_policy: AckPolicy.Explicit,
      ack_wait: nanos(ACK_WAIT_MS),
      deliver_policy: config.start === 'oldest' ? DeliverPolicy.All : DeliverPolicy.New,
      ...filterOf(config),
    });
  }
  return jetstream(connection).consumers.get(stream, config.consumer);
}

async function takeMessages(
  context: Context,
  session: Session & { readonly messages: ConsumerMessages },
): Promise<void> {
  let batch: JsMsg[] = [];
  for await (const message of session.messages) {
    batch.push(message);
    if (batch.length < BATCH && session.messages.getPending() > 0) continue;
    await takeBatch(context, batch, session.taken);
    session.worked();
    batch = [];
  }
}

const idOf = ({ info }: JsMsg): string => `${info.stream} ${info.streamSequence}`;

async function takeBatch(
  { sink, now }: Context,
  batch: readonly JsMsg[],
  taken: Recent,
): Promise<void> {
  // The last delivery of each: its acknowledgement is the one that counts.
  const byId = new Map(batch.map((message) => [idOf(message), message]));
  const fresh = [...byId].filter(([id]) => !taken.has(id)).map(([, message]) => message);
  const receivedAt = now();
  const records: ReceivedRecord[] = fresh.map((message) => ({
    bytes: message.data,
    receivedAt,
    peer: message.subject,
  }));
  if (records.length > 0) await sink.accept(records);
  if (fresh.length < batch.length)
    sink.lost('duplicate', 'redelivered', batch.length - fresh.length);
  for (const message of fresh) taken.add(idOf(message));
  for (const message of batch) message.ack();
}
