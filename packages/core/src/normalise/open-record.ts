import type { RawRecord } from '../event/record.ts';
import { readAccessLog } from './access-log.ts';
import { readAudit } from './audit.ts';
import { readCarrierLine } from './carrier.ts';
import { readCsv, toNumbered } from './delimited.ts';
import { type Envelope, NO_TIME, readEnvelope } from './envelope.ts';
import { readEventXml } from './event-xml.ts';
import { readKeyValue } from './key-value.ts';
import type { Fields } from './map-attributes.ts';
import type { RecordHeader, SourceMemory } from './source-memory.ts';
import { unwrapJson } from './unwrap-json.ts';
import { readW3cRow, readW3cText } from './w3c.ts';
import { readWindows } from './windows.ts';
import { readWindowsText } from './windows-text.ts';
import { readZeekJson, readZeekLine } from './zeek.ts';

/** Text is parsed up to here; what lies beyond stays in the record log only. */
export const MAX_TEXT_CHARS = 65_536;
/** JSON cannot be parsed in part; a larger one is not parsed at all. */
export const MAX_JSON_CHARS = 1_048_576;

/** An object, or a list that begins with one. */
const JSON_START = /^\s*(?:\[\s*)?\{/;

/** A record as the readers see it. */
export interface OpenRecord {
  readonly record: RawRecord;
  /** What earlier records told. */
  readonly memory: SourceMemory;
  readonly isTruncated: boolean;
  /** The message inside a syslog envelope, or the whole text. */
  readonly body: string;
  readonly envelope: Envelope | undefined;
  readonly looksLikeJson: boolean;
  /** What the envelope says, `message` as it stands there; empty without one. */
  header(): Fields;
  /** The same, with the body as `message`. */
  line(): Fields;
  /** The JSON object that the body is; undefined when it is none. */
  json(): Fields | undefined;
  windows(): Fields | undefined;
  zeek(): Fields | undefined;
  accessLog(): Fields | undefined;
  keyValue(): Fields | undefined;
  csv(): Fields | undefined;
  w3c(): Fields | undefined;
  /** Of the Linux audit system, joined to the earlier records of its event. */
  audit(): Fields | undefined;
}

/**
 * Opens a record: finds the envelope, cuts what is too long; what a container runtime wrote before a
 * line is taken off. `said`: what a shipper said of it, which counts when the record has no header of its own.
 */
export function openRecord(
  record: RawRecord,
  memory: SourceMemory,
  said?: Omit<Envelope, 'message'>,
): OpenRecord {
  const line = said ? undefined : readCarrierLine(record.text, record.receivedAt);
  if (line) return openRecord({ ...record, text: line.text }, memory, line.outer);
  const head = headOf(record);
  const own = readEnvelope(head, record.receivedAt, memory.readTime);
  const envelope = own ? withTime(own, said) : said && { ...said, message: head };
  return new Opened({ record, memory, head, envelope });
}

/** Opens a record as one that has no header. */
export function openPlain(record: RawRecord, memory: SourceMemory): OpenRecord {
  return new Opened({ record, memory, head: headOf(record), envelope: undefined });
}

const headOf = ({ text }: RawRecord): string => withoutLineEnd(text.slice(0, MAX_TEXT_CHARS));

function withoutLineEnd(text: string): string {
  let end = text.length;
  while (end > 0 && (text.charCodeAt(end - 1) === 10 || text.charCodeAt(end - 1) === 13)) end -= 1;
  return end === text.length ? text : text.slice(0, end);
}

const UNREAD = Symbol('unread');
type Reading = Fields | undefined | typeof UNREAD;

/** Each reading is made once, when first asked for. */
class Opened implements OpenRecord {
  readonly record: RawRecord;
  readonly memory: SourceMemory;
  readonly isTruncated: boolean;
  readonly body: string;
  readonly envelope: Envelope | undefined;
  readonly looksLikeJson: boolean;
  readonly #head: string;
  readonly #jsonText: string;
  #header: Fields | undefined;
  #line: Fields | undefined;
  #json: Reading = UNREAD;
  #windows: Reading = UNREAD;
  #zeek: Reading = UNREAD;
  #accessLog: Reading = UNREAD;
  #keyValue: Reading = UNREAD;
  #csv: Reading = UNREAD;
  #w3c: Reading = UNREAD;
  #audit: Reading = UNREAD;

  constructor(given: {
    readonly record: RawRecord;
    readonly memory: SourceMemory;
    /** The text as far as it is read. */
    readonly head: string;
    readonly envelope: Envelope | undefined;
  }) {
    const { record, memory, head, envelope } = given;
    const isWhole = envelope === undefined || envelope.message === head;
    this.record = record;
    this.memory = memory;
    this.envelope = envelope;
    this.body = (envelope?.message ?? head).trimEnd();
    this.#head = head;
    this.#jsonText = isWhole ? record.text : this.body;
    this.looksLikeJson = JSON_START.test(this.#jsonText.slice(0, 64));
    this.isTruncated = record.text.length > MAX_TEXT_CHARS && !this.looksLikeJson;
  }

  header(): Fields {
    this.#header ??= this.envelope ? toHeader(this.envelope) : {};
    return this.#header;
  }

  line(): Fields {
    this.#line ??= { ...this.header(), message: this.body };
    return this.#line;
  }

  json(): Fields | undefined {
    if (this.#json === UNREAD)
      this.#json = this.looksLikeJson ? unwrapJson(parseJson(this.#jsonText)) : undefined;
    return this.#json;
  }

  windows(): Fields | undefined {
    if (this.#windows === UNREAD)
      this.#windows = this.looksLikeJson
        ? fromJson(this.json(), readWindows)
        : (fromJson(readEventXml(this.body), readWindows) ?? readWindowsText(this.#head));
    return this.#windows;
  }

  zeek(): Fields | undefined {
    if (this.#zeek === UNREAD) {
      const zeek = this.#told()?.zeek;
      this.#zeek = fromJson(this.json(), readZeekJson) ?? (zeek && readZeekLine(zeek, this.#head));
    }
    return this.#zeek;
  }

  accessLog(): Fields | undefined {
    if (this.#accessLog === UNREAD) this.#accessLog = readAccessLog(this.body);
    return this.#accessLog;
  }

  keyValue(): Fields | undefined {
    if (this.#keyValue === UNREAD)
      this.#keyValue = this.looksLikeJson ? undefined : readPairs(this.body);
    return this.#keyValue;
  }

  csv(): Fields | undefined {
    if (this.#csv === UNREAD) this.#csv = this.looksLikeJson ? undefined : readRow(this.body);
    return this.#csv;
  }

  w3c(): Fields | undefined {
    if (this.#w3c === UNREAD) this.#w3c = this.looksLikeJson ? undefined : this.#readW3c();
    return this.#w3c;
  }

  audit(): Fields | undefined {
    if (this.#audit === UNREAD) {
      const fields = this.looksLikeJson ? undefined : readAudit(this.#head);
      this.#audit = fields && this.memory.join(this.record.sourceId, fields);
    }
    return this.#audit;
  }

  #readW3c(): Fields | undefined {
    const w3c = this.#told()?.w3c;
    return (w3c && readW3cRow(w3c, this.#head)) ?? readW3cText(this.#head);
  }

  /** What the header lines of its source told. */
  #told(): RecordHeader | undefined {
    return this.memory.header(this.record.sourceId);
  }
}

function toHeader({ time: _, host, ...rest }: Envelope): Fields {
  return { ...rest, hostname: host };
}

/** The header, which has the shipper's time when it has none of its own. */
function withTime(own: Envelope, said: Omit<Envelope, 'message'> | undefined): Envelope {
  if (own.timestamp !== NO_TIME || !said) return own;
  return { ...own, time: said.time, timestamp: said.timestamp };
}

/** A text with fewer pairs is prose. */
const MIN_PAIRS = 3;

function readPairs(body: string): Fields | undefined {
  const pairs = readKeyValue(body);
  return Object.keys(pairs).length < MIN_PAIRS ? undefined : pairs;
}

function readRow(body: string): Fields | undefined {
  const values = readCsv(body);
  return values && toNumbered(values);
}

function fromJson(
  json: Fields | undefined,
  read: (json: Fields) => Fields | undefined,
): Fields | undefined {
  return json && read(json);
}

function parseJson(text: string): Fields | undefined {
  if (text.length > MAX_JSON_CHARS) return undefined;
  try {
    const parsed: unknown = JSON.parse(text);
    // A list of one is a record; a longer one is for its source to take apart.
    const value: unknown = Array.isArray(parsed) && parsed.length === 1 ? parsed[0] : parsed;
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Fields)
      : undefined;
  } catch {
    return undefined;
  }
}
