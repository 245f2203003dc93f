import type { RawRecord } from '../event/record.ts';
import type { BoundedMap } from '../shared/bounded-map.ts';
import { MINUTE_MS } from '../shared/time.ts';
import { type Fields, readField } from './map-attributes.ts';
import type { ParserDefinition, SessionDefinition } from './parser.ts';

/** What is known of one session; plain data. */
export interface SessionFacts {
  readonly receivedAt: number;
  readonly fields: Fields;
}
export type SessionMemory = BoundedMap<string, SessionFacts>;

/** So many sessions are under way at most; the ones heard of longest ago are forgotten first. */
export const MAX_SESSIONS = 8_192;
const MAX_KEPT_CHARS = 512;
const MAX_KEY_CHARS = 512;

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
  const kept: Record<string, unknown> = {};
  const told: Record<string, unknown> = {};
  for (const name of session.keep) {
    const own = readField(fields, name);
    const value = own === undefined ? known[name] : toKept(own);
    if (value === undefined) continue;
    kept[name] = value;
    if (own === undefined) told[name] = value;
  }
  memory.set(place, { receivedAt: record.receivedAt, fields: kept });
  const added = Object.keys(told);
  return { fields: added.length === 0 ? fields : { ...fields, ...told }, added };
}

/** What is too long to be kept, or is no text, is not told on; nor is what was said before it. */
const toKept = (value: unknown): string | undefined =>
  typeof value === 'string' && value.length <= MAX_KEPT_CHARS ? value : undefined;

/** Undefined when the record names no session, or by what is too long for a name. */
function keyOf({ by }: SessionDefinition, fields: Fields): string | undefined {
  const values = by.map((name) => readField(fields, name));
  if (values.at(-1) === undefined) return undefined;
  const key = values.map((value) => String(value ?? '')).join('\n');
  return key.length <= MAX_KEY_CHARS ? key : undefined;
}
