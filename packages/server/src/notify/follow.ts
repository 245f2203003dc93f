import {
  type ActionId,
  type IncidentId,
  MINUTE_MS,
  matterIdOf,
  type Notice,
  type Problem,
  type Roster,
  type RunId,
} from '@cordon/core';
import type { Change, StateStore } from '../store/ports.ts';
import type { NotifyBook } from './book.ts';
import {
  type Around,
  alarmKey,
  decidersOf,
  incidentKey,
  needOfAlarm,
  rulesOf,
  standingOfIncident,
  standingsOfAction,
  standingsOfRun,
} from './needs.ts';
import { setAside } from './set-aside.ts';

const MOST_CHANGES = 1_000;
const MOST_STANDING = 500;
/** An alarm is told once it has stood so long, and is over once it has been gone so long. */
const STEADY_MS = MINUTE_MS;
const GONE_MS = 2 * MINUTE_MS;

/** What stands as a matter of its own. */
const TOLD_OTHERWISE: ReadonlySet<Notice['kind']> = new Set(['unanswered', 'target']);

export interface FollowDeps {
  readonly store: StateStore;
  readonly roster: Roster;
  readonly book: NotifyBook;
  /** Alarms that stand now. */
  readonly notices: () => readonly Notice[];
  readonly now: () => number;
  readonly report: (problem: Problem) => void;
}

/** Reads what changed and how it stands now. */
export class Follower {
  readonly #deps: FollowDeps;
  readonly #goneSince = new Map<string, number>();

  constructor(deps: FollowDeps) {
    this.#deps = deps;
  }

  /**
   * Deals with one stretch of the change feed; true when there may be more. What happened before the
   * first start is history and told to nobody. Where the feed has already let go of changes, all that
   * stands is looked at.
   */
  async follow(): Promise<boolean> {
    const { store } = this.#deps;
    const cursor = await store.notifyCursor();
    if (cursor === undefined) {
      await this.#moveTo(await store.lastChange());
      return false;
    }
    const changes = await store.changesSince(cursor, MOST_CHANGES);
    const [first, last] = [changes[0], changes.at(-1)];
    if (first === undefined || last === undefined) return false;
    if (first.seq > cursor + 1) await this.#catchUp();
    for (const [topic, id] of distinct(changes))
      await setAside(id, () => this.#look(topic, id), this.#deps.report);
    await this.#moveTo(last.seq);
    return changes.length === MOST_CHANGES;
  }

  #moveTo(cursor: number): Promise<void> {
    return this.#deps.store.saveNotify({ matters: [], notifications: [], cursor });
  }

  async #look(topic: Change['topic'], id: string): Promise<void> {
    if (topic === 'incident') await this.#lookAtIncident(id as IncidentId);
    else if (topic === 'action') await this.#lookAtAction(id as ActionId);
    else if (topic === 'run') await this.#lookAtRun(id as RunId);
  }

  async #lookAtIncident(id: IncidentId): Promise<void> {
    const { store, book } = this.#deps;
    const incident = await store.getIncident(id);
    if (!incident) return;
    const known = await store.getMatter(matterIdOf(incidentKey(id)));
    const isSteady =
      known?.state.status !== 'over' && known?.need.priority === incident.priority.level;
    const ruleIds = isSteady ? (known?.need.ruleIds ?? []) : await rulesOf(store, incident);
    await book.take(standingOfIncident(incident, ruleIds));
  }

  async #lookAtAction(id: ActionId): Promise<void> {
    const { store, book } = this.#deps;
    const action = await store.getAction(id);
    if (!action) return;
    const around = await this.#around(action.incidentId);
    for (const standing of standingsOfAction(action, around)) await book.take(standing);
  }

  async #lookAtRun(id: RunId): Promise<void> {
    const { store, book } = this.#deps;
    const run = await store.getRun(id);
    if (!run) return;
    const around = await this.#around(run.incidentId);
    for (const standing of standingsOfRun(run, around)) await book.take(standing);
  }

  async #around(incidentId: IncidentId | undefined): Promise<Around> {
    const { store, roster } = this.#deps;
    const incident = incidentId === undefined ? undefined : await store.getIncident(incidentId);
    return { incident, deciders: decidersOf(await store.listUsers(), roster) };
  }

  async #catchUp(): Promise<void> {
    const { store } = this.#deps;
    const incidents = await store.listIncidents({
      limit: MOST_STANDING,
      status: ['new', 'in_progress', 'on_hold'],
    });
    const actions = await store.listActions({
      limit: MOST_STANDING,
      status: ['awaiting_approval', 'uncertain', 'undo_failed'],
    });
    const runs = await store.listRuns({ limit: MOST_STANDING, status: ['waiting'] });
    const standing = await store.listMatters({
      limit: MOST_STANDING,
      status: ['open', 'told', 'acknowledged', 'unanswered'],
      kind: ['incident'],
    });
    const told = standing.items.flatMap(({ need }) => need.incidentId ?? []);
    const ids = new Set([...incidents.items.map(({ id }) => id), ...told]);
    for (const id of ids) await this.#lookAtIncident(id);
    for (const { id } of actions.items) await this.#lookAtAction(id);
    for (const { id } of runs.items) await this.#lookAtRun(id);
  }

  /** Tells of alarms that stand, and of those told before that they are over. */
  async watchAlarms(): Promise<void> {
    const { store, book, roster, now } = this.#deps;
    const at = now();
    const notices = this.#deps.notices().filter(({ kind }) => !TOLD_OTHERWISE.has(kind));
    const standing = new Set(notices.map(alarmKey));
    const told = await store.listMatters({
      limit: MOST_STANDING,
      kind: ['alarm'],
      status: ['open', 'told', 'acknowledged', 'unanswered'],
    });
    const known = new Set(told.items.map(({ need }) => need.key));
    for (const notice of notices)
      if (at - notice.since >= STEADY_MS && !known.has(alarmKey(notice)))
        await book.take({ kind: 'need', need: needOfAlarm(notice, roster) });
    for (const { need } of told.items) await this.#checkGone(need.key, standing.has(need.key), at);
  }

  async #checkGone(key: string, isStanding: boolean, at: number): Promise<void> {
    if (isStanding) {
      this.#goneSince.delete(key);
      return;
    }
    const since = this.#goneSince.get(key) ?? at;
    this.#goneSince.set(key, since);
    if (at - since < GONE_MS) return;
    await this.#deps.book.over(key, 'it is well again');
    this.#goneSince.delete(key);
  }
}

const distinct = (changes: readonly Change[]): readonly (readonly [Change['topic'], string])[] => [
  ...new Map(changes.map(({ topic, id }) => [`${topic} ${id}`, [topic, id] as const])).values(),
];
