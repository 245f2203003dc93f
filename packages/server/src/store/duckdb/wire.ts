import type { Event, Problem } from '@cordon/core';
import type { DeadLetter, EventStore, Kept } from '../ports.ts';

/*
 * What the main thread and the thread of the event store say to each other. Events go over as one text
 * of JSON lines: writing it costs the main thread 3.5 us an event, handing it over 0.1 us.
 */

export interface WorkerOptions {
  readonly dir: string;
  readonly mergeCount?: number;
}

/** Calls that are answered over there. */
export type Call = Exclude<keyof EventStore, 'add' | 'durableOffset' | 'size'>;

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

/** Events as JSON lines, and those that cannot be written as JSON with the reason. */
export function writeEvents(events: readonly Event[]): {
  readonly lines: string;
  readonly unfit: readonly { readonly event: Event; readonly error: unknown }[];
} {
  const lines: string[] = [];
  const unfit: { readonly event: Event; readonly error: unknown }[] = [];
  for (const event of events) {
    try {
      lines.push(JSON.stringify(event));
    } catch (error) {
      unfit.push({ event, error });
    }
  }
  return { lines: lines.join('\n'), unfit };
}

export const readEvents = (lines: string): readonly Event[] =>
  lines === '' ? [] : lines.split('\n').map((line) => JSON.parse(line) as Event);
