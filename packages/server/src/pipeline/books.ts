import { type Analysis, type SetAside, shapeOf } from '@cordon/core';
import type { DeadLetter, Tally } from '../store/ports.ts';

/** Counts outcomes by source, outcome and reason: the terms of the conservation equation. */
export function toTallies(outcomes: Analysis['outcomes']): readonly Tally[] {
  const counts = new Map<string, { -readonly [K in keyof Tally]: Tally[K] }>();
  for (const { sourceId, outcome, reason } of outcomes) {
    // Ids and outcomes hold no line end, and reasons are ids or codes.
    const key = `${sourceId}\n${outcome}\n${reason}`;
    const there = counts.get(key);
    if (there) there.count += 1;
    else counts.set(key, { sourceId, outcome, reason, count: 1 });
  }
  return [...counts.values()];
}

/** Records that were set aside, as the state store keeps them. */
export const toDeadLetters = (setAside: readonly SetAside[]): readonly DeadLetter[] =>
  setAside.map(({ record, stage, problem }) => ({
    offset: record.offset,
    sourceId: record.sourceId,
    at: record.receivedAt,
    stage,
    problem,
    shape: shapeOf(record.text),
  }));

/** The line of the books that a letter stands for; none where its record was read all the same. */
export function endOf({ sourceId, stage, problem }: DeadLetter): Omit<Tally, 'count'> | undefined {
  if (stage === 'store') return undefined;
  return stage === 'normalise' && problem.code !== 'bug'
    ? { sourceId, outcome: 'unparsed', reason: problem.code }
    : { sourceId, outcome: 'dead_letter', reason: stage };
}
