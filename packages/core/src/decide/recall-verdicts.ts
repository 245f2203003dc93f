import type { Alert, Verdict } from '../triage/alert.ts';
import type { EarlierVerdict, Memory } from './memory.ts';
import { CORDON } from './placement.ts';

function verdictOn(memory: Memory, { state }: Alert): Verdict | undefined {
  if (state.status === 'closed') return state.verdict;
  const group = state.status === 'in_incident' ? memory.groups.get(state.incidentId) : undefined;
  return group && 'verdict' in group.state ? group.state.verdict : undefined;
}

/** What a person last said of it; to reopen it leaves it undecided. */
function wordOn(memory: Memory, alert: Alert): EarlierVerdict | undefined {
  const { state } = alert;
  if (state.status === 'open')
    return state.reopened && { kind: 'insufficient_data', at: state.reopened.at };
  const verdict = verdictOn(memory, alert);
  return verdict?.by === CORDON ? undefined : verdict;
}

/** What people said of the same thing before, from the alerts themselves: newer than any snapshot. */
export function recallVerdicts(memory: Memory, alerts: readonly Alert[]): void {
  for (const alert of alerts) {
    const said = wordOn(memory, alert);
    if (said === undefined) continue;
    const { kind, at } = said;
    const known = memory.verdicts.get(alert.dedupKey);
    if (known === undefined || known.at < at) memory.verdicts.set(alert.dedupKey, { kind, at });
  }
}
