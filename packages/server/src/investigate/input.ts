import type { Problem, ProblemCode } from '@cordon/core';

/** One stream of log bytes in the folder: a file, or a member of an archive. */
export interface Input {
  /** Path from the folder; members as `logs.zip!inner/auth.log`. */
  readonly path: string;
  /** Last change, epoch ms: the year of records that have none is guessed from it. */
  readonly modifiedAt: number;
  readonly open: () => Promise<AsyncIterable<Uint8Array>>;
}

/** One record of an input, as bytes. */
export type LineItem =
  | { readonly kind: 'line'; readonly bytes: Uint8Array }
  | { readonly kind: 'too_long'; readonly line: number };

/** Caps against archives that unpack to far more than they are. */
export interface InputLimits {
  /** Most bytes one input may unpack to. */
  readonly maxInputBytes: number;
  /** Most times its packed size an input may unpack to, once it is larger than `freeBytes`. */
  readonly maxRatio: number;
  readonly freeBytes: number;
  readonly maxMembers: number;
  readonly maxLineBytes: number;
  /** Records held and sorted at once. */
  readonly maxSorted: number;
}

export const DEFAULT_INPUT_LIMITS: InputLimits = {
  maxInputBytes: 16 * 1024 ** 3,
  maxRatio: 200,
  freeBytes: 64 * 1024 ** 2,
  maxMembers: 10_000,
  maxLineBytes: 1_048_576,
  maxSorted: 2_000_000,
};

/** Ends the reading of one input; what came before counts. */
export class InputError extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.detail);
    this.problem = problem;
  }
}

/** A problem that lies in one input. */
export const problemIn = (
  file: string,
  code: ProblemCode,
  words: { readonly detail: string; readonly hint: string },
): Problem => ({
  code,
  ...words,
  at: { file },
  retryable: false,
});
