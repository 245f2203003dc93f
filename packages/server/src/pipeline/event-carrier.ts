import { setTimeout } from 'node:timers/promises';
import type { EpochMs } from '@cordon/core';
import type { PackedEvents } from '../store/packed-events.ts';
import type { EventStore } from '../store/ports.ts';

/** So many events make a file; written earlier when they are old. */
const FILE_EVENTS = 50_000;
const OLDEST_MS = 5_000;
const LOOK_EVERY_MS = 500;
/** With more than this in memory the loop waits for the event store. */
const MOST_WAITING = 200_000;

export interface CarrierDeps {
  readonly events: EventStore;
  readonly now: () => EpochMs;
  /** Told of a failure; resolves when it may be tried again. */
  readonly onFailure: (error: unknown) => Promise<void>;
}

/**
 * Carries events to the event store beside the loop, so that deciding never waits for a file to be
 * written. The event store may lag: what it has not got is read again from the record log.
 */
export class EventCarrier {
  private readonly deps: CarrierDeps;
  private waiting = 0;
  private oldestAt: EpochMs | undefined;
  private carrying: Promise<void> | undefined;

  constructor(deps: CarrierDeps) {
    this.deps = deps;
  }

  /** Takes events over; waits only when far too many have gathered. */
  async add(events: PackedEvents): Promise<void> {
    if (events.count === 0) return;
    this.deps.events.addPacked(events);
    this.waiting += events.count;
    this.oldestAt ??= this.deps.now();
    if (this.waiting < FILE_EVENTS) return;
    const carrying = this.carry();
    if (this.waiting >= MOST_WAITING) await carrying;
  }

  /** Writes what has become old, until the signal aborts; then the rest. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await setTimeout(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
      const isOld = this.oldestAt !== undefined && this.deps.now() - this.oldestAt >= OLDEST_MS;
      if (isOld) await this.carry();
    }
  }

  /** Writes all there is; rejects when that fails. */
  async finish(): Promise<void> {
    await this.carrying;
    await this.deps.events.flush();
  }

  private carry(): Promise<void> {
    this.carrying ??= this.write().finally(() => {
      this.carrying = undefined;
    });
    return this.carrying;
  }

  private async write(): Promise<void> {
    const { waiting, oldestAt } = this;
    this.waiting = 0;
    this.oldestAt = undefined;
    try {
      await this.deps.events.flush();
    } catch (error) {
      this.waiting += waiting;
      this.oldestAt = oldestAt;
      await this.deps.onFailure(error);
    }
  }
}
