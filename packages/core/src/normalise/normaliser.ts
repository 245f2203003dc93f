import type { Event } from '../event/event.ts';
import type { RawRecord } from '../event/record.ts';
import type { Json } from '../shared/json.ts';
import type { Problem } from '../shared/problem.ts';

/** Every record ends in exactly one of these. */
export type Normalised =
  | { readonly kind: 'parsed'; readonly event: Event }
  | { readonly kind: 'unparsed'; readonly problem: Problem }
  | { readonly kind: 'skipped'; readonly reason: string; readonly parserId: string };

/** RawRecord -> Event by declarative parsers; pure, never throws for input. */
export interface Normaliser {
  normalise(record: RawRecord): Normalised;
  /** What records told that later ones rest on; absent where nothing is remembered. */
  readonly memory?: NormaliserMemory;
}

/** Headers of tables, audit events under way, times. It does not depend on the parsers. */
export interface NormaliserMemory {
  snapshot(): Json;
  /** Goes on from a snapshot, also one of a normaliser with other parsers. */
  restore(snapshot: Json): void;
}
