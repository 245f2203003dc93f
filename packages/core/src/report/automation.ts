import { CORDON } from '../decide/placement.ts';
import type { ActionRecord } from '../respond/action.ts';
import { isChanging } from '../respond/guard.ts';
import type { Verdict } from '../triage/alert.ts';
import { isHarmless } from './books.ts';
import { type Share, shareOf } from './figure.ts';

/** What became of an action that was proposed. */
export const OUTCOMES = [
  'carried_out',
  'observed',
  'refused',
  'rejected',
  'waiting',
  'failed',
] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** One action of the period, judged. */
export interface JudgedAction {
  readonly action: ActionRecord;
  readonly outcome: Outcome;
  /** Nobody was asked. */
  readonly isAutomatic: boolean;
  /** Carried out without asking, and wrong: a person took it back, or nothing bad had happened. */
  readonly isFalse: boolean;
}

export interface Automation {
  readonly byOutcome: Readonly<Record<Outcome, number>>;
  readonly automatic: number;
  readonly held: number;
  readonly undone: number;
  /** Of the changes that were carried out without asking. */
  readonly falseAutomation: Share;
}

function outcomeOf({ status, journal }: ActionRecord): Outcome {
  if (journal.some(({ phase }) => phase === 'receipt')) return 'carried_out';
  switch (status) {
    case 'observed':
    case 'refused':
    case 'rejected':
      return status;
    case 'awaiting_approval':
    case 'intended':
    case 'applied':
    case 'held':
    case 'undoing':
      return 'waiting';
    case 'expired':
      return 'rejected';
    case 'done':
    case 'uncertain':
    case 'failed':
    case 'undone':
    case 'undo_failed':
      return 'failed';
  }
}

/** When a person took it back before its time. */
const takenBackAt = ({ journal }: ActionRecord): number | undefined =>
  journal.find(({ phase, by }) => phase === 'undo' && by !== undefined && by !== CORDON)?.at;

/** Judges an action by what became of it and by the verdict on its incident. */
export function judgeAction(action: ActionRecord, verdict: Verdict | undefined): JudgedAction {
  const outcome = outcomeOf(action);
  const isAutomatic = outcome === 'carried_out' && action.approval?.decision === undefined;
  const undoneAt = takenBackAt(action);
  // What ends because its incident was closed as genuine was right while it lasted.
  const isTakenBack = undoneAt !== undefined && (verdict === undefined || undoneAt < verdict.at);
  const isWrong = isHarmless(verdict) || isTakenBack;
  return {
    action,
    outcome,
    isAutomatic,
    isFalse: isAutomatic && isChanging(action.class) && isWrong,
  };
}

export function automationOf(judged: readonly JudgedAction[]): Automation {
  const count = (wanted: (one: JudgedAction) => boolean) => judged.filter(wanted).length;
  return {
    byOutcome: Object.fromEntries(
      OUTCOMES.map((outcome) => [outcome, count((one) => one.outcome === outcome)]),
    ) as Automation['byOutcome'],
    automatic: count(({ isAutomatic }) => isAutomatic),
    held: count(({ action }) => action.status === 'held'),
    undone: count(({ action, outcome }) => outcome === 'carried_out' && action.status === 'undone'),
    falseAutomation: shareOf(
      count(({ isFalse }) => isFalse),
      count(({ isAutomatic, action }) => isAutomatic && isChanging(action.class)),
    ),
  };
}
