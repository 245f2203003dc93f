import type { ServerResponse } from 'node:http';
import { API_PREFIX, streamRoute } from '@cordon/contract';
import { SECOND_MS } from '@cordon/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Authenticator } from '../auth/principal.ts';
import { type ChangeFeed, createChangeFeed, type FeedMessage } from '../change-feed.ts';
import type { ApiDeps } from '../deps.ts';
import { refuse } from '../problem-json.ts';

const HEARTBEAT_MS = 15 * SECOND_MS;
const MAX_STREAMS = 64;
/** A reader that is this far behind is cut off; it comes back with Last-Event-ID. */
const MAX_BEHIND_BYTES = 1024 * 1024;

/** Changes as server-sent events (WHATWG HTML, section 9.2). */
export async function registerStream(
  app: FastifyInstance,
  { api, authenticator }: { readonly api: ApiDeps; readonly authenticator: Authenticator },
): Promise<void> {
  const feed = createChangeFeed(api.store, (error) =>
    api.telemetry.bugSeen({ part: 'stream', error }),
  );
  const open = new Set<ServerResponse>();
  app.addHook('preClose', async () => {
    feed.close();
    for (const response of open) response.end();
  });
  app.route({
    method: streamRoute.method,
    url: `${API_PREFIX}${streamRoute.path}`,
    config: { access: streamRoute.access },
    schema: {
      operationId: 'stream',
      summary: streamRoute.summary,
      response: { 200: streamRoute.response },
    },
    handler: async (request, reply) => {
      if (open.size >= MAX_STREAMS) {
        throw refuse(
          503,
          {
            code: 'too_many_streams',
            detail: `There are ${MAX_STREAMS} live streams already.`,
            retryable: true,
          },
          { retryAfterS: 10 },
        );
      }
      open.add(reply.raw);
      reply.raw.on('close', () => open.delete(reply.raw));
      const isStillAllowed = async () => (await authenticator.identify(request)) !== undefined;
      await stream({ request, reply, feed, isStillAllowed });
      return reply;
    },
  });
}

interface Streaming {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly feed: ChangeFeed;
  readonly isStillAllowed: () => Promise<boolean>;
}

async function stream({ request, reply, feed, isStillAllowed }: Streaming): Promise<void> {
  reply.hijack();
  const response = reply.raw;
  response.writeHead(200, {
    ...(reply.getHeaders() as Record<string, string>),
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  });
  response.write(': live\n\n');
  const leave = await feed.listen(
    (message) => write(response, toText(message)),
    lastEventId(request),
  );
  const beat = async () =>
    (await isStillAllowed()) ? write(response, ': still here\n\n') : response.end();
  const heartbeat = setInterval(() => void beat().catch(() => response.destroy()), HEARTBEAT_MS);
  const end = () => {
    clearInterval(heartbeat);
    leave();
  };
  response.on('close', end);
  if (response.destroyed || response.writableEnded) end();
}

function write(response: ServerResponse, text: string): void {
  if (response.writableLength > MAX_BEHIND_BYTES) response.destroy();
  else response.write(text);
}

function toText(message: FeedMessage): string {
  const data = message.kind === 'changes' ? JSON.stringify({ items: message.items }) : '{}';
  return `event: ${message.kind}\nid: ${message.seq}\ndata: ${data}\n\n`;
}

function lastEventId(request: FastifyRequest): number | undefined {
  const text = request.headers['last-event-id'];
  return typeof text === 'string' && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
