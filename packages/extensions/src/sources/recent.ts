/** Ids that were seen lately, so that what is sent twice is taken once. Bounded: the oldest are forgotten. */
export class Recent {
  private readonly ids: Set<string>;
  private readonly limit: number;

  constructor(limit: number, saved: readonly string[] = []) {
    this.limit = limit;
    this.ids = new Set(saved.slice(-limit));
  }

  has(id: string): boolean {
    return this.ids.has(id);
  }

  add(id: string): void {
    this.ids.delete(id);
    this.ids.add(id);
    if (this.ids.size <= this.limit) return;
    for (const oldest of this.ids) {
      this.ids.delete(oldest);
      return;
    }
  }

  /** Oldest first. */
  list(): readonly string[] {
    return [...this.ids];
  }
}
