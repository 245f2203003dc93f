import { HOUR_MS } from '../shared/time.ts';
import type { Act } from './books.ts';
import { groupBy } from './group-by.ts';

const HOURS = 24;

export interface PersonLoad {
  readonly person: string;
  readonly acts: number;
  readonly incidents: number;
}

export interface Workload {
  /** The busiest first. */
  readonly people: readonly PersonLoad[];
  /** Acts by hour of the day, UTC, 24 of them. */
  readonly byHour: readonly number[];
}

export const hourOfDay = (at: number): number => Math.floor(at / HOUR_MS) % HOURS;

/** Who did how much, and when. */
export function workloadOf(acts: readonly Act[]): Workload {
  const people = [...groupBy(acts, ({ actor }) => actor)]
    .map(([person, own]) => ({
      person,
      acts: own.length,
      incidents: new Set(own.flatMap(({ incidentId }) => incidentId ?? [])).size,
    }))
    .sort((a, b) => b.acts - a.acts || a.person.localeCompare(b.person));
  const byHour = Array.from({ length: HOURS }, () => 0);
  for (const { at } of acts) byHour[hourOfDay(at)] = (byHour[hourOfDay(at)] ?? 0) + 1;
  return { people, byHour };
}
