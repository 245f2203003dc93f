import type { StateStore, Tally } from '../store/ports.ts';

/** Counts what never entered, and writes it to the state store; what could not be written stays for the next time. */
export class LossBook {
  private readonly store: Pick<StateStore, 'addTallies'>;
  private pending = new Map<string, Tally>();

  constructor(store: Pick<StateStore, 'addTallies'>) {
    this.store = store;
  }

  add(loss: Tally): void {
    const key = JSON.stringify([loss.sourceId, loss.outcome, loss.reason]);
    const count = (this.pending.get(key)?.count ?? 0) + loss.count;
    this.pending.set(key, { ...loss, count });
  }

  async save(): Promise<void> {
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
