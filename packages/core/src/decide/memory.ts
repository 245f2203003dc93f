import { findArrivals } from '../correlate/arrival-tie.ts';
import type { Beginnings } from '../correlate/coincidence.ts';
import type { IncidentState } from '../correlate/incident.ts';
import type { LinkContext } from '../correlate/link-weight.ts';
import type { Began } from '../correlate/origin-change.ts';
import type { Trace } from '../correlate/trace.ts';
import { indexKeysOf, placesOf } from '../correlate/trace.ts';
import { EntityGraph } from '../entity/entity-graph.ts';
import type { Directory } from '../entity/identify.ts';
import { CausalLinks } from '../origin/causal-links.ts';
import { BoundedMap } from '../shared/bounded-map.ts';
import type { AlertId, IncidentId } from '../shared/id.ts';
import type { Json } from '../shared/json.ts';
import type { EpochMs } from '../shared/time.ts';
import type { Alert, VerdictKind } from '../triage/alert.ts';
import { AuthTracker } from '../triage/auth-tracker.ts';
import type { Lesson } from '../triage/learn/facts.ts';
import { Learner } from '../triage/learn/learner.ts';
import { Prevalence } from '../triage/prevalence.ts';
import type { DeciderSettings } from './config.ts';
import type { SignalOutcome } from './decisions.ts';
import { NotableBook } from './notable-book.ts';
import { traceFromAlert } from './read-signal.ts';

/** What is kept of an incident between two drains; the rest is built from its members. */
export interface Group {
  readonly id: IncidentId;
  readonly number: number;
  readonly state: IncidentState;
  readonly revision: number;
  readonly alertIds: readonly AlertId[];
  readonly apartFrom?: readonly IncidentId[];
  readonly began?: Began;
}

const MAX_ALERTS = 20_000;
const MAX_GROUPS = 5_000;
const MAX_KEYS = 50_000;
const MAX_POSTINGS = 64;
const MAX_VERDICTS = 10_000;
const MAX_SPREAD = 64;
const MAX_LESSONS = 2_000;
const MAX_STARTS = 64;
const MAX_NEWEST = 16;
const NEVER = Number.POSITIVE_INFINITY as EpochMs;
/** Scores that no verdict has checked yet are doubted less: rather one incident too many. */
const UNCALIBRATED_P = 0.3;

interface MemorySnapshot {
  readonly version: 1;
  readonly watchingSince?: EpochMs;
  readonly links: Json;
  readonly entities?: Json;
  readonly auth: Json;
  readonly prevalence: Json;
  readonly traces: readonly (readonly [AlertId, Trace])[];
  readonly latest: readonly (readonly [string, AlertId])[];
  readonly index: readonly (readonly [string, readonly AlertId[]])[];
  readonly verdicts: readonly (readonly [string, EarlierVerdict])[];
  readonly spread: readonly (readonly [string, readonly string[]])[];
  readonly startedAt?: readonly EpochMs[];
  readonly notable?: readonly AlertId[];
  readonly newest?: readonly AlertId[];
  readonly learner?: Json;
  readonly lessons?: readonly (readonly [AlertId, KeptLesson])[];
}

export interface EarlierVerdict {
  readonly kind: VerdictKind;
  readonly at: EpochMs;
}

/** What a verdict on an alert would teach, and what the scorecard alone made of it, in nats. */
export interface KeptLesson {
  readonly lesson: Lesson;
  readonly given: number;
}

/** From here on an alert is more likely genuine than not. */
export const LIKELY_P = 0.5;
/** Under this the alerts that are likely genuine are found. */
export const LIKELY_KEY = 'likely';
/** Under this those that are not called harmless. */
export const NOTABLE_KEY = 'notable';
export const isLikely = ({ score }: Alert): boolean => score.p >= LIKELY_P;

/** Is the incident one that can still grow? */
export const isOpenGroup = (group: Group): boolean =>
  group.state.status !== 'closed' && group.state.status !== 'resolved';

