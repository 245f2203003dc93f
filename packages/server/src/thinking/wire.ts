import type { Problem } from '@cordon/core';
import type { MindSettings } from './compose-mind.ts';
import type { Standing, Thinker } from './thinker.ts';

/*
 * What the main thread and the thinking thread say to each other. Records go over as bytes that change
 * hands, events come back as bytes that both see; all else is small and is copied.
 */

/** What the thread is made of, and where it writes which record it is at: memory that outlives it. */
export interface WorkerOptions extends MindSettings {
  readonly place: Place;
}

export type Place = Float64Array<SharedArrayBuffer>;
const NO_RECORD = -1;

export const createPlace = (): Place =>
  new Float64Array(new SharedArrayBuffer(Float64Array.BYTES_PER_ELEMENT)).fill(NO_RECORD);

export function writePlace(place: Place, offset: number | undefined): void {
  place[0] = offset ?? NO_RECORD;
}

export function readPlace([offset = NO_RECORD]: Place): number | undefined {
  return offset === NO_RECORD ? undefined : offset;
}

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
