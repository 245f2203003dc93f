import { type EpochMs, type Problem, toEpochMs } from '@cordon/core';
import { StoreError } from '../store/store-error.ts';
import type { RunnerDeps } from './deps.ts';
import { backOffMs } from './ledger-pen.ts';

/** One thing of the ledger that Cordon failed on. */
interface Patient {
  readonly attempts: number;
  readonly until: EpochMs;
}

/** Does the failure lie in the store as a whole, so that nothing else would go better? */
const isOfStore = (error: unknown): boolean =>
  error instanceof StoreError && (error.problem.retryable || error.problem.code === 'store_closed');

const toProblem = (id: string, error: unknown): Problem => ({
  code: error instanceof StoreError ? error.problem.code : 'bug',
  detail: `${id} could not be worked on: ${error instanceof Error ? error.message : String(error)}.`,
  hint: 'It is tried again with growing pauses; everything else goes on.',
  retryable: true,
});

/** One action or run that makes Cordon fail never holds the others up: it is reported and left alone for a while. */
export function createQuarantine({ now, report }: Pick<RunnerDeps, 'now' | 'report'>) {
  const patients = new Map<string, Patient>();
  return {
    size: (): number => patients.size,
    /** Did the work move anything? False as well while the thing is left alone. */
    async attempt(id: string, work: () => Promise<boolean>): Promise<boolean> {
      const known = patients.get(id);
      if (known && known.until > now()) return false;
      try {
        const moved = await work();
        patients.delete(id);
        return moved;
      } catch (error) {
        if (isOfStore(error)) throw error;
        const attempts = (known?.attempts ?? 0) + 1;
        patients.set(id, { attempts, until: toEpochMs(now() + backOffMs(attempts)) });
        report?.(toProblem(id, error));
        return false;
      }
    },
  };
}
export type Quarantine = ReturnType<typeof createQuarantine>;
