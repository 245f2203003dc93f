import {
  type ActionRecord,
  type BoundStep,
  type Incident,
  listDoSteps,
  nextStep,
  type Playbook,
  parsePlaybook,
  type Run,
  type RunLogEntry,
  readDefinition,
} from '@cordon/core';
import type { NewAuditEntry } from '../store/ports.ts';
import type { LedgerPen } from './ledger-pen.ts';
import { type ProposeDeps, propose, toActionId } from './propose.ts';
import type { Undoer } from './take-back.ts';

const MOST_TURNS = 1_000;
const MOST_HELD = 500;
const ENDED: readonly Run['status'][] = ['succeeded', 'failed', 'cancelled'];

export interface WalkDeps extends ProposeDeps {
  readonly pen: LedgerPen;
  readonly undoer: Undoer;
}

/** Was the incident closed, with whatever verdict? */
export const isOver = (
  incident: Incident,
): incident is Incident & { readonly state: { readonly status: 'closed' | 'resolved' } } =>
  incident.state.status === 'closed' || incident.state.status === 'resolved';

const logLine = (run: Run, entry: RunLogEntry, status: Run['status']): Run => ({
  ...run,
  status,
  log: [...run.log, entry],
  revision: run.revision + 1,
});

/** How an action of a step stands, in the words of the run's log; undefined while it is on its way. */
function toOutcome(action: ActionRecord, playbook: Playbook): RunLogEntry['outcome'] | undefined {
  const step = listDoSteps([...playbook.steps, ...playbook.onFailure]).find(
    (candidate) => candidate.id === action.stepId,
  );
  switch (action.status) {
    case 'observed':
      return 'observed';
    case 'refused':
      return 'refused';
    case 'rejected':
    case 'expired':
      return step?.approval?.otherwise === 'fail' ? 'failed' : 'refused';
    case 'awaiting_approval':
      return 'waiting';
    case 'failed':
    case 'uncertain':
      return 'failed';
    case 'held':
    case 'done':
    case 'undoing':
    case 'undone':
    case 'undo_failed':
      return 'succeeded';
    case 'intended':
    case 'applied':
      return undefined;
  }
}

/** Walks a run as far as it goes now: until it waits for an action or a person, or is over. */
export async function walkRun(from: WalkDeps, start: Run): Promise<Run> {
  const { file, text } = readDefinition(start.definition);
  const { playbook, problems } = parsePlaybook(text, file);
  if (!playbook)
    return finish(from, start, {
      status: 'failed',
      text: problems[0]?.detail ?? 'The playbook cannot be read.',
    });
  let run = start;
  for (let turn = 0; turn < MOST_TURNS; turn += 1) {
    const next = await takeStep(from, run, playbook);
    if (next === run || ENDED.includes(next.status)) return next;
    run = next;
  }
  return finish(from, run, { status: 'failed', text: 'The run did not come to an end.' });
}

/** One step further; the run itself when it has to wait. */
async function takeStep(from: WalkDeps, run: Run, playbook: Playbook): Promise<Run> {
  const step = nextStep({ definition: playbook, facts: run.inputs, log: run.log });
  switch (step.kind) {
    case 'finish':
      return finish(from, run, step);
    case 'wait':
      return settle(from, run, { stepId: step.stepId, playbook });
    case 'act':
      return act(from, run, step.step);
    case 'undo_all':
      return undoAll(from, run, step.stepId);
    case 'note':
      return note(from, run, { stepId: step.stepId, outcome: step.outcome, text: step.text });
  }
}

async function note({ deps }: WalkDeps, run: Run, entry: Omit<RunLogEntry, 'at'>): Promise<Run> {
  const next = logLine(
    run,
    { at: deps.now(), ...entry },
    entry.outcome === 'waiting' ? 'waiting' : 'running',
  );
  await deps.store.saveRun(next);
  return next;
}

async function finish(
  { deps }: WalkDeps,
  run: Run,
  end: { readonly status: 'succeeded' | 'failed' | 'cancelled'; readonly text: string },
): Promise<Run> {
  const next = logLine(
    run,
    {
      at: deps.now(),
      stepId: '',
      outcome: end.status === 'cancelled' ? 'skipped' : end.status,
      text: end.text,
    },
    end.status,
  );
  const audit: NewAuditEntry = {
    at: deps.now(),
    actor: 'cordon',
    what: `run_${end.status}`,
    subject: run.id,
    data: { playbook: run.playbookId, text: end.text },
  };
  await deps.store.saveActions({ actions: [], run: next, audit: [audit] });
  return next;
}

/** Enters the action of a step into the ledger, together with the run's line, in one transaction. */
async function act(from: WalkDeps, run: Run, step: BoundStep): Promise<Run> {
  const { deps } = from;
  const known = await deps.store.getAction(toActionId(run, step.id));
  if (known)
    return note(from, run, {
      stepId: step.id,
      outcome: 'started',
      text: `${step.verb} on ${known.target.id} is in the ledger already.`,
      output: known.id,
    });
  const incident = await deps.store.getIncident(run.incidentId);
  if (incident && isOver(incident))
    return finish(from, run, { status: 'cancelled', text: 'The incident was closed.' });
  const proposed = await propose(from, run, step);
  if (!proposed.ok)
    return note(from, run, { stepId: step.id, outcome: 'failed', text: proposed.problem.detail });
  const action = proposed.value;
  const at = deps.now();
  const next = logLine(
    run,
    {
      at,
      stepId: step.id,
      outcome: 'started',
      text: `${step.verb} on ${action.target.id}`,
      output: action.id,
    },
    'running',
  );
  const audit: NewAuditEntry = {
    at,
    actor: 'cordon',
    what: `action_${action.status}`,
    subject: action.id,
    data: { verb: action.verb, target: action.target.id, mode: action.mode },
  };
  await deps.crashPoint?.('proposed');
  await deps.store.saveActions({ actions: [action], run: next, audit: [audit] });
  return next;
}

/** Looks how the action of a waiting step stands; the run itself when there is nothing new. */
async function settle(
  from: WalkDeps,
  run: Run,
  of: { readonly stepId: string; readonly playbook: Playbook },
): Promise<Run> {
  const action = await from.deps.store.getAction(toActionId(run, of.stepId));
  if (!action)
    return note(from, run, {
      stepId: of.stepId,
      outcome: 'failed',
      text: 'Its action is not in the ledger.',
    });
  const outcome = toOutcome(action, of.playbook);
  const last = run.log.findLast((entry) => entry.stepId === of.stepId);
  if (outcome === undefined || outcome === last?.outcome) return run;
  return note(from, run, {
    stepId: of.stepId,
    outcome,
    text: action.journal.at(-1)?.text ?? '',
    output: action.id,
  });
}

async function undoAll(from: WalkDeps, run: Run, stepId: string): Promise<Run> {
  const { items } = await from.deps.store.listActions({
    runId: run.id,
    status: ['held', 'uncertain'],
    limit: MOST_HELD,
  });
  const mayHold = items.filter(
    (action) => action.undo !== 'never' && action.prior !== undefined && action.ttlMs !== undefined,
  );
  for (const action of mayHold)
    await from.undoer.startUndo(
      action,
      'The playbook failed; everything it holds is taken back.',
      'cordon',
    );
  return note(from, run, {
    stepId,
    outcome: 'succeeded',
    text: `${mayHold.length} effects are taken back.`,
  });
}
