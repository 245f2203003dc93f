import type { EpochMs, Problem, ProblemCode } from '@cordon/core';
import type { Sink } from '@cordon/kit';

const EVERY_MS = 10_000;

/** Reports each kind of problem at most every ten seconds, so that a flood of bad input is not a flood of problems. */
export function createReporter(sink: Sink, now: () => EpochMs): (problem: Problem) => void {
  const lastAt = new Map<ProblemCode, number>();
  return (problem) => {
    const at = now();
    if (at - (lastAt.get(problem.code) ?? Number.NEGATIVE_INFINITY) < EVERY_MS) return;
    lastAt.set(problem.code, at);
    sink.report(problem);
  };
}

/** One wording of a failure of the world. */
export const reasonOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
