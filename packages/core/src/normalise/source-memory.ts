import type { RawRecord } from '../event/record.ts';
import { type AuditMemory, joinAudit } from './audit.ts';
import type { Fields } from './map-attributes.ts';
import { isW3cHeader, readW3cHeader, type W3cHeader } from './w3c.ts';
import { isZeekHeader, readZeekHeader, type ZeekHeader } from './zeek.ts';

/** What the header lines of a source have told so far about its rows. */
export interface RecordHeader {
  readonly zeek?: ZeekHeader | undefined;
  readonly w3c?: W3cHeader | undefined;
}

/** Sources whose header is remembered; beyond that the longest unused is forgotten. */
const MAX_HEADERS = 1_024;

/**
 * All that a normaliser remembers from one record to the next: the header of each source, and
 * the audit events under way. Bounded plain data.
 */
export class SourceMemory {
  readonly #headers = new Map<string, RecordHeader>();
  readonly #audit: AuditMemory = new Map();

  /** Takes a header line and says whose it is; undefined when the record is none. */
  takeHeader({ text, sourceId }: RawRecord): 'Zeek' | 'W3C' | undefined {
    const kind = kindOf(text);
    if (!kind) return undefined;
    const before = this.#headers.get(sourceId);
    this.#headers.delete(sourceId);
    this.#headers.set(sourceId, learn(kind, before, text.replace(/[\r\n]+$/, '')));
    const oldest = this.#headers.keys().next().value;
    if (this.#headers.size > MAX_HEADERS && oldest !== undefined) this.#headers.delete(oldest);
    return kind;
  }

  header(sourceId: string): RecordHeader | undefined {
    return this.#headers.get(sourceId);
  }

  /** An audit record with what the earlier ones of its event said. */
  join(sourceId: string, fields: Fields): Fields {
    return joinAudit(this.#audit, sourceId, fields);
  }
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
