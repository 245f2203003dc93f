import { err, ok, type Result } from '../shared/result.ts';
import type { ActionRecord, ActionStatus, JournalEntry } from './action.ts';

/** Where an action may go from each of its states; a state may also only gain a journal line. */
export const TRANSITIONS: Readonly<Record<ActionStatus, readonly ActionStatus[]>> = {
  observed: [],
  refused: [],
  awaiting_approval: ['intended', 'rejected', 'expired', 'refused'],
  rejected: [],
  expired: [],
  intended: ['applied', 'done', 'failed', 'uncertain', 'refused', 'undoing'],
  applied: ['held', 'done', 'failed', 'uncertain', 'undoing'],
  held: ['undoing', 'done'],
  done: [],
  uncertain: ['held', 'undoing', 'failed'],
  failed: [],
  undoing: ['undone', 'undo_failed'],
  undone: [],
  undo_failed: ['undoing'],
};

/** States an action may start in, once the guard has spoken. */
export const FIRST_STATES: readonly ActionStatus[] = [
  'observed',
  'refused',
  'awaiting_approval',
  'intended',
];

/** Nothing more happens to an action in one of these. */
export const isSettled = (status: ActionStatus): boolean => TRANSITIONS[status].length === 0;

/** What a step of an action's life changes besides its status; `nextAt: null` takes the wake-up away. */
export interface Advance {
  readonly to?: ActionStatus;
  readonly entry: JournalEntry;
  readonly nextAt?: ActionRecord['nextAt'] | null;
  readonly patch?: Partial<
    Pick<ActionRecord, 'prior' | 'deadlineAt' | 'attempts' | 'approval' | 'guard'>
  >;
}

/**
 * The action after one step of its life: status, a new journal line, the next revision. Refuses a
 * transition that is not in {@link TRANSITIONS}, and one that would let a hold have no end.
 */
export function advance(action: ActionRecord, step: Advance): Result<ActionRecord> {
  const to = step.to ?? action.status;
  if (to !== action.status && !TRANSITIONS[action.status].includes(to)) {
    return refuse(`An action that is ${action.status} cannot become ${to}.`);
  }
  const { nextAt: before, ...rest } = { ...action, ...step.patch };
  const isContaining = action.class === 'contain' || action.class === 'evict';
  if ((to === 'applied' || to === 'held') && isContaining && rest.deadlineAt === undefined) {
    return refuse('An effect cannot be held without a time at which it ends.');
  }
  const nextAt = step.nextAt === undefined ? before : (step.nextAt ?? undefined);
  return ok({
    ...rest,
    status: to,
    journal: [...action.journal, step.entry],
    revision: action.revision + 1,
    ...(nextAt === undefined ? {} : { nextAt }),
  });
}

const refuse = (detail: string): Result<never> =>
  err({ code: 'illegal_transition', detail, retryable: false });
