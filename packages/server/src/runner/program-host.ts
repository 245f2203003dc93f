/*
 * A small process that programs are started from: see `programs.ts`. It ends with the one that asked for
 * it, and no sooner: a signal to all of a terminal's or a service's processes is the other one's to answer.
 */
import { runProgram } from '@cordon/kit/program';
import type { HostAsk } from './programs.ts';

const running = new Map<number, AbortController>();
for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => undefined);

process.on('message', async (ask: HostAsk) => {
  if ('stop' in ask) {
    running.get(ask.stop)?.abort();
    return;
  }
  const ending = new AbortController();
  running.set(ask.id, ending);
  const end = await runProgram(ask.program, ending.signal);
  running.delete(ask.id);
  if (process.connected) process.send?.({ id: ask.id, end });
});
