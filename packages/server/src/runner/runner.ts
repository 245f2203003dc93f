import { setTimeout as pause } from 'node:timers/promises';
import {
  type ActionId,
  type ActionRecord,
  type ActionStatus,
  DEFAULT_AUTOMATION_RULES,
  findListed,
  findProtected,
  type Incident,
  isChanging,
  type Problem,
  type Run,
} from '@cordon/core';
import type { ActionDesk } from '../ports.ts';
import { again, answer, decide, start, undo } from './acts.ts';
import { type Alarm, createAlarm, rung } from './alarm.ts';
import { type Automations, createAutomations } from './automations.ts';
import { createCalls } from './calls.ts';
import { createDefinitions } from './definitions.ts';
import type { RunnerDeps } from './deps.ts';
import { createNeverTouchList, createTurnstile, type KillSwitch, readKillSwitch } from './desk.ts';
import { backOffMs, LedgerPen } from './ledger-pen.ts';
import { seedNeverTouch } from './never-touch.ts';
import { type Hands, Performer } from './perform.ts';
import { propose } from './proposal.ts';
import { preview } from './propose.ts';
import { createQuarantine, type Quarantine } from './quarantine.ts';
import { type ReleaseDeps, releaseClosed, releaseIncident } from './release.ts';
import { Undoer } from './take-back.ts';
import { walkRun } from './walk-run.ts';

const KILL_SWITCH = 'kill_switch';
const BATCH = 100;
const MOST_DUE = 1_000;
/** So long others are worked on before it is asked again what ends. */
const ROUND_MS = 250;
const ENDING: readonly ActionStatus[] = ['held', 'undoing', 'uncertain', 'undo_failed'];
const LONGEST_SLEEP_MS = 60_000;
const RETRY_MS = 1_000;
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
  /** The incident is over: ends what waits for it and what is held for it, as each playbook says. */
  releaseIncident(incident: Incident, actor: string): Promise<void>;
}

interface Parts extends ReleaseDeps {
  readonly performer: Performer;
  readonly quarantine: Quarantine;
  readonly alarm: Alarm;
  readonly automations: Automations;
  /** Closed incidents may still hold something: after a start, and when letting go failed. */
  readonly releases: { areDue: boolean };
  /** When the next run is to be looked at, though nothing may have happened. */
  readonly wakes: { at?: number };
  readonly saveKillSwitch: (next: KillSwitch) => Promise<void>;
}

/** Opens the runner: reads the kill switch and what this machine must never cut off. */
export async function createRunner(deps: RunnerDeps): Promise<Runner> {
  const parts = await createParts(deps);
  const { alarm, turn } = parts;
  return {
    tick: () => tick(parts),
    run: (signal) => loop(parts, signal),
    wake: alarm.ring,
    playbooks: () => deps.playbooks,
    async releaseIncident(incident, actor) {
      parts.releases.areDue = true;
      await rung(alarm, releaseIncident(parts, incident, actor));
      await turn(() => parts.automations.review(incident));
    },
    preview: (run, planned) => preview(parts, run, planned),
    automations: parts.automations.list,
    setStage: (...[playbookId, stage, reason, actor]) =>
      turn(() => parts.automations.setStage({ playbookId, stage, reason, actor })),
    neverTouch: parts.neverTouch.list,
    killSwitch: parts.killSwitch,
    setKillSwitch: (engaged, reason, actor) =>
      turn(() => parts.saveKillSwitch({ engaged, reason, by: actor })),
    decide: (id, decision, actor) =>
      rung(
        alarm,
        turn(() => decide(parts, id, { ...decision, actor })),
      ),
    undo: (id, reason, actor) =>
      rung(
        alarm,
        turn(() => undo(parts, id, { reason, actor })),
      ),
    answer: (...[runId, stepId, reply, actor]) =>
      rung(
        alarm,
        turn(() => answer(parts, { runId, stepId, ...reply, actor })),
      ),
    again: (...[runId, stepId, actor]) => rung(alarm, again(parts, { runId, stepId, actor })),
    propose: (proposal, actor) =>
      rung(
        alarm,
        turn(() => propose(parts, proposal, actor)),
      ),
    start: (...[playbookId, incidentId, inputs, actor]) =>
      rung(alarm, start(parts, { playbookId, incidentId, inputs, actor })),
  };
}

