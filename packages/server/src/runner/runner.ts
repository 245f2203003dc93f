import {
  type ActionId,
  type ActionRecord,
  type EpochMs,
  type IncidentId,
  isChanging,
  type JsonObject,
  listItems,
  type Result,
  type Run,
  toEpochMs,
  toPlanHash,
  toRun,
} from '@cordon/core';
import type { ActionDesk } from '../ports.ts';
import { createCalls } from './calls.ts';
import type { RunnerDeps } from './deps.ts';
import {
  createNeverTouchList,
  createTurnstile,
  type KillSwitch,
  readKillSwitch,
  refuse,
} from './desk.ts';
import { seedNeverTouch } from './never-touch.ts';
import { Performer } from './perform.ts';
import { askGuard } from './propose.ts';
import { type WalkDeps, walkRun } from './walk-run.ts';

const KILL_SWITCH = 'kill_switch';
const BATCH = 100;
const LONGEST_SLEEP_MS = 60_000;
const MOST_TURNS = 10_000;
const OPEN_RUNS: readonly Run['status'][] = ['queued', 'running', 'waiting'];

/** Carries playbooks out. One runner per state store. */
export interface Runner extends ActionDesk {
  /** Everything that is due now, until nothing is; rejects only when the store fails. */
  tick(): Promise<void>;
  /** Works until the signal aborts: sleeps until the next action is due or `wake` is called. */
  run(signal: AbortSignal): Promise<void>;
  /** There may be new runs. */
  wake(): void;
  /** The incident is over: takes back everything held for it. */
  releaseIncident(incidentId: IncidentId, reason: string, actor: string): Promise<void>;
  /** Addresses administrators are logged in from: never touched while they are. */
  setAdministratorAddresses(addresses: readonly string[]): void;
}

interface Parts extends WalkDeps {
  readonly turn: ReturnType<typeof createTurnstile>;
  readonly saveKillSwitch: (next: KillSwitch) => Promise<void>;
}

/** Opens the runner: reads the kill switch and what this machine must never cut off. */
export async function createRunner(deps: RunnerDeps): Promise<Runner> {
  let killSwitch = readKillSwitch(await deps.store.getSetting(KILL_SWITCH));
  const protectedList = createNeverTouchList([
    ...(await seedNeverTouch()),
    ...(deps.config.neverTouch ?? []),
  ]);
  const parts: Parts = {
    deps,
    neverTouch: protectedList.list,
    killSwitch: () => killSwitch,
    performer: new Performer(deps, createCalls(deps), () => killSwitch.engaged),
    turn: createTurnstile(),
    async saveKillSwitch(next) {
      const what = next.engaged ? 'kill_switch_engaged' : 'kill_switch_released';
      const audit = {
        at: deps.now(),
        actor: next.by ?? '',
        what,
        subject: KILL_SWITCH,
        data: { reason: next.reason ?? '' },
      };
      await deps.store.setSetting(KILL_SWITCH, { ...next }, audit);
      killSwitch = next;
    },
  };
  const alarm = createAlarm();
  return {
    tick: () => tick(parts),
    run: (signal) => loop(parts, alarm, signal),
    wake: alarm.ring,
    releaseIncident: async (id, reason, actor) => {
      await releaseIncident(parts, id, { reason, actor });
      alarm.ring();
    },
    setAdministratorAddresses: protectedList.setSessions,
    playbooks: () => deps.playbooks,
    neverTouch: protectedList.list,
    killSwitch: () => killSwitch,
    async setKillSwitch(engaged, reason, actor) {
      await parts.turn(() => parts.saveKillSwitch({ engaged, reason, by: actor }));
    },
    decide: (id, decision, actor) =>
      rung(
        alarm,
        parts.turn(() => decide(parts, id, { ...decision, actor })),
      ),
    undo: (id, reason, actor) =>
      rung(
        alarm,
        parts.turn(() => undo(parts, id, { reason, actor })),
      ),
    start: (...[playbookId, incidentId, inputs, actor]) =>
      rung(alarm, start(parts, { playbookId, incidentId, inputs, actor })),
  };
}

/** Wakes the loop; a ring that nobody waits for is kept. */
function createAlarm() {
  let resolve: (() => void) | undefined;
  let isRung = false;
  return {
    ring(): void {
      isRung = true;
      resolve?.();
    },
    /** Until the ring, the abort, or `ms` have passed. */
    async wait(ms: number, signal: AbortSignal): Promise<void> {
      if (!isRung && !signal.aborted) {
        let timer: NodeJS.Timeout | undefined;
        await new Promise<void>((done) => {
          resolve = done;
          signal.addEventListener('abort', () => done(), { once: true });
          timer = setTimeout(done, ms);
        });
        clearTimeout(timer);
      }
      isRung = false;
      resolve = undefined;
    },
  };
}
type Alarm = ReturnType<typeof createAlarm>;

async function rung<T>(alarm: Alarm, work: Promise<T>): Promise<T> {
  const result = await work;
  alarm.ring();
  return result;
}

