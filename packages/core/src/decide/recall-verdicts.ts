import type { Alert, Verdict } from '../triage/alert.ts';
import type { Memory } from './memory.ts';
import { CORDON } from './placement.ts';

function verdictOn(memory: Memory, { state }: Alert): Verdict | undefined {
  if (state.status === 'closed') return state.verdict;
  const group = state.status === 'in_incident' ? memory.groups.get(state.incidentId) : undefined;
  return group && 'verdict' in group.state ? group.state.verdict : undefined;
}

/** What people said of the same thing before, from the alerts themselves: newer than any snapshot. */
export function recallVerdicts(memory: Memory, alerts: readonly Alert[]): void {
  for (const alert of alerts) {
    const verdict = verdictOn(memory, alert);
    if (verdict === undefined || verdict.by === CORDON) continue;
    const { kind, at } = verdict;
    const known = memory.verdicts.get(alert.dedupKey);
    if (known === undefined || known.at < at) memory.verdicts.set(alert.dedupKey, { kind, at });
  }
}
