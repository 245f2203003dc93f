import type { Problem } from '@cordon/core';
import type { ReceivedRecord, Sink } from './source.ts';

/** A sink that keeps everything in memory and shows what a source did with it. */
export interface MemorySink extends Sink {
  readonly records: readonly ReceivedRecord[];
  readonly texts: () => readonly string[];
  readonly losses: readonly {
    readonly reason: string;
    readonly detail: string;
    readonly count: number;
  }[];
  readonly problems: readonly Problem[];
  /** While held, `accept` takes nothing and does not resolve. */
  hold(): void;
  release(): void;
  /** Resolves when the condition holds; asked again after every call of the source. */
  until(condition: () => boolean): Promise<void>;
}

/** Opens a memory sink. */
export function createMemorySink(): MemorySink {
  const records: ReceivedRecord[] = [];
  const losses: { reason: string; detail: string; count: number }[] = [];
  const problems: Problem[] = [];
  const waiting = new Set<() => void>();
  let gate: Promise<void> = Promise.resolve();
  let open: () => void = () => undefined;
  const changed = () => {
    for (const look of [...waiting]) look();
  };
  return {
    records,
    losses,
    problems,
    texts: () => records.map((record) => new TextDecoder().decode(record.bytes)),
    async accept(batch) {
      await gate;
      records.push(...batch);
      changed();
    },
    offer(batch) {
      records.push(...batch);
      changed();
    },
    lost(reason, detail, count) {
      losses.push({ reason, detail, count });
      changed();
    },
    report(problem) {
      problems.push(problem);
      changed();
    },
    hold() {
      gate = new Promise((resolve) => {
        open = resolve;
      });
    },
    release: () => open(),
    until: (condition) =>
      new Promise((resolve) => {
        const look = () => {
          if (!condition()) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
  };
}
