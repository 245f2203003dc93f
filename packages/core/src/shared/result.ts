import type { Problem } from './problem.ts';

/** Wrong input is a value: either what was asked for, or the problem that says what to do. */
export type Result<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: Problem };

/** A result that holds a value. */
export const ok = <T>(value: T): Result<T> => ({ ok: true, value });

/** A result that holds a problem. */
export const err = (problem: Problem): Result<never> => ({ ok: false, problem });

/** Batch work keeps what is good and reports what is not; one bad item never stops the others. */
export interface Batch<T> {
  readonly values: readonly T[];
  readonly problems: readonly Problem[];
}

/** A bug, not input: says what must hold and stops the caller. */
export function invariant(condition: unknown, mustHold: string): asserts condition {
  if (!condition) throw new Error(`invariant: ${mustHold}`);
}
