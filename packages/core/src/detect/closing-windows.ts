import type { EntityRef } from '../entity/entity.ts';
import type { Event } from '../event/event.ts';
import { type Json, type JsonObject, membersOf } from '../shared/json.ts';
import type { SigmaCorrelation } from '../sigma/rule.ts';
import { type Match, toMatch } from './group.ts';
import { Heap } from './heap.ts';
import { addSeen, type SeenEntity, seenOf } from './seen-entity.ts';
import { type Hit, hitsOf } from './window.ts';

/** A window that the first event opened and that is judged when its time span is over. */
export interface ClosingWindow {
  readonly correlation: SigmaCorrelation;
  readonly key: string;
  readonly group: Readonly<Record<string, string>>;
  readonly closesAt: number;
  readonly hits: Hit[];
  readonly entities: SeenEntity[];
  /** The newest event counted, and what it matched. */
  last: { readonly event: Event; readonly match: Match };
}

const MAX_HITS = 10_000;

/**
 * The windows of conditions that later events can undo (lt, lte, eq, neq, averages, percentiles,
 * negations): one opens at the first event that no earlier window of its group holds and lasts one
 * time span. Beyond 10,000 hits a window counts no more of them (`cut`).
 */
export class ClosingWindows {
  cut = 0;
  evicted = 0;
  readonly #open = new Map<string, ClosingWindow>();
  readonly #due = new Heap<ClosingWindow>();
  readonly #maxGroups: number;

  constructor(maxGroups: number) {
    this.#maxGroups = maxGroups;
  }

  get size(): number {
    return this.#open.size;
  }

  /** When the next window closes. */
  get nextClose(): number | undefined {
    return this.#due.least;
  }

  add(
    place: Pick<ClosingWindow, 'correlation' | 'key' | 'group'>,
    last: ClosingWindow['last'],
    { hits, refs }: { readonly hits: readonly Hit[]; readonly refs: readonly EntityRef[] },
  ): void {
    const window = this.#open.get(place.key) ?? this.#openAt(place, last);
    if (!window) return;
    for (const hit of hits) {
      if (window.hits.length < MAX_HITS) window.hits.push(hit);
      else this.cut += 1;
    }
    addSeen(window.entities, refs, last.event.time);
    if (last.event.time >= window.last.event.time) window.last = last;
  }

  #openAt(
    place: Pick<ClosingWindow, 'correlation' | 'key' | 'group'>,
    last: ClosingWindow['last'],
  ): ClosingWindow | undefined {
    if (this.#open.size >= this.#maxGroups) {
      this.evicted += 1;
      return undefined;
    }
    const closesAt = last.event.time + place.correlation.timespanMs;
    return this.#keep({ ...place, closesAt, hits: [], entities: [], last });
  }

  #keep(window: ClosingWindow): ClosingWindow {
    this.#open.set(window.key, window);
    this.#due.push(window.closesAt, window);
    return window;
  }

  /** Takes out the next window that closed before `time` (a window holds its last moment). */
  takeClosed(time: number): ClosingWindow | undefined {
    if ((this.#due.least ?? Number.POSITIVE_INFINITY) >= time) return undefined;
    const window = this.#due.pop();
    if (window) this.#open.delete(window.key);
    return window;
  }

  snapshot(): Json {
    return this.#due.sorted().map(
      (window): Json => ({
        correlation: window.correlation.id,
        key: window.key,
        group: window.group,
        closesAt: window.closesAt,
        hits: [...window.hits] as unknown as Json,
        entities: [...window.entities] as unknown as Json,
        source: window.last.match.source.id,
        event: window.last.event as unknown as JsonObject,
      }),
    );
  }

  /** Takes back the windows of rules that are still there. */
  restore(json: Json | undefined, sources: ReadonlyMap<string, Match['source']>): void {
    for (const row of Array.isArray(json) ? (json as readonly Json[]) : []) {
      const window = toWindow(row, sources);
      if (window) this.#keep(window);
    }
  }
}

function toWindow(
  row: Json,
  sources: ReadonlyMap<string, Match['source']>,
): ClosingWindow | undefined {
  const {
    key,
    closesAt,
    hits,
    group,
    entities,
    event,
    correlation: id,
    source: sourceId,
  } = membersOf(row);
  const correlation = sources.get(String(id));
  const source = sources.get(String(sourceId));
  if (!source || correlation?.kind !== 'correlation') return undefined;
  if (typeof key !== 'string' || typeof closesAt !== 'number' || typeof event !== 'object')
    return undefined;
  const match = toMatch(source);
  return {
    correlation,
    key,
    group: group as Readonly<Record<string, string>>,
    closesAt,
    hits: hitsOf(hits),
    entities: seenOf(entities),
    last: { event: event as unknown as Event, match },
  };
}
