import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import {
  type AddressInfo,
  createServer as createTcpServer,
  type Server,
  type Socket,
} from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import type { Problem } from '@cordon/core';
import { SinkRefused, type SourceContext } from '@cordon/kit';
import { createReporter, reasonOf } from '../reporter.ts';
import { MAX_RECORD_BYTES, type SyslogConfig } from './config.ts';
import { createFramer, type Framed } from './framing.ts';

const HANDSHAKE_MS = 10_000;
const GRACE_MS = 700;

interface Listener {
  readonly context: SourceContext<SyslogConfig>;
  readonly report: (problem: Problem) => void;
  /** Connections with their handlers, so that the end can wait for what was accepted. */
  readonly open: Map<Socket, Promise<void>>;
}

/** Syslog over TCP (RFC 6587) or TLS (RFC 5425): a sender that is faster than the disk has to wait. */
export async function runStream(context: SourceContext<SyslogConfig>): Promise<void> {
  const { config, signal, sink, now, ready } = context;
  const listener: Listener = { context, report: createReporter(sink, now), open: new Map() };
  const server = await createListener(listener);
  server.maxConnections = config.maxConnections;
  server.on('drop', () => listener.report(tooMany(config)));
  server.listen({ host: config.host, port: config.port });
  await once(server, 'listening');
  ready(`${config.transport}://${config.host}:${(server.address() as AddressInfo).port}`);
  const failed = once(server, 'error', { signal }).then(
    ([error]: unknown[]) => error,
    () => undefined,
  );
  const failure = await failed;
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  for (const socket of listener.open.keys()) socket.destroy();
  const handled = Promise.allSettled([...listener.open.values(), closed]);
  await Promise.race([handled, pause(GRACE_MS, undefined, { ref: false })]);
  if (failure !== undefined) throw failure;
}

async function createListener(listener: Listener): Promise<Server> {
  const { config } = listener.context;
  const take = (socket: Socket) => {
    const work = receive(listener, socket).finally(() => listener.open.delete(socket));
    listener.open.set(socket, work);
  };
  if (config.transport !== 'tls') return createTcpServer(take);
  const server = createTlsServer(await loadTls(config), take);
  server.on('tlsClientError', (error: Error, socket: Socket) => {
    listener.report({
      code: 'tls_failed',
      detail: `A sender could not set up TLS: ${reasonOf(error)}.`,
      hint: 'Check that the sender speaks TLS and trusts the certificate of this source.',
      at: { file: `tls://${socket.remoteAddress ?? 'unknown'}` },
      retryable: true,
    });
    socket.destroy();
  });
  return server;
}

async function loadTls({ certFile, keyFile, clientCaFile }: SyslogConfig): Promise<TlsOptions> {
  if (!certFile || !keyFile) throw new Error('transport "tls" needs certFile and keyFile');
  const [cert, key, ca] = await Promise.all([
    readFile(certFile),
    readFile(keyFile),
    clientCaFile ? readFile(clientCaFile) : undefined,
  ]);
  const clients = ca ? { ca, requestCert: true, rejectUnauthorized: true } : {};
  return { cert, key, minVersion: 'TLSv1.2', handshakeTimeout: HANDSHAKE_MS, ...clients };
}

/**
 * What one connection may have on its way to the disk. Senders of syslog are told nothing, so reading
 * on costs no promise; one chunk at a time would be one fsync a chunk.
 */
const WINDOW_BYTES = 262_144;

/** Lets work go on side by side while it is small enough; the first failure stops it. */
function createWindow() {
  const open = new Set<Promise<void>>();
  let bytes = 0;
  let failure: unknown;
  return {
    /** Resolves when there is room for more; rejects when something has failed. */
    async take(size: number, work: Promise<void>): Promise<void> {
      bytes += size;
      const entry = work
        .catch((error: unknown) => {
          failure ??= error;
        })
        .finally(() => {
          bytes -= size;
          open.delete(entry);
        });
      open.add(entry);
      while (bytes > WINDOW_BYTES && failure === undefined) await Promise.race(open);
      if (failure !== undefined) throw failure;
    },
    async settled(): Promise<void> {
      await Promise.all(open);
    },
  };
}

/** Reads one connection to its end; waits when a window's worth is not durable yet. */
async function receive(listener: Listener, socket: Socket): Promise<void> {
  const { config } = listener.context;
  const peer = socket.remoteAddress ?? 'unknown';
  const where = `${config.transport}://${peer}:${socket.remotePort ?? 0}`;
  const framer = createFramer(MAX_RECORD_BYTES);
  socket.setTimeout(config.idleSeconds * 1_000, () => socket.destroy());
  const window = createWindow();
  try {
    for await (const chunk of socket as AsyncIterable<Buffer>)
      await window.take(chunk.length, passOn(listener, framer.push(chunk), { peer, where }));
  } catch (error) {
    if (error instanceof SinkRefused) return;
    // A sender that vanishes is no problem of ours; what it had sent whole is kept.
  } finally {
    socket.destroy();
    await window.settled();
  }
  await passOn(listener, framer.end(), { peer, where }).catch(() => undefined);
}

async function passOn(
  { context, report }: Listener,
  { frames, losses }: Framed,
  from: { readonly peer: string; readonly where: string },
): Promise<void> {
  const { sink, now } = context;
  for (const { kind, record } of losses) {
    sink.lost('refused', kind, 1);
    const what =
      kind === 'line_too_long'
        ? `is longer than ${MAX_RECORD_BYTES} bytes`
        : 'is not framed as RFC 6587 says';
    report({
      code: kind,
      detail: `Record ${record} of a connection ${what}.`,
      hint: 'The record was left out and counted; the connection goes on.',
      at: { file: from.where, line: record },
      retryable: false,
    });
  }
  if (frames.length === 0) return;
  const receivedAt = now();
  await sink.accept(frames.map((bytes) => ({ bytes, receivedAt, peer: from.peer })));
}

const tooMany = (config: SyslogConfig): Problem => ({
  code: 'connection_refused',
  detail: `There are ${config.maxConnections} connections already; one more was turned away.`,
  hint: 'Raise maxConnections, or look for a sender that opens connections without closing them.',
  retryable: true,
});
