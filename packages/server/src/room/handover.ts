import {
  type ActionRecord,
  DAY_MS,
  type EpochMs,
  heldActions,
  listShifts,
  type Override,
  type Room,
  type Roster,
  toEpochMs,
  toUtc,
  waitingActions,
} from '@cordon/core';

const LOOK_AHEAD_MS = 14 * DAY_MS;

/** Tasks that are not done, the ones that are due first in front. */
export const tellTasks = ({ tasks }: Room): readonly string[] =>
  tasks
    .filter(({ done }) => done === undefined)
    .toSorted(
      (a, b) => (a.dueAt ?? Number.POSITIVE_INFINITY) - (b.dueAt ?? Number.POSITIVE_INFINITY),
    )
    .map(({ text, owner, dueAt }) =>
      [text, owner ?? 'nobody', ...(dueAt === undefined ? [] : [`due ${toUtc(dueAt)}`])].join(', '),
    );

export const tellWaiting = (actions: readonly ActionRecord[]): readonly string[] =>
  waitingActions(actions).map(
    ({ verb, target, status }) => `${verb} on ${target.id}: ${status.replaceAll('_', ' ')}`,
  );

export const tellHeld = (actions: readonly ActionRecord[]): readonly string[] =>
  heldActions(actions).map(({ verb, target, nextAt }) =>
    [`${verb} on ${target.id}`, ...(nextAt === undefined ? [] : [`until ${toUtc(nextAt)}`])].join(
      ', ',
    ),
  );

/** Who is on call by each schedule, and who comes next. */
export function tellOnCall(
  { schedules, people }: Roster,
  { overrides, now }: { readonly overrides: readonly Override[]; readonly now: EpochMs },
): readonly string[] {
  const nameOf = (id: string | undefined): string =>
    id === undefined ? 'nobody' : (people.get(id)?.name ?? id);
  return [...schedules.values()].map((schedule) => {
    const [current, next] = listShifts(schedule, overrides, {
      from: now,
      to: toEpochMs(now + LOOK_AHEAD_MS),
    });
    const until =
      current && next ? ` until ${toUtc(current.to)}, then ${nameOf(next.duty?.personId)}` : '';
    return `${schedule.title}: ${nameOf(current?.duty?.personId)}${until}`;
  });
}
