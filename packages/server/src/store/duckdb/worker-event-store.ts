import { Worker } from 'node:worker_threads';
import type { Event, Problem } from '@cordon/core';
import { toLetter } from '../event-letter.ts';
import { type PackedEvents, packEvents } from '../packed-events.ts';
import type { DeadLetter } from '../ports.ts';
import { closedError, StoreError, toStoreError } from '../store-error.ts';
import type { ParquetEventStore, ParquetOptions } from './parquet-event-store.ts';
import type { Answer, Call, Standing, WorkerOptions } from './wire.ts';

/*
 * The Parquet event store in a thread of its own. The main thread keeps what is in no file yet, as
 * packed events that both threads share: when the thread dies, the next call starts another one and hands it all of that again, so a
 * death loses nothing. The first `flush` after a death rejects and says so, that it is noticed.
 */

/** Stops the thread as a crash would; for tests. */
export interface WorkerEventStore extends ParquetEventStore {
  kill(): Promise<void>;
}

interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** Opens the store in a new thread. Rejects with `StoreError`. */
export async function openWorkerEventStore(options: ParquetOptions): Promise<WorkerEventStore> {
  const store = new WorkerEvents(options);
  await store.start();
  return store;
}

class WorkerEvents implements WorkerEventStore {
  private readonly options: ParquetOptions;
  /** Living, or being started. */
  private worker: Promise<Worker> | undefined;
  /** The same once it is open. */
  private ready: Worker | undefined;
  private standing: Standing = { durable: 0, size: { files: 0, bytes: 0 }, problems: [] };
  private readonly pending = new Map<number, Pending>();
  private asked = 0;
  /** What is in no file yet, batch by batch, and how many batches went before it. */
  private unwritten: PackedEvents[] = [];
  private written = 0;
  /** Events that are not even JSON: their letters are written with the next flush. */
  private unfit: DeadLetter[] = [];
  private death: Problem | undefined;
  private isClosed = false;

  constructor(options: ParquetOptions) {
    this.options = options;
  }

  get problems(): readonly Problem[] {
    return this.standing.problems;
  }

  async start(): Promise<void> {
    await this.living();
  }

  add(events: readonly Event[]): void {
    if (this.isClosed) throw closedError();
    const { unfit, ...packed } = packEvents(events);
    for (const { event, error } of unfit) this.unfit.push(toLetter(event, error));
    this.addPacked(packed);
  }

  addPacked(packed: PackedEvents): void {
    if (this.isClosed) throw closedError();
    if (packed.count === 0) return;
    this.unwritten.push(packed);
    // Whoever is still starting, or died, gets it with everything else.
    this.ready?.postMessage({ packed });
  }

  async flush(): Promise<number> {
    if (this.isClosed) throw closedError();
    const { death } = this;
    this.death = undefined;
    if (death !== undefined) throw new StoreError(death);
    const until = this.written + this.unwritten.length;
    await this.keepUnfit();
    await this.ask('flush', []);
    this.unwritten.splice(0, Math.max(0, until - this.written));
    this.written = Math.max(this.written, until);
    return this.standing.durable;
  }

  durableOffset(): number {
    return this.standing.durable;
  }

  size() {
    return this.standing.size;
  }

  readonly retire = this.asking('retire');
  readonly find = this.asking('find');
  readonly count = this.asking('count');
  readonly observed = this.asking('observed');
  readonly hunt = this.asking('hunt');
  readonly huntBars = this.asking('huntBars');
  readonly huntTop = this.asking('huntTop');
  readonly seenLogsources = this.asking('seenLogsources');

  async close(): Promise<void> {
    if (this.isClosed) return;
    const closing = this.ask('close', []);
    this.isClosed = true;
    await closing.catch(() => undefined);
    await (await this.worker?.catch(() => undefined))?.terminate();
  }

  async kill(): Promise<void> {
    await (await this.worker)?.terminate();
  }

  /** A call that is answered over there. */
  private asking<K extends Call>(call: K): ParquetEventStore[K] {
    const ask = (...args: readonly unknown[]): Promise<unknown> => this.ask(call, args);
    return ask as ParquetEventStore[K];
  }

  private async ask(call: Call, args: readonly unknown[]): Promise<unknown> {
    if (this.isClosed) throw closedError();
    const worker = await this.living();
    this.asked += 1;
    const id = this.asked;
    return new Promise((resolve, reject) => {
      this.pending.set(id, { resolve, reject });
      worker.postMessage({ id, call, args });
    });
  }

  private living(): Promise<Worker> {
    this.worker ??= this.begin().catch((error: unknown) => {
      this.worker = undefined;
      throw error;
    });
    return this.worker;
  }

  private begin(): Promise<Worker> {
    const { dir, mergeCount } = this.options;
    const workerData: WorkerOptions = { dir, ...(mergeCount === undefined ? {} : { mergeCount }) };
    const worker = new Worker(new URL('./event-worker.ts', import.meta.url), {
      name: 'events',
      workerData,
    });
    return new Promise((resolve, reject) => {
      let why: unknown;
      worker.on('error', (error) => {
        why = error;
      });
      worker.on('message', (answer: Answer) => {
        if (answer.kind === 'unopened') reject(new StoreError(answer.problem));
        else if (answer.kind === 'opened') {
          this.standing = answer.standing;
          for (const packed of this.unwritten) worker.postMessage({ packed });
          this.ready = worker;
          resolve(worker);
        } else this.hear(worker, answer);
      });
      worker.on('exit', (code) => {
        const error = new StoreError(toDeath(code, why));
        reject(error);
        if (this.ready === worker) this.bury(error);
      });
    });
  }

  private hear(worker: Worker, answer: Exclude<Answer, { kind: 'opened' | 'unopened' }>): void {
    if (answer.kind === 'refused') {
      const { ticket } = answer;
      this.keep(answer.letters).then(
        () => worker.postMessage({ ticket }),
        (error: unknown) => worker.postMessage({ ticket, problem: toStoreError(error).problem }),
      );
      return;
    }
    this.standing = answer.standing;
    const waiting = this.pending.get(answer.id);
    this.pending.delete(answer.id);
    if (answer.kind === 'done') waiting?.resolve(answer.value);
    else waiting?.reject(new StoreError(answer.problem));
  }

  /** The thread is gone: whoever waits is told, and the next call starts another one. */
  private bury(error: StoreError): void {
    this.worker = undefined;
    this.ready = undefined;
    if (!this.isClosed) this.death = error.problem;
    for (const { reject } of this.pending.values()) reject(error);
    this.pending.clear();
  }

  private async keepUnfit(): Promise<void> {
    const letters = this.unfit;
    if (letters.length === 0) return;
    await this.keep(letters);
    this.unfit = this.unfit.filter((letter) => !letters.includes(letter));
  }

  private keep(letters: readonly DeadLetter[]): Promise<void> {
    return this.options.onRefused?.(letters) ?? Promise.resolve();
  }
}

const toDeath = (code: number, why: unknown): Problem => ({
  code: 'store_failed',
  detail: `The thread of the event store ended with code ${code}${why instanceof Error ? `: ${why.message}` : ''}.`,
  hint: 'Nothing is lost: another thread is started and is given again what is in no file yet.',
  retryable: true,
});
