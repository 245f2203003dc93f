import {
  type AutomationRules,
  type AutomationStage,
  checkPromotion,
  DAY_MS,
  type EpochMs,
  hasDrifted,
  type Incident,
  type IncidentId,
  isChanging,
  type Json,
  type Playbook,
  personsVerdictOf,
  type Result,
  type Run,
  type Share,
  type StageDecision,
  stageOf,
  type Trial,
  toAgreement,
  toEpochMs,
} from '@cordon/core';
import type { RunnerStore } from './deps.ts';
import { refuse } from './desk.ts';

const DECISIONS = 'automations';
const RUNNER = 'cordon';
const PAGE = 500;
/** So far back, and over so many actions, it is measured at most. */
const WINDOW_MS = 90 * DAY_MS;
const MOST_ACTIONS = 10_000;

/** One automation: where it stands, by whom, and what it did or would have done, newest first. */
export interface AutomationState {
  readonly playbook: Playbook;
  readonly stage: AutomationStage;
  /** What was decided about the version that is in force. */
  readonly decision?: StageDecision;
  readonly agreement: Share;
  readonly trials: readonly Trial[];
  /** What the lower end of the agreement must reach, and whether it does. */
  readonly required: number;
  readonly promotion: Result<true>;
}

type ReadStore = Pick<RunnerStore, 'getSetting' | 'listActions' | 'getIncident'>;

/** What automations are measured with. */
export interface AutomationGround {
  readonly store: ReadStore;
  readonly playbooks: readonly Playbook[];
  readonly rules: AutomationRules;
  readonly now: () => EpochMs;
}

type Decisions = Readonly<Record<string, StageDecision>>;

/** What was decided about automations, by playbook. */
const loadDecisions = async (store: Pick<RunnerStore, 'getSetting'>): Promise<Decisions> =>
  ((await store.getSetting(DECISIONS)) ?? {}) as unknown as Decisions;

/** The incidents on which each version of an automation acted or would have, newest first. */
async function listTrials(
  { store }: Pick<AutomationGround, 'store'>,
  since: EpochMs,
): Promise<ReadonlyMap<string, readonly Trial[]>> {
  const seen = new Map<string, Map<IncidentId, EpochMs>>();
  let cursor: string | undefined;
  let left = MOST_ACTIONS;
  do {
    const page = await store.listActions({ limit: PAGE, ...(cursor ? { cursor } : {}) });
    for (const { automation, incidentId, ...action } of page.items) {
      const isTrial = isChanging(action.class) && action.guard.allowed && action.createdAt > since;
      if (!automation || !incidentId || !isTrial) continue;
      const key = toKey(automation);
      const incidents = seen.get(key) ?? new Map<IncidentId, EpochMs>();
      seen.set(key, incidents.set(incidentId, action.createdAt));
    }
    left -= page.items.length;
    cursor = isPast(page.items, since) || left <= 0 ? undefined : page.nextCursor;
  } while (cursor !== undefined);
  return toTrials(store, seen);
}

const toKey = ({ playbookId, version }: { playbookId: string; version: number }): string =>
  `${playbookId} ${version}`;

const isPast = (items: readonly { readonly createdAt: EpochMs }[], since: EpochMs): boolean =>
  (items.at(-1)?.createdAt ?? 0) < since;

async function toTrials(
  store: ReadStore,
  seen: ReadonlyMap<string, ReadonlyMap<IncidentId, EpochMs>>,
): Promise<ReadonlyMap<string, readonly Trial[]>> {
  const ids = new Set([...seen.values()].flatMap((incidents) => [...incidents.keys()]));
  const known = new Map<IncidentId, Trial['incident']>();
  for (const id of ids) {
    const incident = await store.getIncident(id);
    if (incident) known.set(id, incident);
  }
  const toList = (incidents: ReadonlyMap<IncidentId, EpochMs>): readonly Trial[] =>
    [...incidents].flatMap(([id, at]) => {
      const incident = known.get(id);
      return incident ? [{ incident, at }] : [];
    });
  return new Map([...seen].map(([key, incidents]) => [key, toList(incidents)]));
}

/** Every automation that is installed, measured now. Reads only. */
export async function readAutomations(
  ground: AutomationGround,
): Promise<readonly AutomationState[]> {
  const decisions = await loadDecisions(ground.store);
  const trials = await listTrials(ground, toEpochMs(ground.now() - WINDOW_MS));
  return ground.playbooks
    .filter(({ on }) => on !== undefined)
    .map((playbook) => toState(ground, playbook, { decisions, trials }));
}

