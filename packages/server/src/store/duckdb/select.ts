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

/** Takes rows from the segments that are there now, by the engine's `query` or its `hunt`. */
export async function ask(
  segments: readonly EventSegment[],
  run: Engine['query'],
  { clause, mayHold, head, tail, limit }: Question,
): Promise<readonly Record<string, unknown>[]> {
  const asked = segments.filter((segment) => mayHold?.(segment) ?? true);
  if (asked.length === 0) return [];
  const given = limit === undefined ? clause.values : { ...clause.values, limit };
  return run(`${head} FROM ${fromSegments(asked)} WHERE ${clause.where} ${tail ?? ''}`, given);
}

/** The same; damage met on the way is set aside and the question asked again. */
export async function select(
  shelf: Shelf,
  engine: Engine,
  question: Question,
): Promise<readonly Record<string, unknown>[]> {
  const attempt = () => ask(shelf.segments, engine.query, question);
  try {
    return await attempt();
  } catch (error) {
    const before = shelf.segments.length;
    await dropDamaged(shelf, (segment) => isReadable(engine, segment));
    if (shelf.segments.length === before) throw error;
    return attempt();
  }
}
