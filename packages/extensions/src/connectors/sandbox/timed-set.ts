/** One thing held until a time, in milliseconds since the epoch. */
export interface Held {
  readonly id: string;
  readonly until: number;
}

/** A set whose members leave by themselves when their time is over. */
export interface TimedSet {
  put(id: string, ttlMs: number): 'added' | 'extended';
  remove(id: string): boolean;
  get(id: string): Held | undefined;
  list(): readonly Held[];
}

/** An empty set that reads the given clock. */
export function createTimedSet(now: () => number): TimedSet {
  const held = new Map<string, Held>();
  const sweep = (): void => {
    for (const [id, item] of held) if (item.until <= now()) held.delete(id);
  };
  return {
    put(id, ttlMs) {
      sweep();
      const outcome = held.has(id) ? 'extended' : 'added';
      held.set(id, { id, until: now() + ttlMs });
      return outcome;
    },
    remove(id) {
      sweep();
      return held.delete(id);
    },
    get(id) {
      sweep();
      return held.get(id);
    },
    list() {
      sweep();
      return [...held.values()];
    },
  };
}
