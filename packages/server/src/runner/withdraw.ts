import { type ActionRecord, RUN, type Run } from '@cordon/core';
import type { RunnerStore } from './deps.ts';
import type { LedgerPen } from './ledger-pen.ts';

const PAGE = 500;

/** Was the target touched, or is it about to be? */
export const isTouched = (action: ActionRecord): boolean =>
  action.prior !== undefined || action.journal.at(-1)?.phase === 'apply';

/** Does the instance stand in the step, in one of its rounds, or in what it calls? */
const isWithin = (instance: string, stepId: string): boolean =>
  stepId === RUN ||
  instance === stepId ||
  instance.startsWith(`${stepId}/`) ||
  instance.startsWith(`${stepId}[`);

/** The time of a step is over: what it asked for and was not begun is not begun any more. */
export async function withdraw(
  of: { readonly deps: { readonly store: RunnerStore }; readonly pen: LedgerPen },
  run: Run,
  stepId: string,
): Promise<void> {
  const { items } = await of.deps.store.listActions({
    runId: run.id,
    status: ['awaiting_approval', 'intended'],
    limit: PAGE,
  });
  for (const action of items) {
    if (!isWithin(action.stepId, stepId) || isTouched(action)) continue;
    await of.pen.save(action, {
      to: 'refused',
      phase: 'guard',
      nextAt: null,
      text: 'The time of its step is over.',
    });
  }
}
