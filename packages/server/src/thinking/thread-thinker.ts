import { Worker } from 'node:worker_threads';
import type { Problem } from '@cordon/core';
import type { MindSettings } from './compose-mind.ts';
import { NOTHING_YET } from './local-thinker.ts';
import { type Order, type Standing, type Thinker, ThinkerLost } from './thinker.ts';
import {
  type Answer,
  type Ask,
  type Call,
  createPlace,
  type Place,
  readPlace,
  type WorkerOptions,
} from './wire.ts';

/*
 * The thinker in a thread of its own. When the thread dies, everything that was asked of it rejects, and
 * everything that is asked rejects until `restore` starts another one. What it is to go by is kept here
 * and put in force again before anything else.
 */

const THINK_WORKER = new URL('./think-worker.ts', import.meta.url);

/** Stops the thread as a crash would; for tests. */
export interface ThreadThinker extends Thinker {
  kill(): Promise<void>;
}

export interface ThreadOptions {
  readonly settings: MindSettings;
  /** The file of the thread, for tests of how it dies; default `think-worker.ts`. */
  readonly file?: URL;
  readonly onProblem: (part: 'enrich' | 'intel', problem: Problem) => void;
}

interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** Starts the thread. Rejects with `ThinkerLost` when it does not come up. */
export async function openThreadThinker(options: ThreadOptions): Promise<ThreadThinker> {
  const thinker = new Thread(options);
  await thinker.start();
  return thinker;
}

class Thread implements ThreadThinker {
  private readonly options: ThreadOptions;
  private worker: Worker | undefined;
  /** Which record the worker is at. */
  private place: Place = createPlace();
  private now: Standing = NOTHING_YET;
  private readonly pending = new Map<number, Pending>();
  private asked = 0;
  /** The newest of each kind, in the order in which they were given; of harmless things, all. */
  private orders: readonly Order[] = [];
  private death = lost('it was not started');
  private isClosed = false;

  constructor(options: ThreadOptions) {
    this.options = options;
  }

  async start(): Promise<void> {
    const { settings, file = THINK_WORKER } = this.options;
    const place = createPlace();
    const workerData: WorkerOptions = { ...settings, place };
    this.place = place;
    const worker = new Worker(file, { name: 'thinking', workerData });
    await new Promise<void>((resolve, reject) => {
      let why: unknown;
      worker.on('error', (error) => {
        why = error;
      });
      worker.on('message', (answer: Answer) => {
        if (answer.kind === 'opened') resolve();
        this.hear(answer);
      });
      worker.on('exit', (code) => {
        const error = lost(reasonOf(code, why), readPlace(this.place));
        reject(error);
        if (this.worker === worker) this.bury(error);
      });
    });
    this.worker = worker;
    await Promise.all(this.orders.map((order) => this.ask('order', [order])));
  }

  /** Begins with another thread where there is none any more. */
  async restore(...args: Parameters<Thinker['restore']>): Promise<void> {
    if (this.worker === undefined) await this.start();
    await this.ask('restore', args);
  }

  warm(...[records, from]: Parameters<Thinker['warm']>) {
    return this.ask('warm', [records, from], [records.bytes.buffer]);
  }
  think(...[records]: Parameters<Thinker['think']>) {
    return this.ask('think', [records], [records.bytes.buffer]);
  }
  snapshot() {
    return this.ask('snapshot', []);
  }
  reread(...args: Parameters<Thinker['reread']>) {
    return this.ask('reread', args);
  }
  thinkAgain(...args: Parameters<Thinker['thinkAgain']>) {
    return this.ask('thinkAgain', args);
  }
  settle(...args: Parameters<Thinker['settle']>) {
    return this.ask('settle', args);
  }
  consider(...args: Parameters<Thinker['consider']>) {
    return this.ask('consider', args);
  }
  act(...args: Parameters<Thinker['act']>) {
    return this.ask('act', args);
  }
  describe(...args: Parameters<Thinker['describe']>) {
    return this.ask('describe', args);
  }

  async order(order: Order): Promise<void> {
    const before = this.orders;
    this.orders = [...before.filter((other) => !isReplacedBy(other, order)), order];
    if (this.worker === undefined) return;
    try {
      await this.ask('order', [order]);
    } catch (error) {
      // The next thread begins with it.
      if (error instanceof ThinkerLost) return;
      this.orders = before;
      throw error;
    }
  }

  standing(): Standing {
    return this.now;
  }

  costs() {
    return this.worker === undefined ? Promise.resolve([]) : this.ask('costs', []);
  }

  async close(): Promise<void> {
    if (this.isClosed) return;
    const { worker } = this;
    const closing = this.ask('close', []);
    this.isClosed = true;
    await closing.catch(() => undefined);
    await worker?.terminate();
  }

  async kill(): Promise<void> {
    // No record is to blame.
    this.place = createPlace();
    await this.worker?.terminate();
  }

  private ask<K extends Call>(
    call: K,
    args: Parameters<Thinker[K]>,
    transfer: readonly ArrayBuffer[] = [],
  ): ReturnType<Thinker[K]> {
    const answer = new Promise((resolve, reject) => {
      if (this.worker === undefined || this.isClosed) {
        reject(this.death);
        return;
      }
      this.asked += 1;
      const ask: Ask = { id: this.asked, call, args };
      this.pending.set(ask.id, { resolve, reject });
      this.worker.postMessage(ask, transfer);
    });
    return answer as ReturnType<Thinker[K]>;
  }

  private hear(answer: Answer): void {
    if (answer.kind === 'problem') {
      this.options.onProblem(answer.part, answer.problem);
      return;
    }
    if (answer.kind !== 'refused') this.now = answer.standing;
    if (answer.kind === 'opened') return;
    const waiting = this.pending.get(answer.id);
    this.pending.delete(answer.id);
    if (answer.kind === 'done') waiting?.resolve(answer.value);
    else waiting?.reject(new Error(answer.detail));
  }

  private bury(error: ThinkerLost): void {
    this.worker = undefined;
    this.death = error;
    for (const { reject } of this.pending.values()) reject(error);
    this.pending.clear();
  }
}

/** Harmless things add up; of everything else the newest holds. */
const isReplacedBy = (before: Order, next: Order): boolean =>
  before.kind === next.kind && next.kind !== 'benign';

const reasonOf = (code: number, why: unknown): string =>
  why instanceof Error ? why.message : `it ended with code ${code}`;

const lost = (reason: string, offset?: number): ThinkerLost =>
  new ThinkerLost(
    {
      code: 'thinking_lost',
      detail: `The thread that thinks about records is gone: ${reason}.`,
      hint: 'Nothing is lost: another one is started, reads what the last snapshot had not seen, and goes on where the books end.',
      retryable: true,
    },
    offset,
  );
