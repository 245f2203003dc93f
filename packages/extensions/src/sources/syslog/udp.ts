import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { ReceivedRecord, SourceContext } from '@cordon/kit';
import type { SyslogConfig } from './config.ts';
import { readKernelDrops } from './kernel-drops.ts';

const RECEIVE_BUFFER_BYTES = 8 * 1024 * 1024;
const DROPS_EVERY_MS = 1_000;

const trimEnd = (bytes: Buffer): Buffer => {
  let end = bytes.length;
  while (end > 0 && (bytes[end - 1] === 0x0a || bytes[end - 1] === 0x0d)) end -= 1;
  return bytes.subarray(0, end);
};

/** Gathers what arrives in one turn of the event loop and offers it at once. */
function passOn(socket: Socket, { sink, now }: SourceContext<SyslogConfig>): () => void {
  let batch: ReceivedRecord[] = [];
  const flush = () => {
    if (batch.length === 0) return;
    const records = batch;
    batch = [];
    sink.offer(records);
  };
  socket.on('message', (message: Buffer, from: RemoteInfo) => {
    const bytes = trimEnd(message);
    if (bytes.length === 0) return;
    if (batch.length === 0) setImmediate(flush);
    batch.push({ bytes, receivedAt: now(), peer: from.address });
  });
  return flush;
}

/** One record a datagram (RFC 5426). What the kernel dropped is read from its own counter. */
export async function runUdp(context: SourceContext<SyslogConfig>): Promise<void> {
  const { config, sink, signal, ready } = context;
  const socket = createSocket({ type: isIPv6(config.host) ? 'udp6' : 'udp4' });
  const flush = passOn(socket, context);
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
  ready(`udp://${config.host}:${port}`);
  while (!ended.aborted) {
    await pause(DROPS_EVERY_MS, undefined, { signal: ended }).catch(() => undefined);
    await countDrops();
  }
  flush();
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
