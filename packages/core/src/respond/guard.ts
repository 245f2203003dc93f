import type { EntityRef } from '../entity/entity.ts';
import type { JsonObject } from '../shared/json.ts';
import { DAY_MS, MINUTE_MS } from '../shared/time.ts';
import type { ActionClass, GuardDecision, ResponseMode } from './action.ts';
import { printDuration } from './duration.ts';
import { findProtected, type ListedHit, type NeverTouch } from './never-touch.ts';

/** The limits a house sets; what is left out gets a default of {@link DEFAULT_LIMITS}. */
export interface GuardLimits {
  /** The longest an effect may be held. */
  readonly maxTtlMs: number;
  /** Above any of these, in the last 24 hours on the target, a person is asked. */
  readonly askAboveRequests: number;
  readonly askAboveLogons: number;
  readonly askAboveUsers: number;
  /** Changing actions in any hour; above it a person is asked. */
  readonly actionsPerHour: number;
  readonly verbPerHour: number;
  /** Of the verbs that nothing takes back. */
  readonly evictionsPerHour: number;
  /** For one incident: an automation that runs wild is stopped by the incident it runs for. */
  readonly incidentPerHour: number;
}

export const DEFAULT_LIMITS: GuardLimits = {
  maxTtlMs: 7 * DAY_MS,
  askAboveRequests: 1_000,
  askAboveLogons: 0,
  askAboveUsers: 0,
  actionsPerHour: 60,
  verbPerHour: 30,
  evictionsPerHour: 10,
  incidentPerHour: 20,
};

/** How long a person has to answer, when the playbook does not say. */
export const DEFAULT_APPROVAL_MS = 30 * MINUTE_MS;

/** Changing actions of an hour: of the verb, of those that nothing takes back, of the incident, and in all. */
export interface GuardUsage {
  readonly verb: number;
  readonly evictions: number;
  readonly incident: number;
  readonly all: number;
}

/** Everything the guard looks at; it looks at nothing else. */
export interface GuardInput {
  readonly action: {
    readonly verb: string;
    readonly class: ActionClass;
    readonly target: EntityRef;
    readonly params: JsonObject;
    readonly ttlMs?: number;
    /** The playbook itself wants a person to say yes. */
    readonly wantsApproval: boolean;
  };
  /** All that speaks against the target was guessed at, from records that no parser knows. */
  readonly isGuess: boolean;
  readonly mode: ResponseMode;
  readonly neverTouch: readonly NeverTouch[];
  /** What of it a warninglist knows: harmless to many, so no automation acts on it, or not without a person. */
  readonly listed?: ListedHit;
  readonly blast: GuardDecision['blast'] | { readonly unknown: string };
  readonly limits: GuardLimits;
  /** Changing actions that were carried out in the last hour. */
  readonly usage: GuardUsage;
  readonly killSwitch: { readonly engaged: boolean; readonly reason?: string };
}

type Check = GuardDecision['checks'][number];

/** Contain and evict change the world against someone's will; the others do not. */
export const isChanging = (actionClass: ActionClass): boolean =>
  actionClass === 'contain' || actionClass === 'evict';

/**
 * May this be done? Hard floor, time limit, mode, blast radius, budgets, kill switch: every check is
 * made and listed, whatever the others said. One refusal refuses; one "ask" needs a person; what the
 * guard cannot know counts against the action (refuse on the floor, ask on the blast radius).
 */
export function guard(input: GuardInput): GuardDecision {
  const changing = isChanging(input.action.class);
  const checks: readonly Check[] = [
    ...(changing ? [checkFloor(input), checkTtl(input)] : []),
    checkMode(input, changing),
    ...(changing ? [checkEvidence(input), checkBlast(input), ...checkBudgets(input)] : []),
    checkKillSwitch(input),
  ];
  const allowed = checks.every((check) => check.outcome !== 'refuse');
  const noBlast = {
    requests: 0,
    successfulLogons: 0,
    users: [],
    text: 'unknown' in input.blast ? input.blast.unknown : '',
  };
  return {
    allowed,
    needsApproval: allowed && checks.some((check) => check.outcome === 'ask'),
    checks,
    blast: 'unknown' in input.blast ? noBlast : input.blast,
  };
}

