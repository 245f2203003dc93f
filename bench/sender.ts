import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

export async function openSocket(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  return socket;
}

/** Writes as fast as the other side takes it. */
export async function sendAll(socket: Socket, chunks: readonly Buffer[]): Promise<void> {
  for (const chunk of chunks) if (!socket.write(chunk)) await once(socket, 'drain');
  socket.end();
}

/** What a paced sender writes at one moment. */
export interface Pace {
  readonly perS: number;
  readonly seconds: number;
  /** Lines for this moment; `count` of them are due. */
  readonly take: (count: number, at: number) => readonly string[];
}

const TICK_MS = 10;

/** Sends at a steady rate; a tick that came late sends what is due by then. Gives how many lines went out. */
export async function sendPaced(sockets: readonly Socket[], pace: Pace): Promise<number> {
  const startedAt = performance.now();
  let due = 0;
  let sent = 0;
  let turn = 0;
  for (;;) {
    const elapsedS = Math.min(pace.seconds, (performance.now() - startedAt) / 1_000);
    const target = Math.floor(elapsedS * pace.perS);
    const lines = pace.take(target - due, Date.now());
    due = target;
    sent += lines.length;
    if (lines.length > 0) {
      sockets[turn % sockets.length]?.write(`${lines.join('\n')}\n`);
      turn += 1;
    }
    if (elapsedS >= pace.seconds) return sent;
    await pause(TICK_MS);
  }
}
