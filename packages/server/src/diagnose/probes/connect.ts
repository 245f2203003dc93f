import { connect, type Socket } from 'node:net';
import type { Connected, ConnectFact } from '@cordon/core';

/** The kernel tells a missing neighbour after three seconds. */
const OPEN_MS = 3_600;

const BY_CODE: Readonly<Record<string, Connected>> = {
  ECONNREFUSED: 'refused',
  ETIMEDOUT: 'silent',
  EHOSTUNREACH: 'no-host',
  ENETUNREACH: 'no-network',
  EPERM: 'forbidden-here',
  EACCES: 'forbidden-here',
  EADDRNOTAVAIL: 'no-local-port',
  EMFILE: 'no-descriptor',
  ENFILE: 'no-descriptor',
  ECONNRESET: 'reset',
};

/** Opens a TCP connection and closes it. */
export async function tryConnect(address: string, port: number): Promise<ConnectFact> {
  const begun = performance.now();
  const opened = await openSocket(address, port);
  if (typeof opened === 'string') return { outcome: opened, ms: performance.now() - begun };
  opened.destroy();
  return { outcome: 'open', ms: performance.now() - begun };
}

/** An open socket, or why there is none. */
export function openSocket(address: string, port: number): Promise<Socket | Connected> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port });
    const timer = setTimeout(() => {
      socket.destroy();
      resolve('silent');
    }, OPEN_MS);
    socket.once('connect', () => {
      clearTimeout(timer);
      resolve(socket);
    });
    socket.once('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      resolve(BY_CODE[error.code ?? ''] ?? 'no-host');
    });
  });
}
