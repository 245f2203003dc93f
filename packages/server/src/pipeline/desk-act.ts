import type { Acted, DeskCommand, EpochMs, Result } from '@cordon/core';
import type { DeskOutcome } from '../ports.ts';
import type { StateStore } from '../store/ports.ts';

const PAST_TENSE: Readonly<Record<DeskCommand['kind'], string>> = {
  close_incident: 'incident_closed',
  reopen_incident: 'incident_reopened',
  assign_incident: 'incident_assigned',
  unassign_incident: 'incident_unassigned',
  merge_incidents: 'incidents_merged',
  split_incident: 'incident_split',
  take_own_answer: 'own_answer_taken',
  close_alert: 'alert_closed',
  reopen_alert: 'alert_reopened',
};

/** Writes what a person's act led to with its line of the audit trail; gives what it moved. */
export async function saveAct(
  state: Pick<StateStore, 'saveDecisions'>,
  command: DeskCommand,
  by: { readonly actor: string; readonly at: EpochMs; readonly decided: Result<Acted> },
): Promise<Result<DeskOutcome>> {
  const { actor, at, decided } = by;
  if (!decided.ok) return decided;
  const { alerts, incidents, learnt, changes } = decided.value;
  const { kind, ...data } = command;
  const subject = 'incidentId' in command ? command.incidentId : command.alertId;
  const audit = { at, actor, what: PAST_TENSE[kind], subject, data };
  const lessons = learnt === undefined ? {} : { learnt: JSON.stringify(learnt) };
  await state.saveDecisions({ alerts, incidents, audit, ...lessons });
  const incident = incidents.find(({ id }) => id === subject);
  return { ok: true, value: { incident, changes } };
}
