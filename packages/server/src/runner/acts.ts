import {
  type ActionId,
  type ActionRecord,
  type EpochMs,
  fillInputs,
  findStep,
  type IncidentId,
  isChanging,
  type JsonObject,
  listItems,
  type Result,
  type Run,
  type RunId,
  type RunLogEntry,
  toEpochMs,
  toPlanHash,
  toRerun,
  toRun,
} from '@cordon/core';
import { refuse } from './desk.ts';
import { askGuard } from './propose.ts';
import { isOver, type WalkDeps } from './walk-run.ts';

/*
 * What people do on the ledger: answer, take back, start.
 */

export interface Decision {
  readonly approved: boolean;
  readonly reason: string;
  readonly planHash: string;
  readonly actor: string;
}

/** A person's answer: bound to the plan that was shown, judged by the guard once more. */
export async function decide(
  parts: WalkDeps,
  id: ActionId,
  answer: Decision,
): Promise<Result<ActionRecord>> {
  const { deps, pen } = parts;
  const action = await deps.store.getAction(id);
  if (!action) return refuse('not_found', 'There is no such action.');
  const { approval } = action;
  if (action.status !== 'awaiting_approval' || !approval)
    return refuse('plan_changed', `The action does not wait; it is ${action.status}.`);
  if (approval.expiresAt <= deps.now())
    return refuse('plan_changed', 'The time to answer is over.');
  if (answer.planHash !== approval.planHash || answer.planHash !== toPlanHash(action)) {
    return refuse('plan_changed', 'The plan is not the one that was shown.');
  }
  const decided = {
    ...approval,
    decision: {
      by: answer.actor,
      approved: answer.approved,
      reason: answer.reason,
      at: deps.now(),
    },
  };
  const line = { by: answer.actor, patch: { approval: decided } };
  if (!answer.approved) {
    return done(
      await pen.save(action, {
        ...line,
        to: 'rejected',
        phase: 'approve',
        nextAt: null,
        text: answer.reason,
      }),
    );
  }
  const decision = await askGuard(parts, action, { wantsApproval: true, at: deps.now() });
  const refusal = decision.checks.find((check) => check.outcome === 'refuse');
  if (refusal) {
    const patch = { approval: decided, guard: decision };
    return done(
      await pen.save(action, {
        ...line,
        patch,
        to: 'refused',
        phase: 'guard',
        nextAt: null,
        text: `Approved, but refused: ${refusal.text}`,
      }),
    );
  }
  return done(
    await pen.save(action, {
      ...line,
      to: 'intended',
      phase: 'intent',
      nextAt: deps.now(),
      text: `Approved: ${answer.reason}`,
    }),
  );
}

const done = (action: ActionRecord): Result<ActionRecord> => ({ ok: true, value: action });

/** Takes an effect back before its time. */
export async function undo(
  { deps, undoer }: WalkDeps,
  id: ActionId,
  by: { readonly reason: string; readonly actor: string },
): Promise<Result<ActionRecord>> {
  const action = await deps.store.getAction(id);
  if (!action) return refuse('not_found', 'There is no such action.');
  if (action.undo === 'never')
    return refuse('illegal_transition', 'Its playbook says that it is never taken back.');
  const canEnd =
    ['held', 'undo_failed'].includes(action.status) ||
    (action.status === 'uncertain' && action.prior !== undefined);
  if (!canEnd || !isChanging(action.class))
    return refuse(
      'illegal_transition',
      `There is nothing to take back; the action is ${action.status}.`,
    );
  return done(await undoer.startUndo(action, by.reason, by.actor));
}

