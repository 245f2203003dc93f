import { closedError } from './store-error.ts';

/** Lets readers wait for the head of a log to move. */
export interface HeadWatch {
  waitPast(offset: number, signal: AbortSignal): Promise<void>;
  /** To be called whenever the head moved. */
  wake(): void;
  /** Whoever still waits is rejected. */
  close(): void;
}

interface Waiter {
  readonly offset: number;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

export function createHeadWatch(head: () => number): HeadWatch {
  const waiting = new Set<Waiter>();
  return {
    waitPast(offset, signal) {
      if (signal.aborted || head() > offset) return Promise.resolve();
      return new Promise<void>((resolve, reject) => {
        const settle = (end: () => void) => (): void => {
          waiting.delete(waiter);
          signal.removeEventListener('abort', waiter.resolve);
          end();
        };
        const waiter: Waiter = {
          offset,
          resolve: settle(resolve),
          reject: (error) => settle(() => reject(error))(),
        };
        waiting.add(waiter);
        signal.addEventListener('abort', waiter.resolve, { once: true });
      });
    },
    wake() {
      for (const waiter of [...waiting]) if (head() > waiter.offset) waiter.resolve();
    },
    close() {
      for (const waiter of [...waiting]) waiter.reject(closedError());
    },
  };
}
