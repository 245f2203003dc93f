import { DAY_MS, type EpochMs, toEpochMs } from '../shared/time.ts';
import type { Override, Rotation, Schedule } from './roster.ts';
import { minutesOf, type Wall, weekdayOf } from './zone.ts';

/** Who is on call, and by what. */
export interface Duty {
  readonly personId: string;
  /** Present when somebody stands in. */
  readonly override?: Override;
}

/** A stretch of time in which one person, or nobody, is on call. */
export interface Shift {
  readonly from: EpochMs;
  readonly to: EpochMs;
  readonly duty?: Duty;
}

const MAX_DAYS = 62;

/** Who is on call then. An override counts before rotations, of several the one that was made last. */
export function whoIsOn(
  schedule: Schedule,
  overrides: readonly Override[],
  at: EpochMs,
): Duty | undefined {
  const override = overrides.findLast(
    ({ scheduleId, from, to }) => scheduleId === schedule.id && from <= at && at < to,
  );
  if (override) return { personId: override.personId, override };
  const wall = schedule.zone.wallOf(at);
  for (const rotation of schedule.rotations.toReversed()) {
    const personId = whoseTurn(rotation, wall);
    if (personId !== undefined) return { personId };
  }
  return undefined;
}

/** Counts days on the calendar, not hours: an hour more or less in spring and autumn moves no handover. */
function whoseTurn(rotation: Rotation, wall: Wall): string | undefined {
  const { people, firstDay, handover, everyDays, only } = rotation;
  if (only && !isWithin(only, wall)) return undefined;
  const day = wall.minutes < minutesOf(handover) ? wall.day - 1 : wall.day;
  if (day < firstDay || people.length === 0) return undefined;
  return people[Math.floor((day - firstDay) / everyDays) % people.length];
}

function isWithin(only: NonNullable<Rotation['only']>, { day, minutes }: Wall): boolean {
  const [from, to] = [minutesOf(only.from), minutesOf(only.to)];
  const isOn = (begun: number): boolean => only.days.includes(weekdayOf(begun));
  if (from < to) return isOn(day) && minutes >= from && minutes < to;
  return (isOn(day) && minutes >= from) || (isOn(day - 1) && minutes < to);
}

/** Who is on call from one moment to another, without holes: nobody is a shift, too. At most 62 days. */
export function listShifts(
  schedule: Schedule,
  overrides: readonly Override[],
  span: { readonly from: EpochMs; readonly to: EpochMs },
): readonly Shift[] {
  const to = Math.min(span.to, span.from + MAX_DAYS * DAY_MS);
  const inside = changesOf(schedule, overrides, { from: span.from, to }).filter(
    (at) => at > span.from && at < to,
  );
  const edges = [span.from, ...new Set(inside.toSorted((a, b) => a - b)), to];
  const shifts: Shift[] = [];
  for (const [index, from] of edges.slice(0, -1).entries()) {
    const duty = whoIsOn(schedule, overrides, toEpochMs(from));
    const last = shifts.at(-1);
    const end = toEpochMs(edges[index + 1] ?? to);
    if (last && isSame(last.duty, duty)) shifts[shifts.length - 1] = { ...last, to: end };
    else shifts.push({ from: toEpochMs(from), to: end, ...(duty ? { duty } : {}) });
  }
  return shifts;
}

const isSame = (one: Duty | undefined, other: Duty | undefined): boolean =>
  one?.personId === other?.personId && one?.override?.id === other?.override?.id;

/** Every moment at which somebody else may come on. */
function changesOf(
  { id, zone, rotations }: Schedule,
  overrides: readonly Override[],
  { from, to }: { readonly from: number; readonly to: number },
): readonly number[] {
  const clocks = rotations.flatMap(({ handover, only }) => [
    minutesOf(handover),
    ...(only ? [minutesOf(only.from), minutesOf(only.to)] : []),
  ]);
  const first = zone.wallOf(toEpochMs(from)).day;
  const last = zone.wallOf(toEpochMs(to)).day;
  const days = Array.from({ length: last - first + 1 }, (_, index) => first + index);
  // Midnight is an edge of the days that `only` names.
  const moments = days.flatMap((day) =>
    [0, ...clocks].map((minutes) => zone.momentOf({ day, minutes })),
  );
  const own = overrides.filter(({ scheduleId }) => scheduleId === id);
  return [...moments, ...own.flatMap((override) => [override.from, override.to])];
}

/** When the duty that holds then ends; looks two weeks ahead, undefined when it does not end before. */
export function dutyEndsAt(
  schedule: Schedule,
  overrides: readonly Override[],
  at: EpochMs,
): EpochMs | undefined {
  const to = toEpochMs(at + 14 * DAY_MS);
  const first = listShifts(schedule, overrides, { from: at, to })[0];
  return first === undefined || first.to >= to ? undefined : first.to;
}