/** Starts a playbook by hand. */
export async function start(
  { deps }: WalkDeps,
  of: {
    readonly playbookId: string;
    readonly incidentId: IncidentId;
    readonly inputs: JsonObject;
    readonly actor: string;
  },
): Promise<Result<Run>> {
  const playbook = deps.playbooks.find((candidate) => candidate.id === of.playbookId);
  const incident = await deps.store.getIncident(of.incidentId);
  if (!playbook || !incident)
    return refuse(
      'not_found',
      playbook ? 'There is no such incident.' : 'There is no such playbook.',
    );
  if (isOver(incident))
    return refuse('incident_closed', 'The incident is closed; reopen it first.');
  const inputs = fillInputs(playbook, of.inputs);
  if (!inputs.ok) return inputs;
  const items = of.inputs['item'] === undefined ? listItems(playbook, incident) : undefined;
  if (items?.ok === false) return items;
  const item = of.inputs['item'] ?? items?.value.taken[0] ?? null;
  const at: EpochMs = toEpochMs(deps.now());
  const run = toRun(playbook, incident, {
    item,
    inputs: inputs.value,
    all: deps.playbooks,
    why: `Started by ${of.actor}.`,
    at,
    salt: `${of.actor} ${at}`,
    startedBy: of.actor,
  });
  const audit = {
    at,
    actor: of.actor,
    what: 'run_started',
    subject: run.id,
    data: { playbook: playbook.id, incident: incident.id },
  };
  await deps.store.saveActions({ actions: [], run, audit: [audit] });
  return { ok: true, value: run };
}

export interface Answer {
  readonly runId: RunId;
  readonly stepId: string;
  readonly approved: boolean;
  readonly reason: string;
  readonly actor: string;
}

/** A person's answer to a question of a playbook: yes goes on, no does what the step says. */
export async function answer({ deps, definitionOf }: WalkDeps, of: Answer): Promise<Result<Run>> {
  const run = await deps.store.getRun(of.runId);
  if (!run) return refuse('not_found', 'There is no such run.');
  const asked = run.log.findLast((entry) => entry.stepId === of.stepId);
  const read = definitionOf(run);
  const step = read.ok ? findStep(read.value, of.stepId) : undefined;
  if (step?.kind !== 'ask' || asked?.outcome !== 'waiting' || !OPEN.includes(run.status))
    return refuse('plan_changed', 'The run does not wait for an answer there.');
  const at = toEpochMs(deps.now());
  if (at >= asked.at + step.expiresMs) return refuse('plan_changed', 'The time to answer is over.');
  const no = step.otherwise === 'fail' ? 'failed' : 'skipped';
  const entry: RunLogEntry = {
    at,
    stepId: of.stepId,
    outcome: of.approved ? 'succeeded' : no,
    text: of.reason,
    output: { approved: of.approved, reason: of.reason, by: of.actor },
    by: of.actor,
  };
  const next: Run = {
    ...run,
    status: 'running',
    log: [...run.log, entry],
    revision: run.revision + 1,
  };
  const data = { step: of.stepId, approved: of.approved, reason: of.reason };
  const audit = { at, actor: of.actor, what: 'step_answered', subject: run.id, data };
  await deps.store.saveActions({ actions: [], run: next, audit: [audit] });
  return { ok: true, value: next };
}

const OPEN: readonly Run['status'][] = ['queued', 'running', 'waiting'];

/** Starts a run that is over once more, from one of its steps on, with the playbook it had. */
export async function again(
  { deps }: WalkDeps,
  of: { readonly runId: RunId; readonly stepId: string; readonly actor: string },
): Promise<Result<Run>> {
  const run = await deps.store.getRun(of.runId);
  const incident = run && (await deps.store.getIncident(run.incidentId));
  if (!run || !incident) return refuse('not_found', 'There is no such run.');
  if (isOver(incident))
    return refuse('incident_closed', 'The incident is closed; reopen it first.');
  const at = toEpochMs(deps.now());
  const rerun = toRerun(run, { stepId: of.stepId, at, actor: of.actor });
  if (!rerun.ok) return rerun;
  const data = { run: run.id, step: of.stepId };
  const audit = { at, actor: of.actor, what: 'run_repeated', subject: rerun.value.id, data };
  await deps.store.saveActions({ actions: [], run: rerun.value, audit: [audit] });
  return rerun;
}
