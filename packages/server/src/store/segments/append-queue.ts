import type { NewRecord } from '../ports.ts';
import { closedError, toStoreError } from '../store-error.ts';

interface Waiting {
  readonly records: readonly NewRecord[];
  readonly resolve: (first: number) => void;
  readonly reject: (error: Error) => void;
}

/** Group commit: everything that waits when the disk is free goes down with one write and one sync. */
export interface AppendQueue {
  append(records: readonly NewRecord[]): Promise<number>;
  /** Lets what waits through, then refuses. */
  close(): Promise<void>;
}

const GROUP_BYTES = 32 * 1024 * 1024;
const sizeOf = (waiting: Waiting): number =>
  waiting.records.reduce((sum, record) => sum + record.bytes.length, 0);

/** `commit` makes several appends durable and gives the first offset of each, or changes nothing and throws. */
export function createAppendQueue(
  commit: (appends: readonly (readonly NewRecord[])[]) => Promise<readonly number[]>,
): AppendQueue {
  let queue: Waiting[] = [];
  let running: Promise<void> | undefined;
  let isClosed = false;

  const takeGroup = (): readonly Waiting[] => {
    let bytes = 0;
    let count = 0;
    for (const waiting of queue) {
      bytes += sizeOf(waiting);
      if (count > 0 && bytes > GROUP_BYTES) break;
      count += 1;
    }
    const group = queue.slice(0, count);
    queue = queue.slice(count);
    return group;
  };

  const run = async (): Promise<void> => {
    while (queue.length > 0) {
      const group = takeGroup();
      try {
        const firsts = await commit(group.map((waiting) => waiting.records));
        for (const [index, waiting] of group.entries()) waiting.resolve(firsts[index] ?? 0);
      } catch (error) {
        for (const waiting of group) waiting.reject(toStoreError(error));
      }
    }
    running = undefined;
  };

  return {
    append(records) {
      if (isClosed) return Promise.reject(closedError());
      return new Promise((resolve, reject) => {
        queue.push({ records, resolve, reject });
        running ??= Promise.resolve().then(run);
      });
    },
    async close() {
      isClosed = true;
      await running;
    },
  };
}
