/*
 * The thinking thread: parses, enriches, detects and decides, and answers what `thread-thinker.ts` asks,
 * in the order in which it is asked. A mistake of ours in the middle of a batch ends the thread: what it
 * knows is brought back from what is on disk, and never guessed.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { toEpochMs } from '@cordon/core';
import { composeMind } from './compose-mind.ts';
import { createLocalThinker } from './local-thinker.ts';
import { serveThinker } from './serve-thinker.ts';
import { type WorkerOptions, writePlace } from './wire.ts';

const port = parentPort;
if (port === null) throw new Error('think-worker.ts is the file of a thread.');

const ending = new AbortController();
const { place, ...settings } = workerData as WorkerOptions;
const { mind, run } = await composeMind(settings, {
  now: () => toEpochMs(Date.now()),
  onProblem: (part, problem) => port.postMessage({ kind: 'problem', part, problem }),
  onRecord: (offset) => writePlace(place, offset),
});

void run(ending.signal);
serveThinker(port, createLocalThinker(mind), () => ending.abort());
