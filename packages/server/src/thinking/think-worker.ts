/*
 * The thinking thread: parses, enriches, detects and decides, and answers what `thread-thinker.ts` asks,
 * in the order in which it is asked. A mistake of ours in the middle of a batch ends the thread: what it
 * knows is brought back from what is on disk, and never guessed.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { toEpochMs } from '@cordon/core';
import { composeMind } from './compose-mind.ts';
import { createLocalThinker } from './local-thinker.ts';
import type { Answer, Ask, WorkerOptions } from './wire.ts';

const port = parentPort;
if (port === null) throw new Error('think-worker.ts is the file of a thread.');
const post = (answer: Answer): void => port.postMessage(answer);

const ending = new AbortController();
const { mind, run } = await composeMind(workerData as WorkerOptions, {
  now: () => toEpochMs(Date.now()),
  onProblem: (part, problem) => post({ kind: 'problem', part, problem }),
});
const thinker = createLocalThinker(mind);

async function serve({ id, call, args }: Ask): Promise<void> {
  const given = args as readonly never[];
  const ask = (thinker[call] as (...all: never[]) => Promise<unknown>).bind(thinker);
  try {
    post({ kind: 'done', id, value: await ask(...given), standing: thinker.standing() });
  } catch (error) {
    if (call !== 'order') throw error;
    post({ kind: 'refused', id, detail: error instanceof Error ? error.message : String(error) });
  }
  if (call !== 'close') return;
  ending.abort();
  port?.close();
}

port.on('message', (ask: Ask) => void serve(ask));
void run(ending.signal);
post({ kind: 'opened', standing: thinker.standing() });
