import type { EntityRef } from '../entity/entity.ts';
import { mergeEntities } from '../entity/resolve.ts';
import type { Event } from '../event/event.ts';
import type { Json, JsonObject } from '../shared/json.ts';
import type { EventView } from '../sigma/event-view.ts';
import type { SigmaCorrelation } from '../sigma/rule.ts';
import { correlationSignal } from './build-signal.ts';
import { type ClosingWindow, ClosingWindows } from './closing-windows.ts';
import { entitiesOf } from './event-entities.ts';
import { countedValues, groupKey, groupOf, type Match, toMatch } from './group.ts';
import { Heap } from './heap.ts';
import { isMet, isSliding } from './measure.ts';
import { toSummary } from './rule-summary.ts';
import { refsSince } from './seen-entity.ts';
import type { Signal } from './signal.ts';
import { SlidingWindows } from './sliding-windows.ts';
import { type Hit, toHit } from './window.ts';

const MAX_CHAIN = 8;
/** Of the signal of a correlation. */
const MAX_ENTITIES = 24;
const MAX_WAITING = 100_000;

/** What a correlator is made of. */
export interface CorrelatorOptions {
  readonly correlations: readonly SigmaCorrelation[];
  /** The rules and correlations by id. */
  readonly sources: ReadonlyMap<string, Match['source']>;
  /** Id of a rule or correlation -> the correlations it feeds. */
  readonly feeds: ReadonlyMap<string, readonly SigmaCorrelation[]>;
  /** Ids whose own signals are not wanted. */
  readonly quiet: ReadonlySet<string>;
  readonly view: EventView;
  readonly maxGroups: number;
  /** How long a match waits for earlier ones, in event time; 0: it is counted as it comes. */
  readonly latenessMs: number;
}

interface Waiting {
  readonly match: Match;
  readonly event: Event;
}

/**
 * All correlations, in event time.
 * - Lateness: matches wait `latenessMs` behind the newest event and are then counted by event time,
 *   so events shuffled within it give the same signals. What comes later still is counted where
 *   its window is open (`late` counts what found none).
 * - Missing group key (or counted field): the match does not count; `ungrouped` goes up.
 * - A signal is about the entities of all events in its window, those of the last one first (24).
 * - A correlation that fires is itself a match, at the time of the event that made it fire.
 */
export class Correlator {
  late = 0;
  ungrouped = 0;
  #newest = Number.NEGATIVE_INFINITY;
  readonly #options: CorrelatorOptions;
  readonly #waiting = new Heap<Waiting>();
  readonly #sliding: SlidingWindows;
  readonly #closing: ClosingWindows;

  constructor(options: CorrelatorOptions) {
    this.#options = options;
    this.#sliding = new SlidingWindows(options.maxGroups);
    this.#closing = new ClosingWindows(options.maxGroups);
  }

  get groups(): number {
    return this.#sliding.size + this.#closing.size;
  }

  get evicted(): number {
    return this.#sliding.evicted + this.#closing.evicted + this.#closing.cut;
  }

