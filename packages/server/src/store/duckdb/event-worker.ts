/*
 * The thread of the event store: opens the Parquet store and answers what `worker-event-store.ts` asks,
 * in the order in which it is asked.
 */
import { parentPort, workerData } from 'node:worker_threads';
import type { PackedEvents } from '../packed-events.ts';
import type { DeadLetter } from '../ports.ts';
import { StoreError, toStoreError } from '../store-error.ts';
import { openParquetEventStore, type ParquetEventStore } from './parquet-event-store.ts';
import type { Answer, Ask, Standing, WorkerOptions } from './wire.ts';

const port = parentPort;
if (port === null) throw new Error('event-worker.ts is the file of a thread.');
const post = (answer: Answer): void => port.postMessage(answer);

/** The main thread has kept letters, or could not. */
interface Kept {
  readonly ticket: number;
  readonly problem?: StoreError['problem'];
}

/** Letters whose keeping the main thread has not confirmed yet. */
const waiting = new Map<number, (problem: StoreError['problem'] | undefined) => void>();
let tickets = 0;

function keepLetters(letters: readonly DeadLetter[]): Promise<void> {
  tickets += 1;
  const ticket = tickets;
  post({ kind: 'refused', ticket, letters });
  return new Promise((resolve, reject) => {
    waiting.set(ticket, (problem) => (problem ? reject(new StoreError(problem)) : resolve()));
  });
}

const standingOf = (store: ParquetEventStore): Standing => ({
  durable: store.durableOffset(),
  size: store.size(),
  problems: [...store.problems],
});

async function serve(store: ParquetEventStore, { id, call, args }: Ask): Promise<void> {
  try {
    const given = args as readonly never[];
    const value: unknown = await (store[call] as (...all: never[]) => Promise<unknown>)(...given);
    post({ kind: 'done', id, value, standing: standingOf(store) });
  } catch (error) {
    const { problem } = toStoreError(error);
    post({ kind: 'failed', id, problem, standing: standingOf(store) });
  }
  if (call === 'close') port?.close();
}

try {
  const options = workerData as WorkerOptions;
  const store = await openParquetEventStore({ ...options, onRefused: keepLetters });
  port.on('message', (ask: Ask | { readonly packed: PackedEvents } | Kept) => {
    if ('packed' in ask) store.addPacked(ask.packed);
    else if ('ticket' in ask) {
      waiting.get(ask.ticket)?.(ask.problem);
      waiting.delete(ask.ticket);
    } else void serve(store, ask);
  });
  post({ kind: 'opened', standing: standingOf(store) });
} catch (error) {
  post({ kind: 'unopened', problem: toStoreError(error).problem });
}
