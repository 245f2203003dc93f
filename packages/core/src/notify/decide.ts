import { type EpochMs, HOUR_MS, toEpochMs } from '../shared/time.ts';
import type { PriorityLevel } from '../triage/priority.ts';
import { isUnreached } from './deliver.ts';
import {
  type AnswerVia,
  type ItemAnswer,
  isPersonal,
  isStanding,
  type Matter,
  type MatterState,
  matterIdOf,
  type Need,
  NOTHING_CHANGED,
  type Notification,
  type NotifyChange,
} from './matter.ts';
import { routeOf } from './recipients.ts';
import { asOneChange, merge, type Situation, sayMinutes, tellStep } from './tell.ts';

/*
 * What becomes of a matter: it is told, escalated, answered, or over. Every decision is a function of
 * the matter, the notifications there are, the roster and the time; the same again gives the same.
 */

/** Opened more often than that within an hour: it flaps, and is told once in six hours. P1 never waits. */
const FLAP_OPENINGS = 4;
const FLAP_WINDOW_MS = HOUR_MS;
const FLAP_PAUSE_MS = 6 * HOUR_MS;
const KEPT_OPENINGS = 16;

type Because = readonly string[];
const rank = (level: PriorityLevel): number => Number(level.slice(1));

/**
 * Something needs people. Told when it is new, when it came back, and when its priority rose; anything
 * else about it is written down without a word.
 */
export function raise(need: Need, known: Matter | undefined, situation: Situation): NotifyChange {
  const { now } = situation;
  if (known === undefined) return tellAnew(open(need, situation), [], situation);
  if (!isStanding(known)) return reopen(need, known, situation);
  const before = known.need.priority;
  const next = revise(known, { need, team: routeOf(need, situation.roster) });
  if (rank(need.priority) < rank(before))
    return tellAnew(
      { ...next, wave: known.wave + 1 },
      [`Its priority rose from ${before} to ${need.priority}.`],
      { ...situation, now },
    );
  return isSameNeed(known.need, need) ? NOTHING_CHANGED : { matters: [next], notifications: [] };
}

/** Facts that grow with every event are not written down each time: a page shows them as they are. */
const isSameNeed = (one: Need, other: Need): boolean =>
  one.title === other.title && one.priority === other.priority && one.holder === other.holder;

const open = (need: Need, { roster, now }: Situation): Matter => ({
  id: matterIdOf(need.key),
  need,
  team: routeOf(need, roster),
  state: { status: 'told' },
  wave: 0,
  openings: [now],
  openedAt: now,
  revision: 0,
});

const revise = (matter: Matter, change: Partial<Matter>): Matter => ({
  ...matter,
  ...change,
  revision: matter.revision + 1,
});

function reopen(need: Need, known: Matter, situation: Situation): NotifyChange {
  const { now, roster } = situation;
  const openings = [...known.openings, now].slice(-KEPT_OPENINGS);
  const next = revise(known, {
    need,
    team: routeOf(need, roster),
    openings,
    wave: known.wave + 1,
    openedAt: now,
  });
  const recent = openings.filter((at) => at > now - FLAP_WINDOW_MS).length;
  if (recent <= FLAP_OPENINGS) return tellAnew(next, ['It was over and came back.'], situation);
  const flap = `It came and went ${recent} times within the hour, so it is told once in 6 h.`;
  const freeAt = toEpochMs((known.toldAt ?? 0) + FLAP_PAUSE_MS);
  if (need.priority === 'P1' || freeAt <= now) return tellAnew(next, [flap], situation);
  const state: MatterState = { status: 'open', step: -1, round: 0, nextAt: freeAt };
  return { matters: [{ ...next, state }], notifications: [] };
}

