import {
  type ActionRecord,
  type ActionStatus,
  type BoundStep,
  DEFAULT_APPROVAL_MS,
  DEFAULT_LIMITS,
  type EpochMs,
  findListed,
  type GuardDecision,
  type GuardInput,
  type GuardUsage,
  guard,
  HOUR_MS,
  idOf,
  isChanging,
  type Json,
  type JsonObject,
  type NeverTouch,
  type Planned,
  type ResponseMode,
  type Result,
  type Run,
  toEffectKey,
  toEpochMs,
  toPlanHash,
  toStagedMode,
  VERBS,
} from '@cordon/core';
import type { IntentCount } from '../store/ports.ts';
import type { Automations } from './automations.ts';
import { measureBlast } from './blast.ts';
import { type Binding, bindVerb, checkParams } from './calls.ts';
import type { RunnerDeps } from './deps.ts';
import type { KillSwitch } from './desk.ts';

export interface ProposeDeps {
  readonly deps: RunnerDeps;
  readonly neverTouch: {
    list(): readonly NeverTouch[];
    lookUp(): Promise<readonly NeverTouch[]>;
  };
  readonly killSwitch: () => KillSwitch;
  readonly automations: Pick<Automations, 'stageOf'>;
}

/** The id of the action of a step: the same run and step always give the same action. */
export const toActionId = (run: Run, stepId: string): ActionRecord['id'] =>
  idOf('act', [run.id, stepId]);

/** Changing actions carried out in the last hour, from the ledger, so that a restart forgets nothing. */
async function countUsage(
  { deps }: ProposeDeps,
  plan: Pick<Plan, 'verb' | 'incidentId'>,
): Promise<GuardUsage> {
  const counts = await deps.store.countIntents(toEpochMs(deps.now() - HOUR_MS));
  const sum = (counted: readonly IntentCount[]): number =>
    counted.reduce((all, { count }) => all + count, 0);
  return {
    verb: sum(counts.filter(({ verb }) => verb === plan.verb)),
    evictions: sum(counts.filter(({ verb }) => VERBS[verb]?.class === 'evict')),
    incident: sum(counts.filter(({ incidentId }) => incidentId === plan.incidentId)),
    all: sum(counts),
  };
}

const MOST_ALERTS = 200;

/** Was all that names the target, in the incident it is done for, guessed at? Where nothing names it: all of the incident. */
async function restsOnGuesses({ store }: RunnerDeps, plan: Plan): Promise<boolean> {
  const { incidentId, target } = plan;
  if (incidentId === undefined) return false;
  const { items } = await store.listAlerts({ incidentId, limit: MOST_ALERTS });
  const naming = items.filter(({ entities }) =>
    entities.some(({ kind, id }) => kind === target.kind && id === target.id),
  );
  const speaking = naming.length > 0 ? naming : items;
  return speaking.length > 0 && speaking.every(({ isGuess }) => isGuess === true);
}

/** What of a plan is on a list of harmless things. */
function toListed(deps: RunnerDeps, values: Json): Pick<GuardInput, 'listed'> {
  const listed = deps.floor && findListed(values, deps.floor);
  return listed === undefined ? {} : { listed };
}

/** An action of a dry run. */
export type PlannedAct = Extract<Planned, { readonly kind: 'act' }>;

type Plan = Omit<ActionRecord, 'guard' | 'status' | 'journal' | 'revision' | 'attempts' | 'nextAt'>;

/** What the guard says about a plan now. */
export async function askGuard(
  from: ProposeDeps,
  plan: Plan,
  of: { readonly wantsApproval: boolean; readonly at: EpochMs },
): Promise<GuardDecision> {
  const { deps } = from;
  const { verb, target, params, ttlMs } = plan;
  const blast = isChanging(plan.class)
    ? await measureBlast(deps.events, target, of.at)
    : { requests: 0, successfulLogons: 0, users: [], text: 'It changes nothing at the target.' };
  return guard({
    action: {
      verb,
      class: plan.class,
      target,
      params,
      ...(ttlMs === undefined ? {} : { ttlMs }),
      wantsApproval: of.wantsApproval,
    },
    isGuess: isChanging(plan.class) && (await restsOnGuesses(deps, plan)),
    mode: plan.mode,
    neverTouch: await from.neverTouch.lookUp(),
    ...toListed(deps, [target.id, params]),
    blast,
    limits: { ...DEFAULT_LIMITS, ...deps.config.limits },
    usage: await countUsage(from, plan),
    killSwitch: from.killSwitch(),
  });
}

