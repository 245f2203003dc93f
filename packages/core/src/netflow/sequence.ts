const WRAP = 2 ** 32;
/** A jump further than this is an exporter that began again, and no loss. */
const MAX_GAP = 100_000;
/** A gap may still be filled by datagrams that were overtaken on the way. */
const SETTLE_MS = 10_000;

/** Follows the sequence numbers of one exporter and counts what is missing. */
export class SequenceWatch {
  private next: number | undefined;
  private missing = 0;
  private since = 0;

  /** Notes a datagram that counts for `count`; unknown when it could not be read whole. */
  note(sequence: number, count: number | undefined, at: number): void {
    const gap = this.next === undefined ? 0 : (sequence - this.next) | 0;
    if (gap < 0 && gap > -MAX_GAP) {
      this.missing = Math.max(0, this.missing - (count ?? 0));
      return;
    }
    if (gap > 0 && gap <= MAX_GAP) {
      if (this.missing === 0) this.since = at;
      this.missing += gap;
    }
    this.next = count === undefined ? undefined : (sequence + count) % WRAP;
  }

  /** What is missing for good since the last time it was asked for. */
  take(at: number): number {
    if (this.missing === 0 || at - this.since < SETTLE_MS) return 0;
    const { missing } = this;
    this.missing = 0;
    return missing;
  }
}
