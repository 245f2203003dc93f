import type { Problem } from '@cordon/core';
import type { MindSettings } from './compose-mind.ts';
import type { Standing, Thinker } from './thinker.ts';

/*
 * What the main thread and the thinking thread say to each other. Records go over as bytes that change
 * hands, events come back as bytes that both see; all else is small and is copied.
 */

export type WorkerOptions = MindSettings;

/** Calls that are answered over there. */
export type Call = Exclude<keyof Thinker, 'standing'>;

export interface Ask {
  readonly id: number;
  readonly call: Call;
  readonly args: readonly unknown[];
}

export type Answer =
  | { readonly kind: 'opened'; readonly standing: Standing }
  | { readonly kind: 'problem'; readonly part: 'enrich' | 'intel'; readonly problem: Problem }
  | {
      readonly kind: 'done';
      readonly id: number;
      readonly value: unknown;
      readonly standing: Standing;
    }
  /** It could not be done, and nothing changed. Whatever else goes wrong ends the thread. */
  | { readonly kind: 'refused'; readonly id: number; readonly detail: string };
