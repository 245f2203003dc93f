import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { SourceContext } from '@cordon/kit';
import { readKernelDrops } from './kernel-drops.ts';

const RECEIVE_BUFFER_BYTES = 8 * 1024 * 1024;
const DROPS_EVERY_MS = 1_000;

export interface DatagramOptions {
  readonly context: SourceContext<{ readonly host: string; readonly port: number }>;
  /** The socket is there for an answer. */
  readonly onDatagram: (bytes: Buffer, from: RemoteInfo, socket: Socket) => void;
  /** Called every second, and once at the end. */
  readonly onSecond?: () => void;
}

/** Receives datagrams until the abort. What the kernel dropped is read from its own counter. */
export async function receiveDatagrams(options: DatagramOptions): Promise<void> {
  const { config, sink, signal, ready } = options.context;
  const socket = createSocket({ type: isIPv6(config.host) ? 'udp6' : 'udp4' });
  socket.on('message', (bytes, from) => options.onDatagram(bytes, from, socket));
  socket.bind({ port: config.port, address: config.host, exclusive: true });
  await once(socket, 'listening');
  const { port } = socket.address();
  enlargeBuffer(socket);
  let failure: unknown;
  const failed = new AbortController();
  socket.on('error', (error) => {
    failure = error;
    failed.abort();
  });
  let known = 0;
  const countDrops = async () => {
    const drops = await readKernelDrops(port);
    if (drops > known)
      sink.lost('dropped_udp', 'the receive buffer of the kernel was full', drops - known);
    known = Math.max(known, drops);
  };
  const ended = AbortSignal.any([signal, failed.signal]);
  ready(`udp://${config.host}:${config.port === 0 ? port : config.port}`);
  while (!ended.aborted) {
    await pause(DROPS_EVERY_MS, undefined, { signal: ended }).catch(() => undefined);
    await countDrops();
    options.onSecond?.();
  }
  socket.close();
  if (failure !== undefined && !signal.aborted) throw failure;
}

/** The kernel may grant less than asked for; that is no failure. */
function enlargeBuffer(socket: Socket): void {
  try {
    socket.setRecvBufferSize(RECEIVE_BUFFER_BYTES);
  } catch {
    return;
  }
}
