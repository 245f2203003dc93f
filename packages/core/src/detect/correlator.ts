import { BoundedMap } from '../shared/bounded-map.ts';
import type { Json, JsonObject } from '../shared/json.ts';
import type { EventView } from '../sigma/event-view.ts';
import type { Bound, SigmaCorrelation, SigmaRule } from '../sigma/rule.ts';
import { correlationSignal } from './build-signal.ts';
import type { Signal } from './signal.ts';
import {
  addHit,
  EMPTY_WINDOW,
  type Hit,
  timesOf,
  type Window,
  windowJson,
  windowOf,
} from './window.ts';

/** A rule or correlation that has just matched, with what its signal would show. */
export interface Match {
  readonly source: SigmaRule | SigmaCorrelation;
  readonly fields: readonly string[];
  readonly logsource: SigmaRule['logsource'];
}

const MIN_CAP = 200;
const MAX_TIMES = 10_000;

/**
 * The windows of all correlations, in event time.
 * - Window: sliding, `timespan` long, for each group, measured back from the group's newest event.
 * - Lateness: an event up to `timespan` behind its group's newest is counted in its place; one
 *   further behind is late: not counted, `late` goes up.
 * - Missing group key (or counted field): the event does not count; `ungrouped` goes up.
 * - Refire: once; the group then stays silent until an event later than `timespan` after that
 *   firing fills the window again, so a lasting attack fires again once for each timespan.
 * - Bounds: at most `maxGroups` groups over all correlations, the one longest untouched goes
 *   (`evicted`); in a group the newest 200 hits, or ten times the threshold when that is more.
 * - temporal: every rule matched within the window; temporal_ordered: in the order listed.
 */
export class Correlator {
  late = 0;
  ungrouped = 0;
  readonly #windows: BoundedMap<string, Window>;

  constructor(maxGroups: number) {
    this.#windows = new BoundedMap(maxGroups);
  }

  get groups(): number {
    return this.#windows.size;
  }

  get evicted(): number {
    return this.#windows.evicted;
  }

  /** Counts a match; the signal when the window is full and the group is not silent. */
  count(correlation: SigmaCorrelation, match: Match, view: EventView): Signal | undefined {
    const group = groupOf(correlation, match, view);
    const value = countedValue(correlation, match, view);
    if (group === undefined || value === undefined) {
      this.ungrouped += 1;
      return undefined;
    }
    const { event } = view;
    const key = `${correlation.id}\n${group}`;
    const hit: Hit = {
      at: event.time,
      eventId: event.id,
      offset: event.provenance.offset,
      value,
      ...timesIn(event.count),
    };
    const before = this.#windows.get(key) ?? EMPTY_WINDOW;
    const after = addHit(before, hit, {
      timespanMs: correlation.timespanMs,
      cap: capOf(correlation),
    });
    if (!after) {
      this.late += 1;
      return undefined;
    }
    const isSilent =
      after.firedAt !== undefined && event.time <= after.firedAt + correlation.timespanMs;
    const fires = !isSilent && isFull(correlation, after.hits);
    this.#windows.set(key, fires ? { ...after, firedAt: event.time } : after);
    if (!fires) return undefined;
    const fields = [...new Set([...correlation.groupBy, ...match.fields])];
    return correlationSignal(correlation, {
      view,
      group,
      hits: after.hits,
      fields,
      logsource: match.logsource,
    });
  }

  snapshot(): JsonObject {
    const windows = this.#windows.entries().map(([key, window]): Json => [key, windowJson(window)]);
    return { windows, late: this.late, ungrouped: this.ungrouped };
  }

  /** Takes back a snapshot; windows of correlations that are not in `ids` are dropped. */
  restore(snapshot: Json, ids: ReadonlySet<string>): void {
    if (typeof snapshot !== 'object' || snapshot === null || !('windows' in snapshot)) return;
    const { windows, late, ungrouped } = snapshot;
    this.late = typeof late === 'number' ? late : 0;
    this.ungrouped = typeof ungrouped === 'number' ? ungrouped : 0;
    const rows = Array.isArray(windows) ? (windows as readonly Json[]) : [];
    this.#windows.fill(rows.flatMap((row) => toEntry(row, ids)));
  }
}

/** An event may stand for several; a record that claims absurdly many counts as many as fill any window. */
function timesIn(count: unknown): { readonly times?: number } {
  return typeof count === 'number' && count > 1 ? { times: Math.min(count, MAX_TIMES) } : {};
}

function toEntry(row: Json, ids: ReadonlySet<string>): readonly (readonly [string, Window])[] {
  if (!Array.isArray(row)) return [];
  const [key, json] = row as readonly Json[];
  const window = windowOf(json);
  if (typeof key !== 'string' || !window || !ids.has(key.slice(0, key.indexOf('\n')))) return [];
  return [[key, window]];
}

/** The names under which a correlation may speak of what matched. */
const namesOf = ({ source }: Match): readonly string[] => [
  source.id,
  ...(source.name ? [source.name] : []),
];

function fieldFor(correlation: SigmaCorrelation, name: string, match: Match): string {
  const alias = correlation.aliases[name];
  if (!alias) return name;
  const own = namesOf(match).find((reference) => Object.hasOwn(alias, reference));
  return own === undefined ? name : (alias[own] ?? name);
}

/** The values of the group-by fields as one key; undefined when one is missing. */
function groupOf(correlation: SigmaCorrelation, match: Match, view: EventView): string | undefined {
  const parts: string[] = [];
  for (const name of correlation.groupBy) {
    const value = readLower(view, fieldFor(correlation, name, match));
    if (value === undefined) return undefined;
    parts.push(`${value.length}:${value}`);
  }
  return parts.join('|');
}

function readLower(view: EventView, field: string): string | undefined {
  const reading = view.read(field);
  const lower = reading.kind === 'values' ? reading.values[0]?.lower : undefined;
  return lower === '' || lower === '-' ? undefined : lower;
}

function countedValue(
  correlation: SigmaCorrelation,
  match: Match,
  view: EventView,
): string | undefined {
  switch (correlation.type) {
    case 'event_count':
      return '';
    case 'value_count':
      return readLower(view, fieldFor(correlation, correlation.field ?? '', match));
    case 'temporal':
    case 'temporal_ordered':
      return correlation.rules.find((reference) => namesOf(match).includes(reference)) ?? '';
  }
}

const capOf = ({ bounds }: SigmaCorrelation): number =>
  Math.max(MIN_CAP, ...bounds.map((bound) => bound.value * 10));

function isFull(correlation: SigmaCorrelation, hits: readonly Hit[]): boolean {
  switch (correlation.type) {
    case 'event_count':
      return correlation.bounds.every((bound) => isWithin(timesOf(hits), bound));
    case 'value_count': {
      const distinct = new Set(hits.map((hit) => hit.value)).size;
      return correlation.bounds.every((bound) => isWithin(distinct, bound));
    }
    case 'temporal':
      return correlation.rules.every((rule) => hits.some((hit) => hit.value === rule));
    case 'temporal_ordered':
      return isInOrder(correlation.rules, hits);
  }
}

function isInOrder(rules: readonly string[], hits: readonly Hit[]): boolean {
  let wanted = 0;
  for (const hit of hits) if (hit.value === rules[wanted]) wanted += 1;
  return wanted >= rules.length;
}

function isWithin(count: number, { op, value }: Bound): boolean {
  switch (op) {
    case 'gt':
      return count > value;
    case 'gte':
      return count >= value;
    case 'lt':
      return count < value;
    case 'lte':
      return count <= value;
    case 'eq':
      return count === value;
  }
}
