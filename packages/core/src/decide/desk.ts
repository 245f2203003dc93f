import type { AlertId, IncidentId } from '../shared/id.ts';
import type { Problem } from '../shared/problem.ts';
import type { Result } from '../shared/result.ts';
import { err, ok } from '../shared/result.ts';
import type { EpochMs } from '../shared/time.ts';
import type { Alert, Verdict } from '../triage/alert.ts';
import type { DeskCommand } from './decider.ts';
import { learnFrom } from './learning.ts';
import type { Group, Memory } from './memory.ts';
import { isOpenGroup } from './memory.ts';
import { takeOwnAnswer } from './own-answer.ts';
import { placeAlert } from './placement.ts';
import { mergeByHand, splitByHand } from './regroup.ts';

/** Whose act it is, and when. */
export interface DeskActor {
  readonly actor: string;
  readonly at: EpochMs;
}

function missing(what: 'incident' | 'alert', id: string): Problem {
  return {
    code: 'not_found',
    detail: `There is no ${what} ${id} among those that are still held in memory.`,
    hint: `Look the ${what} up in the list; one that ended long ago is only in the store.`,
    retryable: false,
  };
}

function withGroup(
  memory: Memory,
  id: IncidentId,
  then: (group: Group) => Result<void>,
): Result<void> {
  const group = memory.groups.get(id);
  return group ? then(group) : err(missing('incident', id));
}

function withAlert(
  memory: Memory,
  id: AlertId,
  then: (alert: Alert) => Result<void>,
): Result<void> {
  const alert = memory.alerts.get(id);
  return alert ? then(alert) : err(missing('alert', id));
}

function rememberVerdicts(memory: Memory, alertIds: readonly AlertId[], verdict: Verdict): void {
  learnFrom(memory, alertIds, verdict);
  for (const id of alertIds) {
    const alert = memory.alerts.get(id);
    if (alert) memory.verdicts.set(alert.dedupKey, { kind: verdict.kind, at: verdict.at });
  }
}

function takeBackVerdicts(memory: Memory, alertIds: readonly AlertId[], at: EpochMs): void {
  memory.learner.takeBack(alertIds);
  for (const id of alertIds) {
    const alert = memory.alerts.get(id);
    if (alert) memory.verdicts.set(alert.dedupKey, { kind: 'insufficient_data', at });
  }
}

function closeIncident(memory: Memory, group: Group, verdict: Verdict): Result<void> {
  memory.putGroup({ ...group, state: { status: 'closed', verdict } });
  rememberVerdicts(memory, group.alertIds, verdict);
  return ok(undefined);
}

/** A merged incident has no alerts of its own any more; the one that holds them can be reopened. */
function reopenIncident(memory: Memory, group: Group, by: DeskActor): Result<void> {
  if (isOpenGroup(group))
    return err({
      code: 'not_closed',
      detail: `INC-${group.number} is not closed.`,
      hint: 'Nothing needs to be done.',
      retryable: false,
    });
  const holds = group.alertIds.some((id) => {
    const state = memory.alerts.get(id)?.state;
    return state?.status === 'in_incident' && state.incidentId === group.id;
  });
  if (!holds) {
    return err({
      code: 'incident_merged',
      detail: `INC-${group.number} holds no alerts any more; another incident holds them or they were closed.`,
      hint: 'Reopen the incident or the alert that the reason of the closing names.',
      retryable: false,
    });
  }
  memory.putGroup({ ...group, state: { status: 'in_progress', assignee: by.actor } });
  takeBackVerdicts(memory, group.alertIds, by.at);
  return ok(undefined);
}

/** Gives an incident to somebody, or back to the queue. */
function placeIncident(
  memory: Memory,
  group: Group,
  state: Extract<Group['state'], { readonly status: 'new' | 'in_progress' }>,
): Result<void> {
  if (!isOpenGroup(group))
    return err({
      code: 'incident_closed',
      detail: `INC-${group.number} is closed.`,
      hint: 'Reopen it first.',
      retryable: false,
    });
  memory.putGroup({ ...group, state });
  return ok(undefined);
}

/** An incident loses a closed alert; when it was the last one, the incident closes with the same verdict. */
function closeAlert(memory: Memory, alert: Alert, verdict: Verdict): Result<void> {
  memory.putAlert({ ...alert, state: { status: 'closed', verdict } });
  rememberVerdicts(memory, [alert.id], verdict);
  const group =
    alert.state.status === 'in_incident' ? memory.groups.get(alert.state.incidentId) : undefined;
  if (!group || !isOpenGroup(group)) return ok(undefined);
  const rest = group.alertIds.filter((id) => id !== alert.id);
  if (rest.length > 0) memory.putGroup({ ...group, alertIds: rest });
  else memory.putGroup({ ...group, state: { status: 'closed', verdict } });
  return ok(undefined);
}

function reopenAlert(
  memory: Memory,
  alert: Alert,
  by: DeskActor & { readonly reason: string },
): Result<void> {
  if (alert.state.status !== 'closed')
    return err({
      code: 'not_closed',
      detail: `The alert ${alert.id} is not closed.`,
      hint: 'Nothing needs to be done.',
      retryable: false,
    });
  takeBackVerdicts(memory, [alert.id], by.at);
  const reopened = { by: by.actor, reason: by.reason, at: by.at };
  memory.putAlert({ ...alert, state: { status: 'open', why: 'It was reopened.', reopened } });
  placeAlert(memory, alert.id);
  return ok(undefined);
}

const wordOf = (reason: string, { actor, at }: DeskActor) => ({ by: actor, reason, at });

/** Carries out a person's act; a refusal changes nothing. */
export function actOnDesk(memory: Memory, command: DeskCommand, by: DeskActor): Result<void> {
  switch (command.kind) {
    case 'close_incident':
      return withGroup(memory, command.incidentId, (group) =>
        closeIncident(memory, group, { kind: command.verdict, ...wordOf(command.reason, by) }),
      );
    case 'reopen_incident':
      return withGroup(memory, command.incidentId, (group) => reopenIncident(memory, group, by));
    case 'assign_incident':
      return withGroup(memory, command.incidentId, (group) =>
        placeIncident(memory, group, { status: 'in_progress', assignee: command.assignee }),
      );
    case 'unassign_incident':
      return withGroup(memory, command.incidentId, (group) =>
        placeIncident(memory, group, { status: 'new' }),
      );
    case 'merge_incidents':
      return withGroup(memory, command.incidentId, (into) =>
        withGroup(memory, command.from, (from) =>
          mergeByHand(memory, [into, from], wordOf(command.reason, by)),
        ),
      );
    case 'split_incident':
      return withGroup(memory, command.incidentId, (group) =>
        splitByHand(memory, group, {
          alertIds: command.alertIds,
          word: wordOf(command.reason, by),
        }),
      );
    case 'take_own_answer':
      return withGroup(memory, command.incidentId, (group) =>
        takeOwnAnswer(memory, group, { ...command, at: by.at }),
      );
    case 'close_alert':
      return withAlert(memory, command.alertId, (alert) =>
        closeAlert(memory, alert, { kind: command.verdict, ...wordOf(command.reason, by) }),
      );
    case 'reopen_alert':
      return withAlert(memory, command.alertId, (alert) =>
        reopenAlert(memory, alert, { ...by, reason: command.reason }),
      );
  }
}
