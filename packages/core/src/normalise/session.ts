import type { RawRecord } from '../event/record.ts';
import type { BoundedMap } from '../shared/bounded-map.ts';
import { MINUTE_MS } from '../shared/time.ts';
import { type Fields, readField } from './map-attributes.ts';
import type { ParserDefinition } from './parser.ts';

/** Which records of a parser are of one session, and what earlier ones tell later ones. */
export interface SessionDefinition {
  /** Fields whose values together name the session; a record without the last one is of none. */
  readonly by: readonly string[];
  /** Fields that a later record which lacks them takes from earlier ones. */
  readonly keep: readonly string[];
  /** A session of which nothing came for so long is forgotten: numbers are used again. */
  readonly minutes: number;
}

/** What is known of one session; plain data. */
export interface SessionFacts {
  readonly receivedAt: number;
  readonly fields: Fields;
}
export type SessionMemory = BoundedMap<string, SessionFacts>;

/** So many sessions are under way at most; the ones heard of longest ago are forgotten first. */
export const MAX_SESSIONS = 8_192;
const MAX_KEPT_CHARS = 512;

/** A record with what the earlier ones of its session said, and the names of what was added. */
export interface Joined {
  readonly fields: Fields;
  readonly added: readonly string[];
}

/**
 * Joins a record to the earlier ones of its session. Daemons tell a client's address once and speak
 * of its connection by a number from then on. What a record says itself always counts.
 */
export function joinSession(
  memory: SessionMemory,
  { definition, record }: { readonly definition: ParserDefinition; readonly record: RawRecord },
  fields: Fields,
): Joined {
  const { session } = definition;
  const key = session && keyOf(session, fields);
  if (!key) return { fields, added: [] };
  const place = `${definition.id}\n${record.sourceId}\n${key}`;
  const before = memory.get(place);
  const isOld = before && record.receivedAt - before.receivedAt > session.minutes * MINUTE_MS;
  const known = before && !isOld ? before.fields : {};
  const kept: Record<string, unknown> = { ...known };
  const all: Record<string, unknown> = { ...fields };
  const added: string[] = [];
  for (const name of session.keep) {
    const own = readField(fields, name);
    if (typeof own === 'string' && own.length <= MAX_KEPT_CHARS) kept[name] = own;
    else if (own === undefined && known[name] !== undefined) {
      all[name] = known[name];
      added.push(name);
    }
  }
  memory.set(place, { receivedAt: record.receivedAt, fields: kept });
  return added.length === 0 ? { fields, added } : { fields: all, added };
}

/** Undefined when the record names no session. */
function keyOf({ by }: SessionDefinition, fields: Fields): string | undefined {
  const values = by.map((name) => readField(fields, name));
  return values.at(-1) === undefined
    ? undefined
    : values.map((value) => String(value ?? '')).join('\n');
}