async function loop(parts: Parts, alarm: Alarm, signal: AbortSignal): Promise<void> {
  const { deps } = parts;
  const ended = new AbortController();
  signal.addEventListener('abort', () => alarm.ring(), { once: true });
  while (!signal.aborted) {
    await tick(parts);
    const nextAt = await deps.store.nextActionAt();
    const sleepMs =
      nextAt === undefined
        ? LONGEST_SLEEP_MS
        : Math.min(LONGEST_SLEEP_MS, Math.max(0, nextAt - deps.now()));
    if (!signal.aborted) await alarm.wait(sleepMs, ended.signal);
  }
}

/** Actions first, so that effects end in time whatever runs ask for; then runs; until nothing moves. */
async function tick(parts: Parts): Promise<void> {
  for (let turn = 0; turn < MOST_TURNS; turn += 1) {
    const moved = (await workActions(parts)) + (await workRuns(parts));
    if (moved === 0) return;
  }
}

async function workActions(parts: Parts): Promise<number> {
  const due = await parts.deps.store.dueActions(parts.deps.now(), BATCH);
  for (const { id } of due) await parts.turn(() => workAction(parts, id));
  return due.length;
}

async function workAction({ deps, performer }: Parts, id: ActionId): Promise<void> {
  const action = await deps.store.getAction(id);
  if (action?.nextAt === undefined || action.nextAt > deps.now()) return;
  switch (action.status) {
    case 'intended':
      await performer.carryOut(action);
      return;
    case 'applied':
      await performer.verify(action);
      return;
    case 'held':
      await performer.startUndo(action, 'Its time is over.', 'cordon');
      return;
    case 'undoing':
      await performer.takeBack(action);
      return;
    case 'awaiting_approval':
      await performer.save(action, {
        to: 'expired',
        phase: 'approve',
        nextAt: null,
        text: 'Nobody answered in time.',
      });
      return;
    default:
      await performer.save(action, {
        phase: 'propose',
        nextAt: null,
        text: 'There is nothing to do.',
      });
  }
}

async function workRuns(parts: Parts): Promise<number> {
  let moved = 0;
  let cursor: string | undefined;
  do {
    const page = await parts.deps.store.listRuns({
      status: OPEN_RUNS,
      limit: BATCH,
      ...(cursor === undefined ? {} : { cursor }),
    });
    for (const run of page.items) {
      const next = await parts.turn(() => walkRun(parts, run));
      if (next.revision !== run.revision) moved += 1;
    }
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return moved;
}

interface Decision {
  readonly approved: boolean;
  readonly reason: string;
  readonly planHash: string;
  readonly actor: string;
}

/** A person's answer: bound to the plan that was shown, judged by the guard once more. */
async function decide(parts: Parts, id: ActionId, answer: Decision): Promise<Result<ActionRecord>> {
  const { deps, performer } = parts;
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
      await performer.save(action, {
        ...line,
        to: 'rejected',
        phase: 'approve',
        nextAt: null,
        text: answer.reason,
      }),
    );
  }
  const decision = await askGuard(parts, action, true);
  const refusal = decision.checks.find((check) => check.outcome === 'refuse');
  if (refusal) {
    const patch = { approval: decided, guard: decision };
    return done(
      await performer.save(action, {
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
    await performer.save(action, {
      ...line,
      to: 'intended',
      phase: 'intent',
      nextAt: deps.now(),
      text: `Approved: ${answer.reason}`,
    }),
  );
}

const done = (action: ActionRecord): Result<ActionRecord> => ({ ok: true, value: action });

async function undo(
  parts: Parts,
  id: ActionId,
  by: { readonly reason: string; readonly actor: string },
): Promise<Result<ActionRecord>> {
  const action = await parts.deps.store.getAction(id);
  if (!action) return refuse('not_found', 'There is no such action.');
  const canEnd =
    ['held', 'undo_failed'].includes(action.status) ||
    (action.status === 'uncertain' && action.prior !== undefined);
  if (!canEnd || !isChanging(action.class))
    return refuse(
      'illegal_transition',
      `There is nothing to take back; the action is ${action.status}.`,
    );
  return done(await parts.performer.startUndo(action, by.reason, by.actor));
}

async function releaseIncident(
  parts: Parts,
  incidentId: IncidentId,
  by: { readonly reason: string; readonly actor: string },
): Promise<void> {
  let cursor: string | undefined;
  const ids: ActionId[] = [];
  do {
    const page = await parts.deps.store.listActions({
      incidentId,
      status: ['held'],
      limit: BATCH,
      ...(cursor === undefined ? {} : { cursor }),
    });
    ids.push(...page.items.map((action) => action.id));
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  for (const id of ids) await parts.turn(() => undo(parts, id, by));
}

async function start(
  { deps }: Parts,
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
  const item = of.inputs['item'] ?? listItems(playbook, incident)[0] ?? null;
  const at: EpochMs = toEpochMs(deps.now());
  const run = toRun(playbook, incident, {
    item,
    inputs: of.inputs,
    why: `Started by ${of.actor}.`,
    at,
    salt: `${of.actor} ${at}`,
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
