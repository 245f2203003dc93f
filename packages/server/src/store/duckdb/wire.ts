import type { Problem } from '@cordon/core';
import type { DeadLetter, EventStore, Kept } from '../ports.ts';

/* What the main thread and the thread of the event store say to each other. */

export interface WorkerOptions {
  readonly dir: string;
  readonly mergeCount?: number;
}

/** Calls that are answered over there. */
export type Call = Exclude<keyof EventStore, 'add' | 'addPacked' | 'durableOffset' | 'size'>;

export interface Ask {
  readonly id: number;
  readonly call: Call;
  readonly args: readonly unknown[];
}

/** What the main thread tells without asking. */
export interface Standing {
  readonly durable: number;
  readonly size: Kept;
  readonly problems: readonly Problem[];
}

export type Answer =
  | { readonly kind: 'opened'; readonly standing: Standing }
  | { readonly kind: 'unopened'; readonly problem: Problem }
  | {
      readonly kind: 'done';
      readonly id: number;
      readonly value: unknown;
      readonly standing: Standing;
    }
  | {
      readonly kind: 'failed';
      readonly id: number;
      readonly problem: Problem;
      readonly standing: Standing;
    }
  | {
      readonly kind: 'refused';
      readonly ticket: number;
      readonly letters: readonly DeadLetter[];
    };
