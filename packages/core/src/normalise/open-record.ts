import type { RawRecord } from '../event/record.ts';
import { readAccessLog } from './access-log.ts';
import { type Envelope, readEnvelope } from './envelope.ts';
import type { Fields } from './map-attributes.ts';
import { readWindows } from './windows.ts';
import { readWindowsText } from './windows-text.ts';
import { readZeekJson, readZeekLine, type ZeekHeader } from './zeek.ts';

/** Text is parsed up to here; what lies beyond stays in the record log only. */
export const MAX_TEXT_CHARS = 65_536;
/** JSON cannot be parsed in part; a larger one is not parsed at all. */
export const MAX_JSON_CHARS = 1_048_576;

/** A record as the readers see it; each reading is made once, when first asked for. */
export interface OpenRecord {
  readonly record: RawRecord;
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
}

/** Opens a record: finds the envelope, cuts what is too long. */
export function openRecord(record: RawRecord, header: ZeekHeader | undefined): OpenRecord {
  const head = record.text.slice(0, MAX_TEXT_CHARS).replace(/[\r\n]+$/, '');
  const envelope = readEnvelope(head, record.receivedAt);
  const body = (envelope?.message ?? head).trimEnd();
  const jsonText = envelope ? body : record.text;
  const looksLikeJson = /^\s*\{/.test(jsonText.slice(0, 64));
  const json = once(() => (looksLikeJson ? parseJson(jsonText) : undefined));
  return {
    record,
    isTruncated: record.text.length > MAX_TEXT_CHARS && !looksLikeJson,
    body,
    envelope,
    json,
    looksLikeJson,
    windows: once(() => (looksLikeJson ? fromJson(json(), readWindows) : readWindowsText(head))),
    zeek: once(() => fromJson(json(), readZeekJson) ?? (header && readZeekLine(header, head))),
    accessLog: once(() => readAccessLog(body)),
  };
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
    const value: unknown = JSON.parse(text);
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
