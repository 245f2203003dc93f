import type { Problem } from '@cordon/core';
import { StoreError } from '../store/store-error.ts';

/**
 * Does the work on one thing. What the world does is passed on, so that all of it is tried again; what
 * is a mistake of ours would be the same again: it is reported with the thing, and the others go on.
 */
export async function setAside(
  id: string,
  work: () => Promise<void>,
  report: (problem: Problem) => void,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof StoreError && error.problem.retryable) throw error;
    const text = error instanceof Error ? error.message : String(error);
    report({
      code: 'bug',
      detail: `People could not be told of ${id}: ${text}.`,
      retryable: false,
    });
  }
}
