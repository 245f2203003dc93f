import {
  type EpochMs,
  type Incident,
  type IncidentId,
  type Need,
  type Notice,
  ROOM_TARGETS,
  type RoomTarget,
  type TargetState,
  type TargetTimes,
  verdictOf,
} from '@cordon/core';
import { subjectsOf } from '../notify/needs.ts';
import type { OnCallDesk } from '../notify/ports.ts';
import type { StateStore } from '../store/ports.ts';
import { readStandings } from './read-room.ts';
import type { RoomBook } from './room-book.ts';

const MOST_OPEN = 500;
const CORDON = 'cordon';

export interface TargetWatchDeps {
  readonly store: Pick<
    StateStore,
    | 'listIncidents'
    | 'getIncident'
    | 'listMatters'
    | 'openingOf'
    | 'listActions'
    | 'listAudit'
    | 'listUsers'
  >;
  readonly book: RoomBook;
  readonly times: TargetTimes;
  readonly onCall: Pick<OnCallDesk, 'tell' | 'tellOver'> | undefined;
  readonly now: () => EpochMs;
}

const keyOf = (id: IncidentId, target: RoomTarget): string => `target:${target}:${id}`;

/** Looks whether open incidents keep their targets; what is missed is a line, a matter and an alarm. */
export class TargetWatch {
  readonly #deps: TargetWatchDeps;
  /** When an incident was opened does not change. */
  readonly #openings = new Map<IncidentId, EpochMs | undefined>();
  /** Targets that were told, or met: nothing more can come of them. */
  readonly #settled = new Set<string>();
  readonly #alarms = new Map<string, Notice>();
  #hasLooked = false;

  constructor(deps: TargetWatchDeps) {
    this.#deps = deps;
  }

  alarms(): readonly Notice[] {
    return [...this.#alarms.values()];
  }

  async look(): Promise<void> {
    const { store, times, now } = this.#deps;
    const { items } = await store.listIncidents({
      limit: MOST_OPEN,
      status: ['new', 'in_progress', 'on_hold'],
    });
    const open = new Set<string>(items.map(({ id }) => id));
    if (!this.#hasLooked) await this.#endOld(open);
    this.#hasLooked = true;
    for (const id of this.#openings.keys())
      if (!open.has(id) && (await this.#isOver(id))) await this.#leave(id);
    const pressing: Incident[] = [];
    for (const incident of items) if (await this.#isPressing(incident)) pressing.push(incident);
    const standings = await readStandings(store, pressing, { times, now: now() });
    for (const { incident, targets } of standings)
      for (const state of targets) await this.#settle(incident, state);
  }

  /** Incidents may have been closed after a process before told of them. */
  async #endOld(open: ReadonlySet<string>): Promise<void> {
    const { items } = await this.#deps.store.listMatters({
      limit: MOST_OPEN,
      kind: ['target'],
      status: ['open', 'told', 'acknowledged', 'unanswered'],
    });
    for (const { need } of items) {
      const { key, incidentId } = need;
      if (incidentId !== undefined && !open.has(incidentId) && (await this.#isOver(incidentId)))
        await this.#deps.onCall?.tellOver(key, 'The incident is closed.');
    }
  }

  /** Where more are open than are looked at, one that is not looked at need not be closed. */
  async #isOver(id: IncidentId): Promise<boolean> {
    const incident = await this.#deps.store.getIncident(id);
    return incident === undefined || verdictOf(incident) !== undefined;
  }

  /** Is a target of it over that was not told of, or told of and not met? */
  async #isPressing({ id, priority }: Incident): Promise<boolean> {
    const { store, times, now } = this.#deps;
    if (!this.#openings.has(id)) this.#openings.set(id, await store.openingOf(id));
    const openedAt = this.#openings.get(id);
    if (openedAt === undefined) return false;
    const limits = times[priority.level];
    return ROOM_TARGETS.some((target) => {
      const key = keyOf(id, target);
      const isOver = openedAt + limits[`${target}Ms`] < now();
      return this.#alarms.has(key) || (isOver && !this.#settled.has(key));
    });
  }

  async #settle(incident: Incident, state: TargetState): Promise<void> {
    const key = keyOf(incident.id, state.target);
    if (state.status === 'running') return;
    if (state.status === 'missed') {
      if (!this.#alarms.has(key)) await this.#miss(incident, state, key);
    } else {
      this.#alarms.delete(key);
      if (state.status === 'late') await this.#deps.onCall?.tellOver(key, 'It was done.');
    }
    this.#settled.add(key);
  }

  async #miss(incident: Incident, state: TargetState, key: string): Promise<void> {
    const { book, onCall } = this.#deps;
    const lines = await book.lines(incident.id);
    const isWritten = lines.some(
      ({ act }) => act.what === 'target_missed' && act.target === state.target,
    );
    const { target, dueAt } = state;
    if (!isWritten) await book.write(incident.id, { what: 'target_missed', target, dueAt }, CORDON);
    await onCall?.tell(toNeed(incident, state, key));
    this.#alarms.set(key, toNotice(incident, state));
  }

  async #leave(id: IncidentId): Promise<void> {
    this.#openings.delete(id);
    for (const target of ROOM_TARGETS) {
      const key = keyOf(id, target);
      this.#settled.delete(key);
      if (this.#alarms.delete(key))
        await this.#deps.onCall?.tellOver(key, 'The incident is closed.');
    }
  }
}

const SAID: Readonly<Record<RoomTarget, string>> = {
  acknowledge: 'Nobody acted on it in time',
  contain: 'It was not contained in time',
  resolve: 'It was not resolved in time',
};

const toNeed = (incident: Incident, { target, dueAt }: TargetState, key: string): Need => ({
  key,
  kind: 'target',
  priority: incident.priority.level,
  title: `INC-${incident.number} ${SAID[target].toLowerCase()}: ${incident.title}`,
  lines: [`The target was ${new Date(dueAt).toISOString()}.`, incident.priority.why],
  path: `/incidents/${incident.id}?tab=room`,
  incidentId: incident.id,
  ruleIds: [],
  subjects: subjectsOf(incident),
});

const toNotice = (incident: Incident, { target, dueAt }: TargetState): Notice => ({
  kind: 'target',
  since: dueAt,
  text: `INC-${incident.number}: ${SAID[target].toLowerCase()}.`,
  hint: 'Open the room of the incident: who leads, and what is left to do?',
});
