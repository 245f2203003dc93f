import type { RawRecord } from '../event/record.ts';
import { readAccessLog } from './access-log.ts';
import { readAudit } from './audit.ts';
import { readCarrierLine } from './carrier.ts';
import { readCsv, toNumbered } from './delimited.ts';
import { type Envelope, NO_TIME, readEnvelope } from './envelope.ts';
import { readEventXml } from './event-xml.ts';
import { readKeyValue } from './key-value.ts';
import type { Fields } from './map-attributes.ts';
import type { SourceMemory } from './source-memory.ts';
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

/** A record as the readers see it; each reading is made once, when first asked for. */
export interface OpenRecord {
  readonly record: RawRecord;
  /** What earlier records told. */
  readonly memory: SourceMemory;
  readonly isTruncated: boolean;
  /** The message inside a syslog envelope, or the whole text. */
  readonly body: string;
  readonly envelope: Envelope | undefined;
  /** The JSON object that the body is; undefined when it is none. */
  json(): Fields | undefined;
  looksLikeJson: boolean;
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
  const own = readEnvelope(head, record.receivedAt);
  return openAs(record, memory, own ? withTime(own, said) : said && { ...said, message: head });
}

/** Opens a record as one that has no header. */
export function openPlain(record: RawRecord, memory: SourceMemory): OpenRecord {
  return openAs(record, memory, undefined);
}

const headOf = ({ text }: RawRecord): string =>
  text.slice(0, MAX_TEXT_CHARS).replace(/[\r\n]+$/, '');

function openAs(
  record: RawRecord,
  memory: SourceMemory,
  envelope: Envelope | undefined,
): OpenRecord {
  const header = memory.header(record.sourceId);
  const head = headOf(record);
  const body = (envelope?.message ?? head).trimEnd();
  const jsonText = envelope === undefined || envelope.message === head ? record.text : body;
  const looksLikeJson = JSON_START.test(jsonText.slice(0, 64));
  const json = once(() => (looksLikeJson ? unwrapJson(parseJson(jsonText)) : undefined));
  const readAnyWindows = (): Fields | undefined => {
    if (looksLikeJson) return fromJson(json(), readWindows);
    return fromJson(readEventXml(body), readWindows) ?? readWindowsText(head);
  };
  return {
    record,
    memory,
    isTruncated: record.text.length > MAX_TEXT_CHARS && !looksLikeJson,
    body,
    envelope,
    json,
    looksLikeJson,
    windows: once(() => readAnyWindows()),
    zeek: once(
      () => fromJson(json(), readZeekJson) ?? (header?.zeek && readZeekLine(header.zeek, head)),
    ),
    accessLog: once(() => readAccessLog(body)),
    keyValue: once(() => (looksLikeJson ? undefined : readPairs(body))),
    csv: once(() => (looksLikeJson ? undefined : readRow(body))),
    w3c: once(() => (header?.w3c && readW3cRow(header.w3c, head)) ?? readW3cText(head)),
    audit: once(() => {
      const fields = looksLikeJson ? undefined : readAudit(head);
      return fields && memory.join(record.sourceId, fields);
    }),
  };
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

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
