import type {
  ActionAct,
  ActionView,
  GuardView,
  JournalLine,
  KillSwitchView,
  PlaybookVersionView,
  PlaybookView,
  RunView,
} from '@cordon/contract';
import {
  type ActionRecord,
  type ActionStatus,
  type Approval,
  type GuardDecision,
  isOpenQuestion,
  type JournalEntry,
  listDoSteps,
  type Playbook,
  type Run,
  SECOND_MS,
} from '@cordon/core';
import type { PlaybookVersion } from '../../playbooks/written.ts';
import type { ActionDesk } from '../../ports.ts';
import { compact, presentEntity, presentProblem, toTime, toTimeMaybe } from './present.ts';

/** What a person may do with an action in each state. */
function allowedActs(status: ActionStatus): ActionAct[] {
  if (status === 'awaiting_approval') return ['approve', 'reject'];
  return status === 'held' || status === 'undo_failed' || status === 'uncertain' ? ['undo'] : [];
}

export const presentAction = (action: ActionRecord): ActionView =>
  compact({
    id: action.id,
    run_id: action.runId,
    incident_id: action.incidentId,
    step_id: action.stepId,
    verb: action.verb,
    connector_id: action.connectorId,
    is_sandboxed: action.connectorId.startsWith('sandbox-'),
    class: action.class,
    params: action.params,
    target: presentEntity(action.target),
    mode: action.mode,
    reason: action.reason,
    guard: presentGuard(action.guard),
    approval: action.approval && presentApproval(action.approval),
    ttl_s: toSeconds(action.ttlMs),
    deadline_at: toTimeMaybe(action.deadlineAt),
    status: action.status,
    allowed_acts: allowedActs(action.status),
    prior: action.prior,
    attempts: action.attempts,
    created_at: toTime(action.createdAt),
    journal: action.journal.map(presentJournalLine),
    revision: action.revision,
  }) as ActionView;

export const presentGuard = (guard: GuardDecision): GuardView => ({
  allowed: guard.allowed,
  needs_approval: guard.needsApproval,
  checks: guard.checks.map(({ name, outcome, text }) => ({ name, outcome, text })),
  blast: {
    requests: guard.blast.requests,
    successful_logons: guard.blast.successfulLogons,
    users: [...guard.blast.users],
    text: guard.blast.text,
  },
});

const presentApproval = ({ planHash, expiresAt, decision }: Approval) =>
  compact({
    plan_hash: planHash,
    expires_at: toTime(expiresAt),
    decision: decision && { ...decision, at: toTime(decision.at) },
  });

const presentJournalLine = (line: JournalEntry): JournalLine =>
  compact({
    at: toTime(line.at),
    phase: line.phase,
    text: line.text,
    by: line.by,
    data: line.data,
    problem: line.problem && presentProblem(line.problem),
  });

export const presentRun = (run: Run): RunView => ({
  id: run.id,
  playbook_id: run.playbookId,
  playbook_version: run.playbookVersion,
  incident_id: run.incidentId,
  status: run.status,
  why: run.why,
  created_at: toTime(run.createdAt),
  log: run.log.map((line) => ({
    at: toTime(line.at),
    step_id: line.stepId,
    outcome: line.outcome,
    text: line.text,
    ...(isOpenQuestion(run, line) ? { is_question: true } : {}),
  })),
});

const toSeconds = (ms: number | undefined): number | undefined =>
  ms === undefined ? undefined : Math.round(ms / SECOND_MS);

export const presentPlaybook = (playbook: Playbook): PlaybookView =>
  compact({
    id: playbook.id,
    version: playbook.version,
    title: playbook.title,
    description: playbook.description,
    text: playbook.source.text,
    inputs: Object.entries(playbook.inputs).map(([name, { type, description, isOptional }]) =>
      compact({ name, type, description, is_optional: isOptional }),
    ),
    on: playbook.on,
    each: playbook.each,
    steps: listDoSteps(playbook.steps).map(({ id, verb, ttlMs, undo }) =>
      compact({ id, verb, ttl_s: toSeconds(ttlMs), undo }),
    ),
  });

/** A version as it was saved. */
export const presentPlaybookVersion = ({ at, ...kept }: PlaybookVersion): PlaybookVersionView =>
  compact({ ...kept, at: toTimeMaybe(at) });

export const presentKillSwitch = ({
  engaged,
  reason,
  by,
}: ReturnType<ActionDesk['killSwitch']>): KillSwitchView => compact({ engaged, reason, by });