/** All state of the decider, bounded, with what changed since the last drain. */
export class Memory {
  settings: DeciderSettings;
  readonly entities = new EntityGraph();
  readonly links = new CausalLinks(this.entities.names);
  readonly auth = new AuthTracker();
  readonly prevalence = new Prevalence();
  readonly learner = new Learner();
  readonly lessons = new BoundedMap<AlertId, KeptLesson>(MAX_LESSONS);
  readonly alerts = new Map<AlertId, Alert>();
  readonly groups = new Map<IncidentId, Group>();
  readonly dirtyAlerts = new Set<AlertId>();
  readonly dirtyGroups = new Set<IncidentId>();
  readonly verdicts = new BoundedMap<string, EarlierVerdict>(MAX_VERDICTS);
  outcomes: SignalOutcome[] = [];
  lastNumber = 0;
  watchingSince: EpochMs | undefined;
  /** The alerts that came in last. */
  newest: readonly AlertId[] = [];
  /** When the newest incidents began. */
  startedAt: readonly EpochMs[] = [];
  readonly #notable = new NotableBook();
  readonly #traces = new Map<AlertId, Trace>();
  readonly #latest = new BoundedMap<string, AlertId>(MAX_ALERTS);
  readonly #index = new BoundedMap<string, readonly AlertId[]>(MAX_KEYS);
  readonly #spread = new BoundedMap<string, readonly string[]>(MAX_KEYS);

  constructor(settings: DeciderSettings) {
    this.settings = settings;
  }

  /** Who knows whose a name is. */
  get directory(): Directory {
    return { names: this.entities.names, known: this.settings.known };
  }

  /** The alert a signal with this key would fold into. */
  latestWith(dedupKey: string): Alert | undefined {
    const id = this.#latest.get(dedupKey);
    return id === undefined ? undefined : this.alerts.get(id);
  }

  traceOf(id: AlertId): Trace | undefined {
    return this.#traces.get(id);
  }

  /** The probability at which an alert begins an incident: once verdicts set the odds, more likely than not. */
  get incidentP(): number {
    const { incidentP } = this.settings;
    return incidentP ?? (this.learner.isCalibrated ? LIKELY_P : UNCALIBRATED_P);
  }

  noteNew(id: AlertId): void {
    this.newest = [...this.newest, id].slice(-MAX_NEWEST);
  }

  noteStart(at: EpochMs): void {
    this.startedAt = [...this.startedAt, at].slice(-MAX_STARTS);
  }

  /** Saves an alert in its newest form. */
  putAlert(alert: Alert): void {
    this.dirtyAlerts.add(alert.id);
    this.#find(alert);
  }

