const WINDOW_S = 60;

/** Counts a second over the last minute. */
export class Rate {
  private readonly buckets = new Array<number>(WINDOW_S).fill(0);
  private second = 0;

  add(count: number, now: number): void {
    this.moveTo(now);
    const index = this.second % WINDOW_S;
    this.buckets[index] = (this.buckets[index] ?? 0) + count;
  }

  perSecond(now: number): number {
    this.moveTo(now);
    return this.buckets.reduce((sum, count) => sum + count, 0) / WINDOW_S;
  }

  private moveTo(now: number): void {
    const second = Math.floor(now / 1_000);
    const steps = Math.min(WINDOW_S, Math.max(0, second - this.second));
    for (let step = 1; step <= steps; step += 1)
      this.buckets[(second - steps + step) % WINDOW_S] = 0;
    this.second = Math.max(this.second, second);
  }
}
