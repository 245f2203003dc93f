import type { VerdictKind } from '../../triage/alert.ts';
import type { UndoPolicy } from './playbook.ts';

/** Does the closing of its incident end the effect? A genuine attacker stays blocked until the time is over, unless told otherwise. */
export function endsOnClosing(policy: UndoPolicy | undefined, verdict: VerdictKind): boolean {
  if (policy === 'on-close') return true;
  return (policy === undefined || policy === 'auto') && verdict !== 'true_positive';
}
