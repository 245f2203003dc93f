import type { Engine } from './engine.ts';
import { type EventSegment, fromSegments, isReadable } from './event-segment.ts';
import type { Clause } from './hunt-sql.ts';
import { dropDamaged, type Shelf } from './shelf.ts';

/** One question to the segments; `head` and `tail` are ours, what was asked comes as values. */
export interface Question {
  readonly clause: Clause;
  /** Which segments can hold an answer; all, without it. */
  readonly mayHold?: (segment: EventSegment) => boolean;
  readonly head: string;
  readonly tail?: string;
  readonly limit?: number;
}

/** Takes rows from the segments; damage met on the way is set aside and the query asked again. */
export async function select(
  shelf: Shelf,
  engine: Engine,
  { clause, mayHold, head, tail, limit }: Question,
): Promise<readonly Record<string, unknown>[]> {
  const attempt = async (): Promise<readonly Record<string, unknown>[]> => {
    const segments = shelf.segments.filter((segment) => mayHold?.(segment) ?? true);
    if (segments.length === 0) return [];
    const given = limit === undefined ? clause.values : { ...clause.values, limit };
    return engine.query(
      `${head} FROM ${fromSegments(segments)} WHERE ${clause.where} ${tail ?? ''}`,
      given,
    );
  };
  try {
    return await attempt();
  } catch (error) {
    const before = shelf.segments.length;
    await dropDamaged(shelf, (segment) => isReadable(engine, segment));
    if (shelf.segments.length === before) throw error;
    return attempt();
  }
}
