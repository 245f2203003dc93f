import type { Incident } from '../correlate/incident.ts';
import { verdictOf } from '../report/books.ts';
import { heldAtOf } from '../report/response-times.ts';
import type { ActionRecord } from '../respond/action.ts';
import { type EpochMs, toEpochMs } from '../shared/time.ts';
import type { PriorityLevel } from '../triage/priority.ts';

/** What an organisation wants to be done in time, counted from the opening. */
export const ROOM_TARGETS = ['acknowledge', 'contain', 'resolve'] as const;
export type RoomTarget = (typeof ROOM_TARGETS)[number];

/** In which time, by priority. */
export type TargetTimes = Readonly<
  Record<PriorityLevel, Readonly<Record<`${RoomTarget}Ms`, number>>>
>;

/** Where one target stands. `late`: met after its time. `missed`: its time is over and it is not met. */
export interface TargetState {
  readonly target: RoomTarget;
  readonly dueAt: EpochMs;
  readonly metAt?: EpochMs;
  readonly status: 'running' | 'met' | 'late' | 'missed';
}

/** What the targets of an incident are measured by. */
export interface TargetFacts {
  readonly incident: Incident;
  readonly openedAt: EpochMs;
  readonly actions: readonly ActionRecord[];
  /** The first act of a person on it, in its room included. */
  readonly actedAt: EpochMs | undefined;
}

/**
 * When each was met: acknowledged by the first act of a person, contained when the first effect held (or
 * by the verdict, when nothing had to be contained), resolved by the verdict.
 */
function metTimes({ incident, actions, actedAt }: TargetFacts): Record<RoomTarget, number> {
  const never = Number.POSITIVE_INFINITY;
  const resolve = verdictOf(incident)?.at ?? never;
  const held = actions.map((action) => heldAtOf(action) ?? never);
  return {
    acknowledge: Math.min(actedAt ?? never, resolve),
    contain: Math.min(...held, resolve),
    resolve,
  };
}

/** Where the targets of an incident stand at a time. */
export function targetsAt(
  facts: TargetFacts,
  times: TargetTimes,
  now: EpochMs,
): readonly TargetState[] {
  const met = metTimes(facts);
  const limits = times[facts.incident.priority.level];
  return ROOM_TARGETS.map((target): TargetState => {
    const dueAt = toEpochMs(facts.openedAt + limits[`${target}Ms`]);
    const metAt = met[target];
    if (!Number.isFinite(metAt))
      return { target, dueAt, status: now > dueAt ? 'missed' : 'running' };
    return { target, dueAt, metAt: toEpochMs(metAt), status: metAt > dueAt ? 'late' : 'met' };
  });
}
