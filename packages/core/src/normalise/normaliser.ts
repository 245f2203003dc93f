import type { Event } from '../event/event.ts';
import type { RawRecord } from '../event/record.ts';
import type { Problem } from '../shared/problem.ts';

/** Every record ends in exactly one of these. */
export type Normalised =
  | { readonly kind: 'parsed'; readonly event: Event }
  | { readonly kind: 'unparsed'; readonly problem: Problem }
  | { readonly kind: 'skipped'; readonly reason: string; readonly parserId: string };

/** RawRecord -> Event by declarative parsers; pure, never throws for input. */
export interface Normaliser {
  normalise(record: RawRecord): Normalised;
}
