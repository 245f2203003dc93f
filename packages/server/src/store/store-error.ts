import type { Problem, ProblemCode } from '@cordon/core';

/** What every store rejects with: a problem that says what happened and whether trying again may help. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly problem: Problem;

  constructor(problem: Problem, cause?: unknown) {
    super(problem.detail, { cause });
    this.problem = problem;
  }
}

/** The error of a call after `close`. */
export const closedError = (): StoreError =>
  new StoreError({ code: 'store_closed', detail: 'The store is closed.', retryable: false });

const codeOf = (error: unknown): unknown =>
  typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;

const isDiskFull = (error: unknown): boolean => {
  const code = codeOf(error);
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === '53100') return true;
  return (
    error instanceof Error &&
    /database or disk is full|No space left on device/i.test(error.message)
  );
};

/** A failure of disk or engine as a `StoreError`; a `StoreError` passes as it is. */
export function toStoreError(error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  const text = error instanceof Error ? error.message : String(error);
  if (isDiskFull(error)) {
    return new StoreError(
      {
        code: 'disk_full',
        detail: 'There is no space left on the disk of the data directory.',
        hint: 'Free some space; work goes on by itself then.',
        retryable: true,
      },
      error,
    );
  }
  return new StoreError(
    { code: 'store_failed', detail: `The store failed: ${text}.`, retryable: true },
    error,
  );
}

/** The refusal of a change; the same change will be refused again. */
export const refusal = (code: ProblemCode, detail: string): StoreError =>
  new StoreError({ code, detail, retryable: false });