function checkFloor({ action, neverTouch, listed }: GuardInput): Check {
  const barred = listed?.rule.floor === 'never' ? listed : undefined;
  const found = findProtected([action.target.id, action.params], neverTouch) ?? barred;
  if (found)
    return {
      name: 'never_touch',
      outcome: 'refuse',
      text: `${found.hit} is protected: ${found.rule.why} (${found.rule.value}).`,
    };
  if (action.target.id === '')
    return { name: 'never_touch', outcome: 'refuse', text: 'The action has no target.' };
  if (listed)
    return {
      name: 'never_touch',
      outcome: 'ask',
      text: `${listed.hit} may be many people's: ${listed.rule.why}. A person decides.`,
    };
  return {
    name: 'never_touch',
    outcome: 'pass',
    text: `${action.target.id} is on none of the ${neverTouch.length} protected entries.`,
  };
}

function checkTtl({ action, limits }: GuardInput): Check {
  const name = 'time_limit';
  if (action.ttlMs === undefined)
    return { name, outcome: 'refuse', text: 'The effect would have no end.' };
  const isRight =
    Number.isFinite(action.ttlMs) && action.ttlMs > 0 && action.ttlMs <= limits.maxTtlMs;
  const text = `Held for ${printDuration(action.ttlMs)}; the most is ${printDuration(limits.maxTtlMs)}.`;
  return { name, outcome: isRight ? 'pass' : 'refuse', text };
}

function checkMode({ action, mode }: GuardInput, changing: boolean): Check {
  const name = 'mode';
  if (mode === 'observe')
    return { name, outcome: 'pass', text: 'Observe: nothing is done, only what would be.' };
  if (action.wantsApproval)
    return { name, outcome: 'ask', text: 'The playbook asks for a person to approve.' };
  if (mode === 'approve' && changing)
    return { name, outcome: 'ask', text: 'Approve: a person decides.' };
  return {
    name,
    outcome: 'pass',
    text: changing
      ? 'Enforce: no person is needed.'
      : `${action.class} changes nothing at the target.`,
  };
}

/** Whoever writes a line that looks like a failed log-in could otherwise have anybody blocked. */
const checkEvidence = ({ isGuess }: GuardInput): Check => ({
  name: 'evidence',
  outcome: isGuess ? 'ask' : 'pass',
  text: isGuess
    ? 'What speaks against the target was guessed from records that no parser knows.'
    : 'What speaks against the target was read by parsers that know its records.',
});

function checkBlast({ blast, limits }: GuardInput): Check {
  const name = 'blast_radius';
  if ('unknown' in blast) return { name, outcome: 'ask', text: blast.unknown };
  const isWide =
    blast.requests > limits.askAboveRequests ||
    blast.successfulLogons > limits.askAboveLogons ||
    blast.users.length > limits.askAboveUsers;
  return { name, outcome: isWide ? 'ask' : 'pass', text: blast.text };
}

function checkBudgets({ action, limits, usage }: GuardInput): readonly Check[] {
  return [
    budget('budget_verb', { used: usage.verb, most: limits.verbPerHour }, action.verb),
    ...(action.class === 'evict'
      ? [
          budget(
            'budget_evict',
            { used: usage.evictions, most: limits.evictionsPerHour },
            'actions that nothing takes back',
          ),
        ]
      : []),
    budget(
      'budget_incident',
      { used: usage.incident, most: limits.incidentPerHour },
      'changing actions for this incident',
    ),
    budget('budget_all', { used: usage.all, most: limits.actionsPerHour }, 'changing actions'),
  ];
}

function budget(
  name: string,
  { used, most }: { readonly used: number; readonly most: number },
  what: string,
): Check {
  return {
    name,
    outcome: used >= most ? 'ask' : 'pass',
    text: `${used} of ${most} ${what} in the last hour.`,
  };
}

function checkKillSwitch({ killSwitch }: GuardInput): Check {
  const name = 'kill_switch';
  if (!killSwitch.engaged)
    return { name, outcome: 'pass', text: 'The kill switch is not engaged.' };
  return {
    name,
    outcome: 'refuse',
    text: `The kill switch is engaged${killSwitch.reason ? `: ${killSwitch.reason}` : ''}.`,
  };
}
