/*
 * The form of a drop-in endpoint: another product's way in, spoken well enough that its senders need
 * no change but the address and the token. Each drop-in is a route table, a reader of its body and a
 * form for refusals; what they share is here. Accepted means on disk, as everywhere.
 */
import type { ReceivedRecord } from '@cordon/kit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { MAX_RECORDS, plainBytes, sentBytes, tooLarge } from '../body.ts';
import type { ApiDeps } from '../deps.ts';
import { type ApiProblem, routeOf, toApiProblem } from '../problem-json.ts';
import { pushRecords } from '../push-records.ts';

/** As sent; senders of whole batches (Logstash) go up to 20 MB. */
const MAX_BODY_BYTES = 24 * 1024 * 1024;

/** What the records of one request may come to: what surrounds many of them is written with each. */
const MAX_BATCH_BYTES = 64 * 1024 * 1024;

/** An answer in the words of the protocol. */
export interface Answer {
  readonly status: number;
  /** Text, bytes, or what is written as JSON. */
  readonly body?: string | Uint8Array | object;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One request of a sender that may send. */
export interface Delivery {
  readonly request: FastifyRequest;
  readonly sourceId: string;
  /** The body without its gzip. */
  bytes(): Promise<Buffer>;
  /** The body as it was sent, for those who sign it. */
  sentBytes(): Buffer;
  /** A record as it came with this request; throws when they are too many or too much. */
  record(bytes: Uint8Array, said?: Pick<ReceivedRecord, 'parsers' | 'senderId'>): ReceivedRecord;
  /** Resolves when all of them are on disk; rejects when none was taken. */
  take(records: readonly ReceivedRecord[]): Promise<void>;
  /** Counts what was not taken because of what it is. */
  refused(reason: string, count: number): Promise<void>;
}

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE' | 'OPTIONS';

/** One path of a drop-in. */
export interface DropInRoute {
  readonly methods: readonly Method[];
  readonly urls: readonly string[];
  /** Answers without a token: says nothing but that it is there. */
  readonly isOpen?: boolean;
  readonly answer: (delivery: Delivery) => Promise<Answer> | Answer;
}

/** Another product's way in. */
export interface DropIn {
  readonly id: string;
  readonly routes: readonly DropInRoute[];
  /** Who sends, before a byte of the body is read; throws the refusal. */
  readonly identify: (request: FastifyRequest) => Promise<string>;
  /** A refusal in the protocol's own form. */
  readonly refusal: (refused: ApiProblem, request: FastifyRequest) => Answer;
  /** Headers of every answer. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Puts the routes of a drop-in up, in a scope of their own. */
export async function registerDropIn(
  scope: FastifyInstance,
  dropIn: DropIn,
  deps: ApiDeps,
): Promise<void> {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser(
    '*',
    { parseAs: 'buffer', bodyLimit: MAX_BODY_BYTES },
    async (_: FastifyRequest, body: Buffer) => body,
  );
  scope.setErrorHandler((error, request, reply) => {
    const refused = toApiProblem(error);
    if (refused.problem.code === 'bug')
      deps.telemetry.requestFailed({ route: routeOf(request), requestId: request.id, error });
    const { retryAfterS } = refused.extras;
    if (retryAfterS) reply.header('retry-after', String(retryAfterS));
    return send(reply, dropIn, dropIn.refusal(refused, request));
  });
  for (const route of dropIn.routes) registerRoute(scope, route, { dropIn, deps });
}

interface Ground {
  readonly dropIn: DropIn;
  readonly deps: ApiDeps;
}

function registerRoute(scope: FastifyInstance, route: DropInRoute, ground: Ground): void {
  const { dropIn, deps } = ground;
  const senders = new WeakMap<FastifyRequest, string>();
  for (const url of route.urls) {
    scope.route({
      method: [...route.methods],
      url,
      bodyLimit: MAX_BODY_BYTES,
      config: { access: route.isOpen ? 'public' : 'source' },
      schema: { hide: true },
      onRequest: async (request) => {
        if (!route.isOpen) senders.set(request, await dropIn.identify(request));
      },
      handler: async (request, reply) => {
        const delivery = createDelivery(deps, request, senders.get(request) ?? '');
        return send(reply, dropIn, await route.answer(delivery));
      },
    });
  }
}

function createDelivery(deps: ApiDeps, request: FastifyRequest, sourceId: string): Delivery {
  const received = { receivedAt: deps.now(), peer: request.ip };
  let records = 0;
  let size = 0;
  return {
    request,
    sourceId,
    bytes: () => plainBytes(request),
    sentBytes: () => sentBytes(request),
    record: (bytes, said) => {
      records += 1;
      size += bytes.length;
      if (records > MAX_RECORDS || size > MAX_BATCH_BYTES)
        throw tooLarge(
          'The request comes to more records than are taken at once; nothing was taken.',
        );
      return { bytes, ...received, ...said };
    },
    take: (taken) => pushRecords(deps, sourceId, taken),
    refused: async (reason, count) => {
      if (count === 0) return;
      await deps.intake.refused(sourceId, reason, count);
      deps.telemetry.ingestRefused({ sourceId, reason });
    },
  };
}

function send(reply: FastifyReply, dropIn: DropIn, answer: Answer): FastifyReply {
  const { status, body, type = 'application/json; charset=utf-8' } = answer;
  reply.code(status).headers({ ...dropIn.headers, ...answer.headers });
  if (body === undefined) return reply.send();
  reply.type(type);
  return reply.send(toWire(body));
}

function toWire(body: string | Uint8Array | object): string | Buffer {
  if (typeof body === 'string') return body;
  return body instanceof Uint8Array ? Buffer.from(body) : JSON.stringify(body);
}

/** The text as the bytes of a record. */
export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