/** Tells it from the first step on. */
function tellAnew(matter: Matter, because: Because, situation: Situation): NotifyChange {
  const { now } = situation;
  const state: MatterState = { status: 'open', step: -1, round: 0, nextAt: now };
  const stale = situation.sent
    .filter((one) => one.state.status === 'planned' && isOpenIn(one, matter))
    .map((one) => answerItem(one, matter, { kind: 'expired', at: now }));
  const sent = merge(situation.sent, stale);
  const told = climb({ ...matter, state, toldAt: now }, because, { ...situation, sent });
  const changed = merge(stale, told.notifications);
  return { ...told, notifications: asOneChange(situation.sent, changed) };
}

/** Goes on to the next step that reaches somebody; after the last one the alarm is raised. */
function climb(matter: Matter, because: Because, situation: Situation): NotifyChange {
  if (matter.state.status !== 'open') return NOTHING_CHANGED;
  const team = situation.roster.teams.get(matter.team.id);
  const steps = matter.need.only ? 1 : (team?.steps.length ?? 0);
  const rounds = matter.need.only ? 1 : (team?.rounds ?? 0);
  let { step, round } = matter.state;
  for (;;) {
    step += 1;
    if (step >= steps) {
      step = 0;
      round += 1;
    }
    if (round >= rounds || steps === 0) return end(matter, because, situation);
    const at: Matter = { ...matter, state: { status: 'open', step, round, nextAt: situation.now } };
    const told = tellStep(at, step, { situation, because });
    if (told.at === undefined) continue;
    const answerBy = toEpochMs(told.at + (team?.steps[step]?.waitMs ?? 0));
    const state = waitingState(at, answerBy, situation);
    return { matters: [{ ...at, state }], notifications: told.notifications };
  }
}

/** What is only noted needs no answer; what is paged does, counted from when it is handed over. */
function waitingState(
  { need, state }: Matter,
  nextAt: EpochMs,
  { roster }: Situation,
): MatterState {
  const isAnswerable = !isPersonal(need) && roster.policy.urgency[need.priority] === 'page';
  if (!isAnswerable || state.status !== 'open') return { status: 'told' };
  return { ...state, nextAt };
}

function end(matter: Matter, because: Because, { now }: Situation): NotifyChange {
  const why =
    because.length > 0
      ? `The escalation came to its end. ${because.join(' ')}`
      : 'Nobody is on call who could be told.';
  return {
    matters: [{ ...matter, state: { status: 'unanswered', at: now, why } }],
    notifications: [],
  };
}

/** The time to answer is over: the next step is told. `own` are the notifications of the matter. */
export function escalate(
  matter: Matter,
  own: readonly Notification[],
  situation: Situation,
): NotifyChange {
  const { now, roster } = situation;
  if (matter.state.status !== 'open' || matter.state.nextAt > now) return NOTHING_CHANGED;
  const told = own.filter((one) => isOpenIn(one, matter) && one.state.status !== 'planned');
  const passed = told.map((one) => answerItem(one, matter, { kind: 'escalated', at: now }));
  const names = told.map(({ personId }) => roster.people.get(personId)?.name ?? personId);
  const waitMs = roster.teams.get(matter.team.id)?.steps[matter.state.step]?.waitMs ?? 0;
  const because = sayUnanswered(told, names, waitMs);
  const next = climb(revise(matter, matter.state.step < 0 ? { toldAt: now } : {}), because, {
    ...situation,
    sent: merge(situation.sent, passed),
  });
  const before = merge(situation.sent, own);
  return { ...next, notifications: asOneChange(before, merge(passed, next.notifications)) };
}

function sayUnanswered(
  told: readonly Notification[],
  names: readonly string[],
  waitMs: number,
): Because {
  if (told.length === 0) return [];
  const who = [...new Set(names)].join(' and ');
  return told.every(({ state }) => state.status === 'failed')
    ? [`${who} could not be reached by any channel.`]
    : [`${who} did not answer within ${sayMinutes(waitMs)}.`];
}

const isOpenIn = ({ items, state }: Notification, { id }: Matter): boolean =>
  state.status !== 'withdrawn' &&
  items.some((item) => item.matterId === id && item.answer === undefined);

