import type { RawRecord } from '../event/record.ts';
import { BoundedMap } from '../shared/bounded-map.ts';
import type { Json, JsonObject } from '../shared/json.ts';
import type { EpochMs } from '../shared/time.ts';
import { type AuditMemory, joinAudit, MAX_AUDIT_EVENTS } from './audit.ts';
import type { Fields } from './map-attributes.ts';
import type { ParserDefinition } from './parser.ts';
import { RecentTimes } from './recent-times.ts';
import {
  type Joined,
  joinSession,
  MAX_SESSIONS,
  type SessionFacts,
  type SessionMemory,
} from './session.ts';
import { isW3cHeader, readW3cHeader, type W3cHeader } from './w3c.ts';
import { isZeekHeader, readZeekHeader, type ZeekHeader } from './zeek.ts';

/** What the header lines of a source have told so far about its rows. */
export interface RecordHeader {
  readonly zeek?: ZeekHeader | undefined;
  readonly w3c?: W3cHeader | undefined;
}

/** The last record of a source that said when it was written. */
export interface SourceTime {
  readonly offset: number;
  readonly time: EpochMs;
  readonly receivedAt: EpochMs;
}

/** Sources whose header is remembered; beyond that the one told longest ago is forgotten. */
const MAX_HEADERS = 1_024;
const MAX_TIMES = 4_096;

/**
 * All that a normaliser remembers from one record to the next: the header of each source, the audit
 * events and sessions under way, and the last time that each source told. Bounded plain data: it goes with the
 * pipeline's snapshot, and from one set of parsers to the next.
 */
export class SourceMemory {
  readonly #headers = new BoundedMap<string, RecordHeader>(MAX_HEADERS);
  readonly #audit: AuditMemory = new BoundedMap(MAX_AUDIT_EVENTS);
  readonly #times = new BoundedMap<string, { -readonly [K in keyof SourceTime]: SourceTime[K] }>(
    MAX_TIMES,
  );

  readonly #sessions: SessionMemory = new BoundedMap(MAX_SESSIONS);
  readonly #recent = new RecentTimes();
  /** As `readTime`; it spares work and is no part of what is remembered. */
  readonly readTime = this.#recent.read;

  /** Takes a header line and says whose it is; undefined when the record is none. */
  takeHeader({ text, sourceId }: RawRecord): 'Zeek' | 'W3C' | undefined {
    const kind = kindOf(text);
    if (!kind) return undefined;
    const before = this.#headers.get(sourceId);
    this.#headers.set(sourceId, learn(kind, before, text.replace(/[\r\n]+$/, '')));
    return kind;
  }

  header(sourceId: string): RecordHeader | undefined {
    return this.#headers.get(sourceId);
  }

  /** An audit record with what the earlier ones of its event said. */
  join(sourceId: string, fields: Fields): Fields {
    return joinAudit(this.#audit, sourceId, fields);
  }

  /** A record with what the earlier ones of its session said. */
  joinSession(record: RawRecord, definition: ParserDefinition, fields: Fields): Joined {
    return joinSession(this.#sessions, { definition, record }, fields);
  }

  /** A record said itself when it was written. */
  sawTime({ sourceId, offset, receivedAt }: RawRecord, time: EpochMs): void {
    const known = this.#times.get(sourceId);
    if (!known) {
      this.#times.set(sourceId, { offset, time, receivedAt });
      return;
    }
    known.offset = offset;
    known.time = time;
    known.receivedAt = receivedAt;
  }

  /** Of the record's source, and only what came before the record itself. */
  lastTime({ sourceId, offset }: RawRecord): SourceTime | undefined {
    const known = this.#times.get(sourceId);
    return known && known.offset < offset ? known : undefined;
  }

  snapshot(): Json {
    const plain = {
      headers: this.#headers.entries(),
      audit: this.#audit.entries(),
      times: this.#times.entries().map(([id, time]) => [id, { ...time }]),
      sessions: this.#sessions.entries(),
    };
    // Of parsers' making: strings, numbers, and lists and objects of them.
    return plain as unknown as Json;
  }

  /** What `snapshot` gave, as it is or as JSON brought it back; another form is nothing. */
  restore(snapshot: Json): void {
    this.#headers.fill(entriesOf<RecordHeader>(snapshot, 'headers'));
    this.#audit.fill(entriesOf<Fields>(snapshot, 'audit'));
    this.#sessions.fill(entriesOf<SessionFacts>(snapshot, 'sessions'));
    this.#times.fill(
      entriesOf<SourceTime>(snapshot, 'times').map(([id, time]) => [id, { ...time }]),
    );
  }
}

function entriesOf<V>(snapshot: Json, name: string): readonly (readonly [string, V])[] {
  if (typeof snapshot !== 'object' || snapshot === null) return [];
  const list = (snapshot as JsonObject)[name];
  return Array.isArray(list) ? (list as unknown as readonly (readonly [string, V])[]) : [];
}

function kindOf(text: string): 'Zeek' | 'W3C' | undefined {
  if (text.startsWith('#') && isZeekHeader(text)) return 'Zeek';
  return isW3cHeader(text) ? 'W3C' : undefined;
}

function learn(kind: 'Zeek' | 'W3C', before: RecordHeader | undefined, line: string): RecordHeader {
  return kind === 'Zeek'
    ? { ...before, zeek: readZeekHeader(before?.zeek, line) }
    : { ...before, w3c: readW3cHeader(before?.w3c, line) };
}
