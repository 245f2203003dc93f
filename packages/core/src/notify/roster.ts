import type { PriorityLevel } from '../triage/priority.ts';
import type { Clock, Zone } from './zone.ts';

/*
 * Who there is, who is on call when, and how people want to be told: everything that is configured.
 */

/** How loud a notification is. `page`: may wake somebody; `note`: may not; `digest`: collected. */
export type Urgency = 'page' | 'note' | 'digest';

/** A way to reach a person: a configured channel and, where it needs one, the address there. */
export interface Contact {
  readonly channelId: string;
  readonly to?: string;
}

/** From one time of day to another; may run over midnight. */
export interface Hours {
  readonly from: Clock;
  readonly to: Clock;
}

/** How many pages a person takes in a stretch of time. P1 comes through whatever was sent before. */
export interface PageBudget {
  readonly pages: number;
  readonly windowMs: number;
}

export interface Person {
  readonly id: string;
  readonly name: string;
  /** The account in Cordon whose acts are this person's. */
  readonly account: string;
  readonly zone: Zone;
  /** In the order in which they are tried. */
  readonly page: readonly Contact[];
  readonly note: readonly Contact[];
  /** Nothing but pages then. */
  readonly quiet?: Hours;
  readonly budget: PageBudget;
}

/** People who take turns. Turns change on the wall clock of the schedule, so each keeps its hour whatever clocks do. */
export interface Rotation {
  readonly people: readonly string[];
  /** The day of the first turn, by number. */
  readonly firstDay: number;
  readonly handover: Clock;
  readonly everyDays: number;
  /** Only then; `days` are those on which the hours begin, Monday is 1. */
  readonly only?: Hours & { readonly days: readonly number[] };
}

/** Where two rotations hold at once the later one in the list counts. */
export interface Schedule {
  readonly id: string;
  readonly title: string;
  readonly zone: Zone;
  readonly rotations: readonly Rotation[];
}

/** Somebody stands in for whoever is on. */
export interface Override {
  readonly id: string;
  readonly scheduleId: string;
  readonly personId: string;
  readonly from: number;
  readonly to: number;
  readonly by: string;
}

export interface TellTarget {
  readonly kind: 'schedule' | 'person' | 'team';
  readonly id: string;
}

/** Whom to tell, and how long to wait for an answer before the next step. */
export interface ChainStep {
  readonly tell: readonly TellTarget[];
  readonly waitMs: number;
}

export interface Team {
  readonly id: string;
  readonly title: string;
  readonly members: readonly string[];
  /** Names of machines and accounts with `*`, addresses and ranges it looks after. */
  readonly covers: readonly string[];
  readonly steps: readonly ChainStep[];
  /** How often the whole chain is gone through before the alarm is raised. */
  readonly rounds: number;
}

/** What holds for everybody. */
export interface NotifyPolicy {
  readonly urgency: Readonly<Record<PriorityLevel, Urgency>>;
  readonly notesPerHour: number;
  /** Times of day at which digests go out, in the zone of the person. */
  readonly digestAt: readonly Clock[];
  /** Pages below P1 wait so long for others to go along with. */
  readonly groupMs: number;
}

/** Everything that is configured about people; `defaultTeam` and `operators` are ids of teams. */
export interface Roster {
  readonly people: ReadonlyMap<string, Person>;
  readonly teams: ReadonlyMap<string, Team>;
  readonly schedules: ReadonlyMap<string, Schedule>;
  readonly defaultTeam: string;
  /** Told of alarms of Cordon itself. */
  readonly operators: string;
  readonly policy: NotifyPolicy;
}