  /** Takes the matches of one event; the signals that are due now. */
  add(matches: readonly Match[], event: Event): readonly Signal[] {
    const signals: Signal[] = [];
    for (const match of matches) {
      if (this.#options.feeds.has(match.source.id))
        this.#waiting.push(event.time, { match, event });
    }
    if (event.time > this.#newest) this.#newest = event.time;
    this.#settle(this.#newest - this.#options.latenessMs, signals);
    return signals;
  }

  /**
   * The event clock has reached `time` although no event says so: counts what waited and judges
   * windows that closed. Events that are older still and come after it are counted as ever.
   */
  advance(time: number): readonly Signal[] {
    const signals: Signal[] = [];
    this.#settle(Math.max(time, this.#newest) - this.#options.latenessMs, signals);
    return signals;
  }

  /** Nothing more comes: everything is counted and every window judged. */
  finish(): readonly Signal[] {
    const signals: Signal[] = [];
    this.#settle(Number.POSITIVE_INFINITY, signals);
    return signals;
  }

  /** In order of event time: a window closes before a later match is counted. */
  #settle(time: number, signals: Signal[]): void {
    for (;;) {
      const next = this.#waiting.least;
      const isNext = next !== undefined && (next <= time || this.#waiting.size > MAX_WAITING);
      const closed = this.#closing.takeClosed(isNext ? next : time);
      if (closed) this.#judge(closed, signals);
      else if (isNext) this.#count(this.#waiting.pop(), signals);
      else return;
    }
  }

  #count(waiting: Waiting | undefined, signals: Signal[]): void {
    if (waiting) this.#feed(waiting, { signals, depth: 0 });
  }

  #feed({ match, event }: Waiting, into: Into): void {
    if (into.depth >= MAX_CHAIN) return;
    const refs = match.entities ?? entitiesOf(event);
    for (const correlation of this.#options.feeds.get(match.source.id) ?? [])
      this.#feedOne(correlation, { match, event, refs }, into);
  }

  #feedOne(correlation: SigmaCorrelation, { match, event, refs }: Fed, into: Into): void {
    const view = this.#options.view.show(event);
    const group = groupOf(correlation, match, view);
    const values = group ? countedValues(correlation, match, view) : [];
    const isUncounted = !group || values.length === 0;
    if (isUncounted) this.ungrouped += 1;
    if (!group || (isUncounted && isSliding(correlation))) return;
    const key = `${correlation.id}\n${groupKey(group)}`;
    const hits = values.map((value) => toHit(event, value));
    if (!isSliding(correlation)) {
      this.#closing.add({ correlation, key, group }, { event, match }, { hits, refs });
      return;
    }
    const fired = this.#sliding.add(correlation, key, { hits, refs });
    if (fired === 'late') this.late += 1;
    else if (fired) this.#fire({ correlation, group, ...fired, last: { event, match } }, into);
  }

  #judge(window: ClosingWindow, signals: Signal[]): void {
    if (isMet(window.correlation, window.hits)) this.#fire(window, { signals, depth: 0 });
  }

  #fire({ correlation, group, hits, entities: seen, last }: Fired, into: Into): void {
    const { event, match } = last;
    const summary = toSummary(correlation);
    const others = refsSince(seen, hits[0]?.at ?? event.time);
    const entities = mergeEntities([...entitiesOf(event), ...others], MAX_ENTITIES);
    if (!this.#options.quiet.has(correlation.id)) {
      const fields = [...new Set([...correlation.groupBy, ...match.fields])];
      const view = this.#options.view.show(event);
      const { logsource } = match;
      const firing = { view, summary, group: groupKey(group), hits, fields, logsource, entities };
      into.signals.push(correlationSignal(correlation, firing));
    }
    const own: Match = { ...match, source: correlation, group, summary, entities };
    this.#feed({ match: own, event }, { ...into, depth: into.depth + 1 });
  }

  snapshot(): JsonObject {
    return {
      windows: this.#sliding.snapshot(),
      closing: this.#closing.snapshot(),
      waiting: this.#waiting
        .sorted()
        .map(({ match, event }): Json => [match.source.id, event as unknown as JsonObject]),
      newest: Number.isFinite(this.#newest) ? this.#newest : null,
      late: this.late,
      ungrouped: this.ungrouped,
    };
  }

  /** Takes back a snapshot; what belongs to rules that are gone is dropped. */
  restore(snapshot: Json): void {
    if (typeof snapshot !== 'object' || snapshot === null || Array.isArray(snapshot)) return;
    const { windows, closing, waiting, newest, late, ungrouped } = snapshot as JsonObject;
    this.late = typeof late === 'number' ? late : 0;
    this.ungrouped = typeof ungrouped === 'number' ? ungrouped : 0;
    if (typeof newest === 'number') this.#newest = newest;
    const { sources } = this.#options;
    this.#sliding.restore(windows, (key) => sources.has(key.slice(0, key.indexOf('\n'))));
    this.#closing.restore(closing, sources);
    for (const row of Array.isArray(waiting) ? (waiting as readonly Json[]) : [])
      this.#restoreWaiting(row);
  }

  #restoreWaiting(row: Json): void {
    if (!Array.isArray(row)) return;
    const [id, json] = row as readonly Json[];
    const source = this.#options.sources.get(String(id));
    const event = json as unknown as Event | undefined;
    if (source && typeof event?.time === 'number')
      this.#waiting.push(event.time, { match: toMatch(source), event });
  }
}

interface Fed extends Waiting {
  /** Whom the match is about. */
  readonly refs: readonly EntityRef[];
}

interface Fired extends Pick<ClosingWindow, 'correlation' | 'group' | 'last' | 'entities'> {
  readonly hits: readonly Hit[];
}

interface Into {
  readonly signals: Signal[];
  readonly depth: number;
}
