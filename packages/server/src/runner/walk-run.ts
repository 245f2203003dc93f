import {
  type ActionRecord,
  type BoundStep,
  type Definition,
  type DoStep,
  type EpochMs,
  findStep,
  type Incident,
  type NextStep,
  nextStep,
  type Run,
  type RunLogEntry,
  toFacts,
} from '@cordon/core';
import type { NewAuditEntry } from '../store/ports.ts';
import type { createDefinitions } from './definitions.ts';
import type { LedgerPen } from './ledger-pen.ts';
import { type ProposeDeps, propose, toActionId, toMode } from './propose.ts';
import type { Undoer } from './take-back.ts';
import { withdraw } from './withdraw.ts';

const MOST_TURNS = 10_000;
const MOST_HELD = 500;
const ENDED: readonly Run['status'][] = ['succeeded', 'failed', 'cancelled'];

export interface WalkDeps extends ProposeDeps {
  readonly pen: LedgerPen;
  readonly undoer: Undoer;
  readonly definitionOf: ReturnType<typeof createDefinitions>;
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
function toOutcome(action: ActionRecord, step: DoStep): RunLogEntry['outcome'] | undefined {
  switch (action.status) {
    case 'observed':
      return 'observed';
    case 'refused':
      return 'refused';
    case 'rejected':
    case 'expired':
      return step.approval?.otherwise === 'fail' ? 'failed' : 'refused';
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

/** A run as far as it goes now, and when it is to be looked at again even if nothing happens. */
export interface WalkedRun {
  readonly run: Run;
  readonly until?: EpochMs;
}

/** Walks a run as far as it goes now: until it waits for an action, a person or a time, or is over. */
export async function walkRun(from: WalkDeps, start: Run): Promise<WalkedRun> {
  const read = from.definitionOf(start);
  if (!read.ok)
    return { run: await finish(from, start, { status: 'failed', text: read.problem.detail }) };
  const definition = read.value;
  let run = start;
  for (let turn = 0; turn < MOST_TURNS; turn += 1) {
    const next = await toNext(from, run, definition);
    const walked = await takeStep(from, run, { next, definition });
    if (ENDED.includes(walked.status)) return { run: walked };
    if (walked === run)
      return { run, ...(next.kind === 'wait' && next.until ? { until: next.until } : {}) };
    run = walked;
  }
  return {
    run: await finish(from, run, { status: 'failed', text: 'The run did not come to an end.' }),
  };
}

async function toNext({ deps }: WalkDeps, run: Run, of: Definition): Promise<NextStep> {
  const incident = await deps.store.getIncident(run.incidentId);
  return nextStep({
    definition: of.playbook,
    calls: of.calls,
    facts: run.inputs,
    log: run.log,
    now: deps.now(),
    createdAt: run.createdAt,
    ...(incident ? { live: toFacts(incident) } : {}),
  });
}

/** One step further; the run itself when it has to wait. */
async function takeStep(
  from: WalkDeps,
  run: Run,
  of: { readonly next: NextStep; readonly definition: Definition },
): Promise<Run> {
  const step = of.next;
  switch (step.kind) {
    case 'finish':
      return finish(from, run, step);
    case 'wait':
      return settle(from, run, { stepIds: step.stepIds, definition: of.definition });
    case 'act':
      return act(from, run, step.step);
    case 'undo_all':
      return undoAll(from, run, step.stepId);
    case 'ask':
      return ask(from, run, step);
    case 'give_up':
      await withdraw(from, run, step.stepId);
      return note(from, run, { stepId: step.stepId, outcome: 'failed', text: step.text });
    case 'note': {
      const { kind: _, problem: __, ...line } = step;
      return note(from, run, line);
    }
  }
}

async function note({ deps }: WalkDeps, run: Run, entry: Omit<RunLogEntry, 'at'>): Promise<Run> {
  const next = logLine(
    run,
    { at: deps.now(), ...entry },
    entry.outcome === 'waiting' ? 'waiting' : 'running',
  );
  await deps.crashPoint?.('walked_unsaved');
  await deps.store.saveRun(next);
  await deps.crashPoint?.('walked');
  return next;
}

/** Puts a question to people; while everything is only observed, it is noted and not put. */
async function ask(from: WalkDeps, run: Run, of: Extract<NextStep, { kind: 'ask' }>): Promise<Run> {
  const { deps } = from;
  const { stepId, question, step } = of;
  if (toMode(from, run) === 'observe')
    return note(from, run, { stepId, outcome: 'observed', text: `Would ask: ${question}` });
  const incident = await deps.store.getIncident(run.incidentId);
  if (incident && isOver(incident))
    return finish(from, run, { status: 'cancelled', text: 'The incident was closed.' });
  const output = { of: step.of ?? null, expires_at: deps.now() + step.expiresMs };
  return note(from, run, { stepId, outcome: 'waiting', text: question, output });
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

/** Looks how the actions of waiting steps stand; the run itself when there is nothing new. */
async function settle(
  from: WalkDeps,
  run: Run,
  of: { readonly stepIds: readonly string[]; readonly definition: Definition },
): Promise<Run> {
  for (const stepId of of.stepIds) {
    const step = findStep(of.definition, stepId);
    const line = step?.kind === 'do' ? await settleAction(from, run, step, stepId) : undefined;
    if (line) return note(from, run, line);
  }
  return run;
}

async function settleAction(
  { deps }: WalkDeps,
  run: Run,
  ...[step, stepId]: readonly [DoStep, string]
): Promise<Omit<RunLogEntry, 'at'> | undefined> {
  const action = await deps.store.getAction(toActionId(run, stepId));
  if (!action) return { stepId, outcome: 'failed', text: 'Its action is not in the ledger.' };
  const outcome = toOutcome(action, step);
  const last = run.log.findLast((entry) => entry.stepId === stepId);
  if (outcome === undefined || outcome === last?.outcome) return undefined;
  return { stepId, outcome, text: action.journal.at(-1)?.text ?? '', output: action.id };
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
