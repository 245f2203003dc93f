import { setTimeout as pause } from 'node:timers/promises';
import type { Problem } from '@cordon/core';
import { SinkRefused } from '@cordon/kit';
import type { NewRecord, RecordLog } from '../store/ports.ts';
import { toStoreError } from '../store/store-error.ts';

/** How much may wait in memory for the disk. */
export interface QueueLimits {
  readonly records: number;
  readonly bytes: number;
}
export const DEFAULT_LIMITS: QueueLimits = { records: 50_000, bytes: 64 * 1024 * 1024 };

/** `wait`: the sender can wait until there is room; `now`: it is taken at once or refused. */
export type Urgency = 'wait' | 'now';

interface Entry {
  readonly records: readonly NewRecord[];
  readonly bytes: number;
  readonly urgency: Urgency;
  readonly resolve: () => void;
  readonly reject: (error: SinkRefused) => void;
}

const RETRY_MS = 1_000;
const APPEND_RECORDS = 10_000;

const sizeOf = (records: readonly NewRecord[]): number =>
  records.reduce((sum, record) => sum + record.bytes.length, 0);

/**
 * The bounded queue in front of the record log, with one writer: what waits is appended as one batch,
 * so that all of it shares one fsync. Entries that can wait stay in line while the disk is full; the
 * disk is asked again every second until it takes something, also while nobody waits.
 */
export class WriteQueue {
  private readonly log: RecordLog;
  private readonly limits: QueueLimits;
  private readonly signal: AbortSignal;
  private readonly onTrouble: (problem: Problem | undefined) => void;
  private readonly retryMs: number;
  private trouble: Problem | undefined;
  private queue: Entry[] = [];
  private standing: Entry[] = [];
  private records = 0;
  private bytes = 0;
  private writing: Promise<void> | undefined;

  constructor(deps: {
    readonly log: RecordLog;
    readonly limits: QueueLimits;
    readonly signal: AbortSignal;
    /** Told when the disk stops taking records, and without a problem when it takes them again. */
    readonly onTrouble: (problem: Problem | undefined) => void;
    /** How long a disk that takes nothing is left alone; default 1 s. */
    readonly retryMs?: number;
  }) {
    this.log = deps.log;
    this.limits = deps.limits;
    this.signal = deps.signal;
    this.onTrouble = deps.onTrouble;
    this.retryMs = deps.retryMs ?? RETRY_MS;
  }

  /** Resolves when the records are durable; rejects with `SinkRefused` when none of them was taken. */
  add(records: readonly NewRecord[], urgency: Urgency): Promise<void> {
    return new Promise((resolve, reject) => {
      const entry: Entry = { records, bytes: sizeOf(records), urgency, resolve, reject };
      if (this.fits(entry)) this.line(entry);
      else if (urgency === 'wait') this.standing.push(entry);
      else reject(new SinkRefused(queueFull(this.limits)));
    });
  }

  /** Why nothing is taken at present. */
  problem(): Problem | undefined {
    return this.trouble;
  }

  /** Resolves when nothing is being written any more. */
  async drained(): Promise<void> {
    while (this.writing !== undefined) await this.writing;
  }

  /** An entry larger than the whole queue is taken when the queue is empty. */
  private fits(entry: Entry): boolean {
    if (this.records === 0) return true;
    const hasTurn = entry.urgency === 'now' || this.standing.length === 0;
    const hasRoom =
      this.records + entry.records.length <= this.limits.records &&
      this.bytes + entry.bytes <= this.limits.bytes;
    return hasTurn && hasRoom;
  }

  private line(entry: Entry): void {
    this.queue.push(entry);
    this.records += entry.records.length;
    this.bytes += entry.bytes;
    this.writing ??= this.write().finally(() => {
      this.writing = undefined;
    });
  }

  private letIn(): void {
    for (let first = this.standing[0]; first !== undefined; first = this.standing[0]) {
      const isIn =
        this.records === 0 ||
        (this.records + first.records.length <= this.limits.records &&
          this.bytes + first.bytes <= this.limits.bytes);
      if (!isIn) return;
      this.standing.shift();
      this.line(first);
    }
  }

  private async write(): Promise<void> {
    // Everything that is offered in this turn goes into the same batch.
    await Promise.resolve();
    while (this.queue.length > 0 || this.mustAsk()) {
      const batch = this.nextBatch();
      try {
        await this.log.append(batch.flatMap((entry) => entry.records));
        this.turn(undefined);
        this.leave(batch, (entry) => entry.resolve());
      } catch (error) {
        await this.refuse(batch, toStoreError(error).problem);
      }
      this.letIn();
    }
  }

  private mustAsk(): boolean {
    return this.trouble?.retryable === true && !this.signal.aborted;
  }

  private turn(problem: Problem | undefined): void {
    if (this.trouble?.code === problem?.code) return;
    this.trouble = problem;
    this.onTrouble(problem);
  }

  private nextBatch(): readonly Entry[] {
    let records = 0;
    let end = 0;
    for (const entry of this.queue) {
      if (end > 0 && records + entry.records.length > APPEND_RECORDS) break;
      records += entry.records.length;
      end += 1;
    }
    return this.queue.slice(0, end);
  }

  private async refuse(batch: readonly Entry[], problem: Problem): Promise<void> {
    this.turn(problem);
    const isOver = this.signal.aborted || !problem.retryable;
    const refused = batch.filter((entry) => isOver || entry.urgency === 'now');
    this.leave(refused, (entry) => entry.reject(new SinkRefused(problem)));
    if (!isOver)
      await pause(this.retryMs, undefined, { signal: this.signal }).catch(() => undefined);
  }

  private leave(entries: readonly Entry[], settle: (entry: Entry) => void): void {
    const gone = new Set(entries);
    this.queue = this.queue.filter((entry) => !gone.has(entry));
    for (const entry of entries) {
      this.records -= entry.records.length;
      this.bytes -= entry.bytes;
      settle(entry);
    }
  }
}

const queueFull = (limits: QueueLimits): Problem => ({
  code: 'queue_full',
  detail: `More than ${limits.records} records or ${limits.bytes} bytes wait for the disk; nothing was taken.`,
  hint: 'Send it again a little later.',
  retryable: true,
});
