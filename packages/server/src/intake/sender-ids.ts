import type { NewRecord, RecordLog } from '../store/ports.ts';

/** So many of the newest records are remembered by what their senders call them. */
const REMEMBERED = 50_000;
const READ_RECORDS = 2_000;

const keyOf = ({ sourceId, senderId }: Pick<NewRecord, 'sourceId' | 'senderId'>) =>
  senderId === undefined ? undefined : `${sourceId}\n${senderId}`;

/**
 * Records by the names their senders gave them, so that what is sent again after a lost answer is
 * not taken twice. Read back from the record log at the start: a crash forgets none of them.
 */
export class SenderIds {
  private readonly known = new Set<string>();
  private readonly coming = new Map<string, Promise<unknown>>();

  async restore(log: Pick<RecordLog, 'read' | 'head' | 'tail'>): Promise<void> {
    let offset = Math.max(log.tail(), log.head() - REMEMBERED);
    for (;;) {
      const records = await log.read(offset, READ_RECORDS);
      const last = records.at(-1);
      if (last === undefined) return;
      for (const record of records) this.remember(keyOf(record));
      offset = last.offset + 1;
    }
  }

  /** Takes what is not known yet; says how many were. A failure of `append` leaves them unknown. */
  async takeOnce(
    records: readonly NewRecord[],
    append: (fresh: readonly NewRecord[]) => Promise<void>,
  ): Promise<number> {
    const keys = records.flatMap((record) => keyOf(record) ?? []);
    if (keys.length === 0) {
      await append(records);
      return 0;
    }
    // The same names on their way already: how that ends decides about these.
    for (;;) {
      const before = keys.flatMap((key) => this.coming.get(key) ?? []);
      if (before.length === 0) break;
      await Promise.allSettled(before);
    }
    const fresh = this.sift(records);
    const mine = fresh.flatMap((record) => keyOf(record) ?? []);
    const appending = fresh.length === 0 ? Promise.resolve() : append(fresh);
    for (const key of mine) this.coming.set(key, appending);
    try {
      await appending;
      for (const key of mine) this.remember(key);
    } finally {
      for (const key of mine) this.coming.delete(key);
    }
    return records.length - fresh.length;
  }

  private sift(records: readonly NewRecord[]): readonly NewRecord[] {
    const here = new Set<string>();
    return records.filter((record) => {
      const key = keyOf(record);
      if (key === undefined) return true;
      if (this.known.has(key) || here.has(key)) return false;
      here.add(key);
      return true;
    });
  }

  private remember(key: string | undefined): void {
    if (key === undefined) return;
    this.known.add(key);
    const oldest = this.known.values().next().value;
    if (this.known.size > REMEMBERED && oldest !== undefined) this.known.delete(oldest);
  }
}