/** Writes the answer down; what is not yet on its way and holds nothing else is not sent any more. */
function answerItem(one: Notification, { id }: Matter, answer: ItemAnswer): Notification {
  const items = one.items.map((item) =>
    item.matterId === id && item.answer === undefined ? { ...item, answer } : item,
  );
  const isEmpty = items.every((item) => item.answer !== undefined);
  const isUnsent = one.state.status === 'planned' && one.attempts.length === 0;
  return {
    ...one,
    items,
    ...(isEmpty && isUnsent ? { state: { status: 'withdrawn', at: answer.at } } : {}),
    revision: one.revision + 1,
  };
}

/** Who answered, how and when. */
export interface Answer {
  readonly personId?: string;
  /** As it is shown. */
  readonly by: string;
  readonly via: AnswerVia;
  readonly at: EpochMs;
}

/** Somebody has it: nobody else is told, and nothing is waited for. */
export function acknowledge(
  matter: Matter,
  own: readonly Notification[],
  { personId, by, via, at }: Answer,
): NotifyChange {
  if (matter.state.status === 'over' || matter.state.status === 'acknowledged')
    return NOTHING_CHANGED;
  const answered = own
    .filter((one) => isOpenIn(one, matter))
    .map((one) =>
      answerItem(one, matter, { kind: one.personId === personId ? 'acknowledged' : 'expired', at }),
    );
  const state: MatterState = { status: 'acknowledged', at, by, via };
  return { matters: [revise(matter, { state })], notifications: answered };
}

/** Somebody cannot take it: the next step is told now. */
export function passOn(
  matter: Matter,
  own: readonly Notification[],
  given: { readonly personId: string; readonly situation: Situation },
): NotifyChange {
  const { personId, situation } = given;
  if (matter.state.status !== 'open') return NOTHING_CHANGED;
  const { now, roster } = situation;
  const mine = own
    .filter((one) => one.personId === personId && isOpenIn(one, matter))
    .map((one) => answerItem(one, matter, { kind: 'escalated', at: now }));
  const name = roster.people.get(personId)?.name ?? personId;
  const next = climb(revise(matter, {}), [`${name} passed it on.`], {
    ...situation,
    sent: merge(situation.sent, mine),
  });
  const before = merge(situation.sent, own);
  return { ...next, notifications: asOneChange(before, merge(mine, next.notifications)) };
}

/** It is over by itself or by somebody's act: nothing more is sent of it. */
export function finish(
  matter: Matter,
  own: readonly Notification[],
  { why, at }: { readonly why: string; readonly at: EpochMs },
): NotifyChange {
  if (!isStanding(matter)) return NOTHING_CHANGED;
  const answered = own
    .filter((one) => isOpenIn(one, matter))
    .map((one) => answerItem(one, matter, { kind: 'expired', at }));
  const by = matter.state.status === 'acknowledged' ? { by: matter.state.by } : {};
  const state: MatterState = { status: 'over', why, at, ...by };
  return { matters: [revise(matter, { state })], notifications: answered };
}

/**
 * Nobody could deliver it: what waits for an answer goes on at once, what needs none becomes an alarm.
 * Undefined while somebody has it, or may still get it.
 */
export function missed(
  matter: Matter,
  own: readonly Notification[],
  now: EpochMs,
): Matter | undefined {
  const waiting = own.filter((one) => isOpenIn(one, matter));
  if (waiting.length === 0 || !waiting.every(isUnreached)) return undefined;
  if (matter.state.status === 'open')
    return matter.state.nextAt <= now
      ? undefined
      : revise(matter, { state: { ...matter.state, nextAt: now } });
  const isLost = matter.state.status === 'told' && waiting.every(hasFailed);
  if (!isLost || isPersonal(matter.need)) return undefined;
  const why = 'No channel would take it.';
  return revise(matter, { state: { status: 'unanswered', at: now, why } });
}

const hasFailed = ({ state }: Notification): boolean => state.status === 'failed';
