import type { Incident } from '../correlate/incident.ts';
import { typeOf } from '../report/response-times.ts';
import type { EpochMs } from '../shared/time.ts';
import { MINUTE_MS, toEpochMs } from '../shared/time.ts';
import type { ActOf } from './line.ts';

/** The tasks that an incident of a type usually needs. */
export interface RoomTemplate {
  readonly id: string;
  readonly title: string;
  /** Classes of behaviour it is meant for; the first of an incident is its type. */
  readonly behaviours: readonly string[];
  readonly tasks: readonly { readonly text: string; readonly dueMinutes?: number }[];
}

/** Templates, those that fit the incident first: its type, then whatever else it shows. */
export function rankTemplates(
  templates: readonly RoomTemplate[],
  incident: Incident,
): readonly RoomTemplate[] {
  const rank = ({ behaviours }: RoomTemplate): number =>
    behaviours.includes(typeOf(incident))
      ? 0
      : behaviours.some((one) => incident.behaviours.includes(one))
        ? 1
        : 2;
  return templates.toSorted((a, b) => rank(a) - rank(b) || (a.id < b.id ? -1 : 1));
}

/** The tasks of a template as lines of a room. */
export const tasksOf = (template: RoomTemplate, now: EpochMs): readonly ActOf<'task_added'>[] =>
  template.tasks.map(({ text, dueMinutes }) => ({
    what: 'task_added',
    text,
    ...(dueMinutes === undefined ? {} : { dueAt: toEpochMs(now + dueMinutes * MINUTE_MS) }),
  }));