  /** An alert that is younger than the snapshot becomes findable by what it tells of itself. */
  #recall(alert: Alert): void {
    this.#find(alert);
    this.putTrace(alert.id, traceFromAlert(alert, this.links));
  }

  #find(alert: Alert): void {
    this.alerts.set(alert.id, alert);
    const latest = this.latestWith(alert.dedupKey);
    if (latest === undefined || latest.lastAt <= alert.lastAt)
      this.#latest.set(alert.dedupKey, alert.id);
    if (isLikely(alert)) this.#post(LIKELY_KEY, alert.id);
    if (this.#notable.has(alert.id) || alert.score.p >= this.settings.closeP) this.#note(alert);
  }

  /** When the newest incidents began. */
  incidentsBegun(): Beginnings {
    return {
      watchingSince: this.watchingSince ?? NEVER,
      countIn: (from, to) => this.startedAt.filter((at) => at >= from && at <= to).length,
    };
  }

  /** When alerts at least as likely as this one, and no younger, began. */
  notableLike({ score, firstAt }: Alert): Beginnings {
    return {
      watchingSince: this.#notable.completeSince ?? this.watchingSince ?? NEVER,
      countIn: (from, to) => this.#notable.count(score.p, from, Math.min(to, firstAt - 1)),
    };
  }

  /** Saves what correlation knows of an alert and makes it findable under every key. */
  putTrace(id: AlertId, trace: Trace): void {
    this.#traces.set(id, trace);
    for (const key of indexKeysOf(trace, this.links)) this.#post(key, id);
    const { host } = trace;
    for (const user of host === undefined ? [] : trace.users) {
      this.#spreadOver(`user:${user}`, host ?? '');
      this.#spreadOver(`host:${host}`, user);
    }
  }

  putGroup(group: Group): void {
    this.groups.set(group.id, group);
    this.dirtyGroups.add(group.id);
  }

  /** Alerts found under any of the keys, newest postings only. */
  findUnder(keys: readonly string[]): readonly AlertId[] {
    return [...new Set(keys.flatMap((key) => this.#index.get(key) ?? []))];
  }

  /** What ties rest on now; good for one placing, in which every trace is asked for more than once. */
  linkContext(): LinkContext {
    return {
      arrivalsOf: remembering((trace) => findArrivals(trace, this.links)),
      placesOf: remembering((trace) => placesOf(trace, this.links)),
      links: this.links,
      addressWindowMs: this.settings.addressWindowMs,
      causalWindowMs: this.settings.causalWindowMs,
      hostsOfUser: (user) => this.#spread.get(`user:${user}`)?.length ?? 0,
      usersOfHost: (host) => this.#spread.get(`host:${host}`)?.length ?? 0,
    };
  }

  /** Lets go of what is over (closed first, oldest first) when there is too much; the store keeps it. */
  prune(): void {
    if (this.alerts.size > MAX_ALERTS) this.#pruneAlerts();
    if (this.groups.size > MAX_GROUPS) this.#pruneGroups();
  }

  snapshot(): Json {
    const snapshot: MemorySnapshot = {
      version: 1,
      ...(this.watchingSince === undefined ? {} : { watchingSince: this.watchingSince }),
      links: this.links.snapshot(),
      entities: this.entities.snapshot(),
      auth: this.auth.snapshot(),
      prevalence: this.prevalence.snapshot(),
      traces: [...this.#traces],
      latest: this.#latest.entries(),
      index: this.#index.entries(),
      verdicts: this.verdicts.entries(),
      spread: this.#spread.entries(),
      startedAt: this.startedAt,
      notable: this.#notable.ids(),
      newest: this.newest,
      learner: this.learner.snapshot(),
      lessons: this.lessons.entries(),
    };
    return snapshot as unknown as Json;
  }

  /**
   * Takes a snapshot back, with the alerts that the store kept, oldest first. What is no snapshot (null at
   * first start) leaves the sketches empty.
   */
  restore(from: Json, alerts: readonly Alert[]): void {
    this.alerts.clear();
    for (const alert of alerts) this.alerts.set(alert.id, alert);
    if (isSnapshot(from)) this.#restoreSketches(from);
    for (const alert of alerts) if (!this.#traces.has(alert.id)) this.#recall(alert);
  }

  #restoreSketches(from: MemorySnapshot): void {
    this.watchingSince = from.watchingSince;
    if (from.entities !== undefined) this.entities.restore(from.entities);
    this.links.restore(from.links);
    this.auth.restore(from.auth);
    this.prevalence.restore(from.prevalence);
    this.#traces.clear();
    for (const [id, trace] of from.traces) this.#traces.set(id, trace);
    this.#latest.fill(from.latest);
    this.#index.fill(from.index);
    this.verdicts.fill(from.verdicts);
    this.#spread.fill(from.spread);
    this.startedAt = from.startedAt ?? [];
    this.newest = from.newest ?? [];
    this.#notable.fill((from.notable ?? []).flatMap((id) => this.alerts.get(id) ?? []));
    if (from.learner !== undefined) this.learner.restore(from.learner);
    this.lessons.fill(from.lessons ?? []);
  }

  #note(alert: Alert): void {
    if (!this.#notable.has(alert.id)) this.#post(NOTABLE_KEY, alert.id);
    this.#notable.note(alert);
  }

  #post(key: string, id: AlertId): void {
    const there = this.#index.get(key) ?? [];
    if (!there.includes(id)) this.#index.set(key, [...there, id].slice(-MAX_POSTINGS));
  }

  #spreadOver(key: string, value: string): void {
    const there = this.#spread.get(key) ?? [];
    if (!there.includes(value) && there.length < MAX_SPREAD)
      this.#spread.set(key, [...there, value]);
  }

  #pruneAlerts(): void {
    const isHeld = (alert: Alert): boolean => {
      if (this.dirtyAlerts.has(alert.id)) return true;
      if (alert.state.status !== 'in_incident') return false;
      const group = this.groups.get(alert.state.incidentId);
      return group !== undefined && (isOpenGroup(group) || this.dirtyGroups.has(group.id));
    };
    const free = [...this.alerts.values()]
      .filter((alert) => !isHeld(alert))
      .sort((a, b) => a.lastAt - b.lastAt || (a.id < b.id ? -1 : 1));
    for (const alert of free.slice(
      0,
      Math.max(0, this.alerts.size - MAX_ALERTS + MAX_ALERTS / 10),
    )) {
      this.alerts.delete(alert.id);
      this.#traces.delete(alert.id);
    }
  }

  #pruneGroups(): void {
    const over = [...this.groups.values()]
      .filter((group) => !isOpenGroup(group) && !this.dirtyGroups.has(group.id))
      .sort((a, b) => a.number - b.number);
    for (const group of over.slice(0, MAX_GROUPS / 10)) this.groups.delete(group.id);
  }
}

function remembering<T>(make: (trace: Trace) => T): (trace: Trace) => T {
  const made = new Map<Trace, T>();
  return (trace) => {
    const there = made.get(trace);
    if (there !== undefined) return there;
    const value = make(trace);
    made.set(trace, value);
    return value;
  };
}

function isSnapshot(from: unknown): from is MemorySnapshot {
  return typeof from === 'object' && from !== null && 'version' in from && from.version === 1;
}
