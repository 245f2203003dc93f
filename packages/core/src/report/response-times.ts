import type { Incident } from '../correlate/incident.ts';
import type { ActionRecord } from '../respond/action.ts';
import { isChanging } from '../respond/guard.ts';
import type { EpochMs } from '../shared/time.ts';
import type { Verdict } from '../triage/alert.ts';
import type { PriorityLevel } from '../triage/priority.ts';
import { type Books, verdictOf } from './books.ts';
import { type Spread, spreadOf } from './figure.ts';
import { groupBy } from './group-by.ts';

/** The four times of an incident, from when it was opened; the first one from its first sign to that. */
export const STAGES = ['detect', 'acknowledge', 'contain', 'resolve'] as const;
export type Stage = (typeof STAGES)[number];

/** One incident with the times of what was done about it, as far as it was done. */
export interface HandledIncident {
  readonly incident: Incident;
  readonly openedAt: EpochMs;
  readonly type: string;
  readonly verdict?: Verdict;
  readonly timesMs: Readonly<Partial<Record<Stage, number>>>;
}

export type ResponseTimes = Readonly<Record<Stage, Spread>>;

/** Response times of a group of incidents. */
export interface GroupTimes<K extends string = string> {
  readonly of: K;
  readonly incidents: number;
  readonly times: ResponseTimes;
}

/** What an incident is: the class of behaviour that it began with. */
export const typeOf = ({ behaviours }: Pick<Incident, 'behaviours'>): string =>
  behaviours[0] ?? 'policy';

/** When the effect of an action that changes something first held. */
export const heldAtOf = (action: ActionRecord): EpochMs | undefined =>
  isChanging(action.class) ? action.journal.find(({ phase }) => phase === 'hold')?.at : undefined;

/**
 * The incidents of a period with their times: detected when it was opened, acknowledged by the first act
 * of a person on it or on one of its actions, contained when the first effect held, resolved by its verdict.
 * One that was merged into another is no incident of its own.
 */
export function handledOf(books: Books): readonly HandledIncident[] {
  const acknowledged = new Map<string, number>();
  for (const { incidentId, at } of books.acts)
    if (incidentId !== undefined && !acknowledged.has(incidentId)) acknowledged.set(incidentId, at);
  const contained = new Map<string, number>();
  for (const action of books.actions) {
    const heldAt = heldAtOf(action);
    const { incidentId } = action;
    if (incidentId === undefined || heldAt === undefined) continue;
    contained.set(incidentId, Math.min(heldAt, contained.get(incidentId) ?? heldAt));
  }
  return books.opened.flatMap(({ incident, openedAt }) => {
    const verdict = verdictOf(incident);
    if (verdict?.kind === 'duplicate') return [];
    const since = (at: number | undefined) => at !== undefined && Math.max(0, at - openedAt);
    const times = {
      detect: Math.max(0, openedAt - incident.firstAt),
      acknowledge: since(acknowledged.get(incident.id)),
      contain: since(contained.get(incident.id)),
      resolve: since(verdict?.at),
    };
    const timesMs = Object.fromEntries(Object.entries(times).filter(([, ms]) => ms !== false));
    return [{ incident, openedAt, type: typeOf(incident), timesMs, ...(verdict && { verdict }) }];
  });
}

export function timesOf(handled: readonly HandledIncident[]): ResponseTimes {
  const spread = (stage: Stage) =>
    spreadOf(
      handled.flatMap(({ timesMs }) => {
        const ms = timesMs[stage];
        return ms === undefined ? [] : [ms];
      }),
    );
  return {
    detect: spread('detect'),
    acknowledge: spread('acknowledge'),
    contain: spread('contain'),
    resolve: spread('resolve'),
  };
}

/** Response times by some property of the incidents, the most frequent group first. */
export function timesBy<K extends string>(
  handled: readonly HandledIncident[],
  keyOf: (one: HandledIncident) => K,
): readonly GroupTimes<K>[] {
  return [...groupBy(handled, keyOf)]
    .map(([of, members]) => ({ of, incidents: members.length, times: timesOf(members) }))
    .sort((a, b) => b.incidents - a.incidents || a.of.localeCompare(b.of));
}

export const levelOf = ({ incident }: HandledIncident): PriorityLevel => incident.priority.level;