async function createParts(deps: RunnerDeps): Promise<Parts> {
  let killSwitch = readKillSwitch(await deps.store.getSetting(KILL_SWITCH));
  const neverTouch = createNeverTouchList(
    [...(await (deps.machine ?? seedNeverTouch)()), ...(deps.config.neverTouch ?? [])],
    deps.administratorAddresses ?? (async () => []),
  );
  const pen = new LedgerPen(deps);
  const calls = createCalls(deps);
  const undoer = new Undoer(pen, calls);
  const objection: Hands['objection'] = async (action) => {
    if (killSwitch.engaged) return 'The kill switch is engaged.';
    if (!isChanging(action.class)) return undefined;
    const values = [action.target.id, action.params];
    const listed = deps.floor && findListed(values, deps.floor);
    const isBarred = listed?.rule.floor === 'never' || action.approval?.decision?.approved !== true;
    const found =
      findProtected(values, await neverTouch.lookUp()) ?? (isBarred ? listed : undefined);
    return found && `${found.hit} is protected: ${found.rule.why} (${found.rule.value}).`;
  };
  return {
    deps,
    neverTouch,
    killSwitch: () => killSwitch,
    automations: await createAutomations({
      store: deps.store,
      now: deps.now,
      rules: deps.config.automation ?? DEFAULT_AUTOMATION_RULES,
      get playbooks() {
        return deps.playbooks;
      },
    }),
    pen,
    undoer,
    definitionOf: createDefinitions(() => deps.playbooks),
    performer: new Performer({ pen, calls, undoer, objection }),
    turn: createTurnstile(),
    quarantine: createQuarantine(deps),
    alarm: createAlarm(),
    releases: { areDue: true },
    wakes: {},
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
}

/** Never ends by a failure: whatever the store does, it is reported and tried again. */
async function loop(parts: Parts, signal: AbortSignal): Promise<void> {
  const { deps, alarm } = parts;
  const never = new AbortController().signal;
  signal.addEventListener('abort', () => alarm.ring(), { once: true });
  let failures = 0;
  while (!signal.aborted) {
    try {
      if (parts.releases.areDue) await releaseClosed(parts);
      parts.releases.areDue = false;
      await tick(parts);
      const sleepMs = toSleep([await deps.store.nextActionAt(), parts.wakes.at], deps.now());
      failures = 0;
      if (!signal.aborted) await alarm.wait(sleepMs, never);
    } catch (error) {
      if (signal.aborted) return;
      failures += 1;
      deps.report?.(toProblem(error));
      const waitMs = ((deps.retryMs ?? RETRY_MS) * backOffMs(failures)) / RETRY_MS;
      await pause(waitMs, undefined, { signal }).catch(() => undefined);
    }
  }
}

/** What is due now and was not done waits out a failure; it is looked at again soon, not at once. */
function toSleep(times: readonly (number | undefined)[], now: number): number {
  const nextAt = Math.min(...times.flatMap((at) => at ?? []));
  if (!Number.isFinite(nextAt)) return LONGEST_SLEEP_MS;
  return nextAt <= now ? RETRY_MS : Math.min(LONGEST_SLEEP_MS, nextAt - now);
}

const toProblem = (error: unknown): Problem => ({
  code: 'response_delayed',
  detail: `The action ledger could not be used: ${error instanceof Error ? error.message : String(error)}.`,
  hint: 'Nothing is lost: it is tried again with growing pauses. Check the free disk space and the data folder.',
  retryable: true,
});

/** Actions first, so that effects end in time whatever runs ask for; then runs; until nothing moves. */
async function tick(parts: Parts): Promise<void> {
  for (let turn = 0; turn < MOST_TURNS; turn += 1) {
    const moved = (await workActions(parts)) + (await workRuns(parts));
    if (moved === 0) return;
  }
}

/**
 * What ends goes first, then what is to be proved, and only for a moment before it is asked again what
 * ends: however much there is to do and however slow the targets are, no effect waits for it.
 */
async function workActions(parts: Parts): Promise<number> {
  const { deps, quarantine } = parts;
  const now = deps.now();
  const due = await deps.store.dueActions(now, MOST_DUE + quarantine.size());
  const ending = due.filter((action) => isEnding(action, now));
  const ended = await workEach(parts, ending);
  if (ended > 0) return ended;
  const others = due.filter((action) => !ending.includes(action));
  const isProved = ({ status }: ActionRecord): boolean => status !== 'applied';
  const inOrder = [...others.filter((one) => !isProved(one)), ...others.filter(isProved)];
  return workEach(parts, inOrder, now + ROUND_MS);
}

/** Is the next step of the action one towards its end? */
const isEnding = ({ status, deadlineAt }: ActionRecord, now: number): boolean =>
  ENDING.includes(status) ||
  (status === 'applied' && deadlineAt !== undefined && deadlineAt <= now);

async function workEach(
  parts: Parts,
  due: readonly ActionRecord[],
  until = Number.POSITIVE_INFINITY,
): Promise<number> {
  let moved = 0;
  for (const { id } of due) {
    if (moved > 0 && parts.deps.now() >= until) break;
    if (await parts.quarantine.attempt(id, () => parts.turn(() => workAction(parts, id))))
      moved += 1;
  }
  return moved;
}

async function workAction(parts: Parts, id: ActionId): Promise<boolean> {
  const { deps, performer, pen, undoer } = parts;
  const action = await deps.store.getAction(id);
  if (action?.nextAt === undefined || action.nextAt > deps.now()) return false;
  switch (action.status) {
    case 'intended':
      await performer.carryOut(action);
      return true;
    case 'applied':
      await performer.verify(action);
      return true;
    case 'held':
    case 'uncertain':
      await undoer.endHold(action);
      return true;
    case 'undoing':
      await undoer.takeBack(action);
      return true;
    case 'undo_failed':
      await undoer.tryAgain(action);
      return true;
    case 'awaiting_approval':
      await pen.save(action, {
        to: 'expired',
        phase: 'approve',
        nextAt: null,
        text: 'Nobody answered in time.',
      });
      return true;
    default:
      await pen.save(action, { phase: 'propose', nextAt: null, text: 'There is nothing to do.' });
      return true;
  }
}

async function workRuns(parts: Parts): Promise<number> {
  const { deps, quarantine, turn } = parts;
  let moved = 0;
  let cursor: string | undefined;
  delete parts.wakes.at;
  do {
    const page = await deps.store.listRuns({
      status: OPEN_RUNS,
      limit: BATCH,
      ...(cursor === undefined ? {} : { cursor }),
    });
    for (const { id } of page.items)
      if (await quarantine.attempt(id, () => turn(() => workRun(parts, id)))) moved += 1;
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return moved;
}

async function workRun(parts: Parts, id: Run['id']): Promise<boolean> {
  const run = await parts.deps.store.getRun(id);
  if (!run || !OPEN_RUNS.includes(run.status)) return false;
  const walked = await walkRun(parts, run);
  if (walked.until !== undefined && walked.until < (parts.wakes.at ?? Number.POSITIVE_INFINITY))
    parts.wakes.at = walked.until;
  return walked.run.revision !== run.revision;
}
