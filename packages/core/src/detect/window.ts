import type { Event } from '../event/event.ts';
import type { EventId } from '../shared/id.ts';
import { type Json, membersOf } from '../shared/json.ts';
import type { EpochMs } from '../shared/time.ts';
import { type SeenEntity, seenOf } from './seen-entity.ts';

/** One counted event of a group. */
export interface Hit {
  readonly at: EpochMs;
  readonly eventId: EventId;
  readonly offset: number;
  /** What is counted apart: the field's value or the rule that matched. */
  readonly value: string;
  /** How often the event says it happened; absent: once. */
  readonly times?: number;
}

/** How often hits happened, all in all. */
export const timesOf = (hits: readonly Hit[]): number =>
  hits.reduce((sum, { times = 1 }) => sum + times, 0);

/** The hits of one group inside the timespan, oldest first, whom they were about, and when it last fired. */
export interface Window {
  readonly hits: Hit[];
  readonly entities: SeenEntity[];
  firedAt?: EpochMs;
  /** The sources that its signals of this timespan named, where it fires for each. */
  told?: string[];
}

/** The hit of an event. */
export const toHit = (event: Event, value: string): Hit => ({
  at: event.time,
  eventId: event.id,
  offset: event.provenance.offset,
  value,
  ...timesIn(event.count),
});

const MAX_TIMES = 10_000;

/**
 * An event may stand for several; a record that claims absurdly many counts as many as fill any
 * window. What is no finite number is lost in a snapshot, so it counts once before it, too.
 */
function timesIn(count: unknown): { readonly times?: number } {
  return typeof count === 'number' && Number.isFinite(count) && count > 1
    ? { times: Math.min(count, MAX_TIMES) }
    : {};
}

/**
 * Puts one more hit into a window: sorted by event time, cut to `timespanMs` before its newest and to
 * the `cap` newest hits. False: the hit is older than the timespan before the newest, which is too
 * late. The same event is not counted twice for the same value.
 */
export function addHit(
  { hits }: Window,
  hit: Hit,
  limits: { readonly timespanMs: number; readonly cap: number },
): boolean {
  const newest = hits.at(-1)?.at ?? hit.at;
  if (hit.at < newest - limits.timespanMs) return false;
  let place = hits.length;
  while (place > 0 && (hits[place - 1]?.at ?? 0) > hit.at) place -= 1;
  if (isThere(hits, hit, place)) return true;
  // Nearly always it is the newest.
  if (place === hits.length) hits.push(hit);
  else hits.splice(place, 0, hit);
  const horizon = Math.max(newest, hit.at) - limits.timespanMs;
  let gone = Math.max(0, hits.length - limits.cap);
  while ((hits[gone]?.at ?? horizon) < horizon) gone += 1;
  if (gone > 0) hits.splice(0, gone);
  return true;
}

function isThere(hits: readonly Hit[], hit: Hit, place: number): boolean {
  for (let at = place - 1; at >= 0 && hits[at]?.at === hit.at; at -= 1)
    if (hits[at]?.eventId === hit.eventId && hits[at]?.value === hit.value) return true;
  return false;
}

/** What is no hit is left out. */
export function hitsOf(json: Json | undefined): Hit[] {
  return Array.isArray(json) ? (json as readonly Json[]).flatMap((row) => hitOf(row) ?? []) : [];
}

/** The same window, to be written apart; hits and entities themselves never change. */
export const copyWindow = ({ hits, entities, ...rest }: Window): Window => ({
  ...rest,
  hits: [...hits],
  entities: [...entities],
});

/** A window as JSON brought it back; undefined when it is none. */
export function windowOf(json: Json | undefined): Window | undefined {
  const { hits, entities, firedAt, told } = membersOf(json);
  if (!Array.isArray(hits)) return undefined;
  return {
    hits: hitsOf(hits as readonly Json[]),
    entities: seenOf(entities),
    ...(typeof firedAt === 'number' ? { firedAt: firedAt as EpochMs } : {}),
    ...(Array.isArray(told) ? { told: told.map(String) } : {}),
  };
}

function hitOf(row: Json): Hit | undefined {
  const { at, eventId, offset, value, times } = membersOf(row);
  if (
    typeof at !== 'number' ||
    typeof eventId !== 'string' ||
    typeof offset !== 'number' ||
    typeof value !== 'string'
  )
    return undefined;
  return {
    at: at as EpochMs,
    eventId: eventId as EventId,
    offset,
    value,
    ...(typeof times === 'number' ? { times } : {}),
  };
}