function toState(
  { rules }: AutomationGround,
  playbook: Playbook,
  of: {
    readonly decisions: Decisions;
    readonly trials: ReadonlyMap<string, readonly Trial[]>;
  },
): AutomationState {
  const automation = { playbookId: playbook.id, version: playbook.version };
  const last = of.decisions[playbook.id];
  const decision = last?.version === playbook.version ? last : undefined;
  const all = of.trials.get(toKey(automation)) ?? [];
  const hasFallen = decision?.stage === 'shadow' && decision.by === RUNNER;
  const trials = hasFallen ? all.filter(({ at }) => at > decision.at) : all;
  const agreement = toAgreement(trials);
  return {
    playbook,
    stage: stageOf(automation, decision, rules),
    ...(decision ? { decision } : {}),
    agreement,
    trials,
    required: rules.agreement,
    promotion: checkPromotion(agreement, rules),
  };
}

/** A person's word on where an automation stands. */
export interface StageOrder {
  readonly playbookId: string;
  readonly stage: AutomationStage;
  readonly reason: string;
  readonly actor: string;
}

interface AutomationDeps extends AutomationGround {
  readonly store: ReadStore & Pick<RunnerStore, 'setSetting'>;
}

/** Where automations stand; read once, and written with an audit line before it holds. */
export async function createAutomations(deps: AutomationDeps) {
  let decisions = await loadDecisions(deps.store);
  const save = async (decision: StageDecision): Promise<void> => {
    const { playbookId, stage, at, by, reason, agreement, version } = decision;
    const next = { ...decisions, [playbookId]: decision };
    await deps.store.setSetting(DECISIONS, next as unknown as Json, {
      at,
      actor: by,
      what: stage === 'live' ? 'automation_promoted' : 'automation_shadowed',
      subject: playbookId,
      data: { version, reason, agreed: agreement.k, judged: agreement.n },
    });
    decisions = next;
  };
  return {
    /** Where the run's playbook stands; a run that a person started is no automation. */
    stageOf: ({ playbookId, playbookVersion: version, startedBy }: Run): AutomationStage =>
      startedBy === undefined
        ? stageOf({ playbookId, version }, decisions[playbookId], deps.rules)
        : 'live',
    list: () => readAutomations(deps),
    /** Puts an automation where a person says; live only with enough agreement. */
    async setStage(order: StageOrder): Promise<Result<AutomationState>> {
      const states = await readAutomations(deps);
      const state = states.find(({ playbook }) => playbook.id === order.playbookId);
      if (!state) return refuse('not_found', 'There is no such automation.');
      if (state.stage === order.stage)
        return refuse('illegal_transition', `It is ${toPhrase(order.stage)} already.`);
      if (order.stage === 'live' && !state.promotion.ok) return state.promotion;
      const decision: StageDecision = {
        playbookId: order.playbookId,
        version: state.playbook.version,
        stage: order.stage,
        by: order.actor,
        reason: order.reason,
        at: deps.now(),
        agreement: state.agreement,
      };
      await save(decision);
      return { ok: true, value: { ...state, stage: order.stage, decision } };
    },
    /** A verdict was given: what a person made live and has drifted since goes back to the shadow. */
    async review(incident: Incident): Promise<void> {
      if (personsVerdictOf(incident) === undefined) return;
      const live = Object.values(decisions).filter(({ stage }) => stage === 'live');
      if (live.length === 0) return;
      const { items } = await deps.store.listActions({ incidentId: incident.id, limit: PAGE });
      const touched = new Set(items.flatMap(({ automation }) => automation?.playbookId ?? []));
      for (const decision of live.filter(({ playbookId }) => touched.has(playbookId))) {
        const since = (await listTrials(deps, decision.at)).get(toKey(decision)) ?? [];
        if (!hasDrifted(since, deps.rules)) continue;
        const agreement = toAgreement(since);
        const reason = `It has drifted: since ${decision.by} made it live, people's verdicts agreed in ${agreement.k} of ${agreement.n}.`;
        await save({
          ...decision,
          stage: 'shadow',
          by: RUNNER,
          reason,
          at: deps.now(),
          agreement,
        });
      }
    },
  };
}
export type Automations = Awaited<ReturnType<typeof createAutomations>>;

const toPhrase = (stage: AutomationStage): string => (stage === 'live' ? 'live' : 'in the shadow');
