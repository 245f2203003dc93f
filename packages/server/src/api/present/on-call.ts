import type {
  FatigueView,
  MatterView,
  NotificationView,
  OnCallView,
  OverrideView,
  ScheduleView,
  TellingPreview,
} from '@cordon/contract';
import {
  countPages,
  DAY_MS,
  type EpochMs,
  type Fatigue,
  HOUR_MS,
  listShifts,
  type Matter,
  type Notification,
  type Override,
  type previewTelling,
  type Roster,
  type Schedule,
  SECOND_MS,
  toEpochMs,
} from '@cordon/core';
import type { OnCallDesk } from '../../notify/ports.ts';
import { compact, toTime, toTimeMaybe } from './present.ts';

const SHOWN_MS = 14 * DAY_MS;

/** A person by name; who is not configured any more by the id alone. */
const nameOf = (id: string, roster: Roster | undefined) => ({
  id,
  name: roster?.people.get(id)?.name ?? id,
});

export const presentOverride = (
  { id, scheduleId, personId, from, to, by }: Override,
  roster: Roster,
): OverrideView => ({
  id,
  schedule_id: scheduleId,
  person: nameOf(personId, roster),
  from: toTime(from),
  to: toTime(to),
  by,
});

interface OnCallState {
  readonly overrides: readonly Override[];
  readonly sent: readonly Notification[];
  readonly now: EpochMs;
}

export function presentOnCall(desk: OnCallDesk, state: OnCallState): OnCallView {
  const { roster, channels } = desk;
  const { overrides, now } = state;
  return {
    is_configured: true,
    schedules: [...roster.schedules.values()].map((one) => presentSchedule(one, roster, state)),
    teams: [...roster.teams.values()].map(({ id, title, covers }) => ({
      id,
      title,
      covers: [...covers],
      is_default: id === roster.defaultTeam,
    })),
    people: [...roster.people.values()].map(({ id, name, zone, page, budget }) => ({
      id,
      name,
      time_zone: zone.name,
      channels: page.map(({ channelId }) => channelId),
      pages: countPages(state.sent, id, { budget, now }),
      page_budget: { pages: budget.pages, hours: Math.round(budget.windowMs / HOUR_MS) },
    })),
    overrides: overrides.filter(({ to }) => to > now).map((one) => presentOverride(one, roster)),
    channels: [...channels],
  };
}

/** Nobody is configured. */
export const NO_ON_CALL: OnCallView = {
  is_configured: false,
  schedules: [],
  teams: [],
  people: [],
  overrides: [],
  channels: [],
};

function presentSchedule(
  schedule: Schedule,
  roster: Roster,
  { overrides, now }: OnCallState,
): ScheduleView {
  const { id, title, zone } = schedule;
  const to = toEpochMs(now + SHOWN_MS);
  return {
    id,
    title,
    time_zone: zone.name,
    shifts: listShifts(schedule, overrides, { from: now, to }).map(({ from, to: end, duty }) =>
      compact({
        from: toTime(from),
        to: toTime(end),
        person: duty && nameOf(duty.personId, roster),
        override_id: duty?.override?.id,
      }),
    ),
  };
}

export const presentPreview = ({
  team,
  steps,
}: ReturnType<typeof previewTelling>): TellingPreview => ({
  team,
  steps: steps.map(({ afterMs, recipients }) => ({
    after_s: Math.round(afterMs / SECOND_MS),
    recipients: recipients.map(({ person, why, loudness }) =>
      compact({
        person: { id: person.id, name: person.name },
        why,
        urgency: loudness.urgency,
        at: toTime(loudness.at),
        because: loudness.because,
      }),
    ),
  })),
});

export const presentNotification = (
  one: Notification,
  { roster, matters }: { readonly roster: Roster | undefined; readonly matters: readonly Matter[] },
): NotificationView =>
  compact({
    id: one.id,
    person: nameOf(one.personId, roster),
    urgency: one.urgency,
    status: one.state.status,
    planned_at: toTime(one.plannedAt),
    at: toTime(one.state.status === 'planned' ? one.state.nextAt : one.state.at),
    channel: 'channelId' in one.state ? one.state.channelId : undefined,
    attempts: one.attempts.map(({ at, channelId, isTaken, text }) => ({
      at: toTime(at),
      channel: channelId,
      is_taken: isTaken,
      text,
    })),
    items: one.items.map(({ matterId, priority, why, answer }) => {
      const need = matters.find(({ id }) => id === matterId)?.need;
      return compact({
        matter_id: matterId,
        title: need?.title ?? '',
        priority,
        incident_id: need?.incidentId,
        why: [...why],
        answer: answer?.kind,
        answered_at: toTimeMaybe(answer?.at),
      });
    }),
  });

export const presentMatter = (
  matter: Matter,
  { roster, told }: { readonly roster: Roster | undefined; readonly told: readonly Notification[] },
): MatterView =>
  compact({
    id: matter.id,
    kind: matter.need.kind,
    title: matter.need.title,
    priority: matter.need.priority,
    path: matter.need.path,
    incident_id: matter.need.incidentId,
    team: matter.team,
    status: matter.state.status,
    text: tellState(matter),
    next_at: matter.state.status === 'open' ? toTime(matter.state.nextAt) : undefined,
    opened_at: toTime(matter.openedAt),
    told: told.map((one) => presentNotification(one, { roster, matters: [matter] })),
  });

/** How it stands, one sentence. */
export function tellState({ state }: Pick<Matter, 'state'>): string {
  switch (state.status) {
    case 'open':
      return 'Waits for an answer.';
    case 'told':
      return 'Told; needs no answer.';
    case 'acknowledged':
      return `${state.by} has it.`;
    case 'unanswered':
      return `Nobody answered. ${state.why}`;
    case 'over':
      return `Over: ${state.why}.`;
  }
}

export const presentFatigue = (
  { pages, actedShare, people, rules }: Fatigue,
  { roster, from }: { readonly roster: Roster | undefined; readonly from: EpochMs },
): FatigueView =>
  compact({
    from: toTime(from),
    pages,
    acted_share: actedShare,
    people: people.map((load) =>
      compact({
        person: nameOf(load.personId, roster),
        pages: load.pages,
        most: load.most,
        acknowledged: load.acknowledged,
        escalated: load.escalated,
        median_answer_s:
          load.medianAnswerMs === undefined
            ? undefined
            : Math.round(load.medianAnswerMs / SECOND_MS),
      }),
    ),
    rules: rules.map(({ ruleId, matters, acted, harmless, tuning, pages: own }) =>
      compact({ rule_id: ruleId, matters, pages: own, acted, harmless, tuning }),
    ),
  });
