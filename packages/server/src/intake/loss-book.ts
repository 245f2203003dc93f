import { setTimeout as pause } from 'node:timers/promises';
import type { StateStore, Tally } from '../store/ports.ts';

/** Counts what never entered, and writes it to the state store; what could not be written stays for the next time. */
export class LossBook {
  private readonly store: Pick<StateStore, 'addTallies'>;
  private readonly gatherMs: number;
  private pending = new Map<string, Tally>();
  private writing: Promise<void> = Promise.resolve();
  private next: Promise<void> | undefined;

  /** Counts that come within `gatherMs` share a write. */
  constructor(store: Pick<StateStore, 'addTallies'>, gatherMs: number) {
    this.store = store;
    this.gatherMs = gatherMs;
  }

  add(loss: Tally): void {
    const key = JSON.stringify([loss.sourceId, loss.outcome, loss.reason]);
    const count = (this.pending.get(key)?.count ?? 0) + loss.count;
    this.pending.set(key, { ...loss, count });
  }

  /**
   * Resolves when what was counted before is on disk, so that a sender hears of a refusal only when a
   * crash cannot forget it any more. A store that fails keeps nobody waiting: it is tried again later.
   */
  async noted(): Promise<void> {
    this.next ??= this.writing
      .catch(() => undefined)
      .then(() => pause(this.gatherMs))
      .then(() => {
        this.next = undefined;
        return this.save();
      });
    await this.next.catch(() => undefined);
  }

  /** Writes what is counted; rejects when it could not. */
  save(): Promise<void> {
    this.writing = this.writing.catch(() => undefined).then(() => this.write());
    return this.writing;
  }

  private async write(): Promise<void> {
    if (this.pending.size === 0) return;
    const saving = this.pending;
    this.pending = new Map();
    try {
      await this.store.addTallies([...saving.values()]);
    } catch (error) {
      for (const loss of saving.values()) this.add(loss);
      throw error;
    }
  }
}