/** How far the run may go: as the house allows for the verb, and nowhere while its playbook is in the shadow. */
export const toMode = ({ deps, automations }: ProposeDeps, run: Run, verb?: string): ResponseMode =>
  toStagedMode(
    (verb === undefined ? undefined : deps.config.modes?.[verb]) ?? deps.config.mode,
    automations.stageOf(run),
  );

function toPlan(
  from: ProposeDeps,
  run: Run,
  of: { readonly step: BoundStep; readonly binding: Binding },
): Plan {
  const { step, binding } = of;
  const target = binding.action.target(step.with);
  return {
    id: toActionId(run, step.id),
    runId: run.id,
    incidentId: run.incidentId,
    ...(run.startedBy === undefined
      ? { automation: { playbookId: run.playbookId, version: run.playbookVersion } }
      : {}),
    stepId: step.id,
    verb: step.verb,
    connectorId: binding.connector.id,
    class: binding.action.class,
    params: step.with as JsonObject,
    target,
    effectKey: toEffectKey({ connectorId: binding.connector.id, verb: step.verb, target }),
    mode: toMode(from, run, step.verb),
    reason: step.reason,
    ...(step.ttlMs === undefined ? {} : { ttlMs: step.ttlMs }),
    undo: step.undo,
    createdAt: from.deps.now(),
  };
}

/** The state an action starts in, by mode and guard. */
function toFirstStatus(plan: Plan, decision: GuardDecision): ActionStatus {
  if (!decision.allowed) return 'refused';
  if (plan.mode === 'observe') return 'observed';
  return decision.needsApproval ? 'awaiting_approval' : 'intended';
}

const FIRST_TEXT: Readonly<Partial<Record<ActionStatus, string>>> = {
  observed: 'Would be done; nothing was done.',
  awaiting_approval: 'Waits for a person.',
  intended: 'Is going to be done.',
};

/** What a planned step of a dry run would meet: its action as the guard judges it, with whom it would have hit then. */
export const preview = (
  from: ProposeDeps,
  run: Run,
  planned: PlannedAct,
): Promise<Result<ActionRecord>> =>
  propose(from, run, { undo: 'auto', ...planned, id: planned.stepId, blastAt: run.createdAt });

/** The action of a step, judged by the guard, as it first enters the ledger. Nothing is saved yet. */
export async function propose(
  from: ProposeDeps,
  run: Run,
  { blastAt = from.deps.now(), ...step }: BoundStep & { readonly blastAt?: EpochMs },
): Promise<Result<ActionRecord>> {
  const { deps } = from;
  const binding = bindVerb(deps.connectors, step.verb, step.connector);
  if (!binding.ok) return binding;
  const params = checkParams(binding.value, step.with);
  if (!params.ok) return params;
  const plan = toPlan(from, run, { step, binding: binding.value });
  const decision = await askGuard(from, plan, {
    wantsApproval: step.approval !== undefined || step.undo === 'never',
    at: blastAt,
  });
  const status = toFirstStatus(plan, decision);
  const at = deps.now();
  const expiresAt = toEpochMs(at + (step.approval?.expiresMs ?? DEFAULT_APPROVAL_MS));
  const refusal = decision.checks.find((check) => check.outcome === 'refuse');
  const action: ActionRecord = {
    ...plan,
    guard: decision,
    status,
    attempts: 0,
    ...(status === 'awaiting_approval'
      ? { approval: { planHash: toPlanHash(plan), expiresAt }, nextAt: expiresAt }
      : {}),
    ...(status === 'intended' ? { nextAt: at } : {}),
    journal: [
      { at, phase: 'propose', text: step.reason || `Step "${step.id}" of ${run.playbookId}.` },
      {
        at,
        phase: 'guard',
        text:
          refusal?.text ??
          decision.checks.map((check) => `${check.name}: ${check.outcome}`).join(', '),
      },
      ...(status === 'refused'
        ? []
        : [
            {
              at,
              phase: status === 'intended' ? ('intent' as const) : ('propose' as const),
              text: FIRST_TEXT[status] ?? '',
            },
          ]),
    ],
    revision: 1,
  };
  return { ok: true, value: action };
}
