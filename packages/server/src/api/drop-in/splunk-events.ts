/* The events of a Splunk HEC body, each as the record it becomes. */
import { isUtf8 } from 'node:buffer';
import { MAX_RECORD_BYTES, splitLines } from '../body.ts';
import { bytesOf } from './drop-in.ts';
import { type JsonMembers, parseObject, splitObjects, textOf } from './json-text.ts';

/** A record with the parsers that its sourcetype speaks for. */
export interface HecRecord {
  readonly bytes: Uint8Array;
  readonly parsers?: readonly string[];
}

/** What could be read up to the first event that is none, and why that one is none. */
export interface HecEvents {
  readonly records: readonly HecRecord[];
  readonly fault?: { readonly code: HecCode; readonly number: number; readonly count: number };
}

/** Splunk's numbers for what can be wrong. */
export type HecCode = 5 | 6 | 12 | 13;

/** Reads objects that follow each other, as `/services/collector/event` takes them. */
export function readEvents(bytes: Uint8Array): HecEvents {
  const { objects, rest } = splitObjects(bytes);
  const records: HecRecord[] = [];
  for (const [number, object] of objects.entries()) {
    const read = readEvent(object);
    if (typeof read !== 'object')
      return { records, fault: { code: read, number, count: objects.length - number } };
    records.push(read);
  }
  if (rest !== undefined) return { records, fault: { code: 6, number: objects.length, count: 1 } };
  return { records };
}

function readEvent(object: Uint8Array): HecRecord | HecCode {
  if (object.length > MAX_RECORD_BYTES) return 6;
  const members = parseObject(object);
  if (members === undefined) return 6;
  const { event } = members;
  if (event === undefined || event === null) return 12;
  if (event === '' || (typeof event === 'object' && Object.keys(event).length === 0)) return 13;
  return { bytes: bytesOfEvent(object, members), ...hintOf(textOf(members['sourcetype'])) };
}

/** What an envelope says beyond the event and what it is. */
const SAYS_MORE = ['time', 'host', 'source', 'index', 'fields'];

/** The line alone when the envelope says nothing more, else the whole envelope verbatim. */
function bytesOfEvent(object: Uint8Array, members: JsonMembers): Uint8Array {
  const { event } = members;
  const isPlain = SAYS_MORE.every((name) => members[name] === undefined);
  return isPlain && typeof event === 'string' ? bytesOf(event) : object.slice();
}

/** Reads lines, as `/services/collector/raw` takes them; what the address says of them stays with them. */
export function* readRaw(bytes: Uint8Array, query: JsonMembers): Generator<HecRecord> {
  const said = Object.fromEntries(
    ['time', 'host', 'source', 'sourcetype', 'index'].flatMap((name) => {
      const value = textOf(query[name]);
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
  const hint = hintOf(said['sourcetype']);
  const hasEnvelope = Object.keys(said).some((name) => name !== 'sourcetype');
  for (const line of splitLines(bytes)) {
    // An envelope is text: bytes that are none stay as they came, alone.
    const isWrapped = hasEnvelope && isUtf8(line);
    yield { bytes: isWrapped ? inEnvelope(said, line) : line, ...hint };
  }
}

const inEnvelope = (said: JsonMembers, line: Uint8Array): Uint8Array =>
  bytesOf(JSON.stringify({ ...said, event: Buffer.from(line).toString('utf8') }));

/** Sourcetypes of Splunk's list, and the parsers of the lines they stand for. */
const PARSERS: Readonly<Record<string, readonly string[]>> = {
  access_combined: ['apache-access', 'nginx-access'],
  access_common: ['apache-access', 'nginx-access'],
  apache_error: ['apache-error'],
  'apache:access': ['apache-access'],
  'apache:error': ['apache-error'],
  'aws:cloudtrail': ['aws-cloudtrail'],
  'nginx:plus:access': ['nginx-access'],
  'nginx:plus:error': ['nginx-error'],
  suricata: ['suricata'],
};

function hintOf(sourcetype: string | undefined): { readonly parsers?: readonly string[] } {
  const parsers =
    sourcetype !== undefined && Object.hasOwn(PARSERS, sourcetype)
      ? PARSERS[sourcetype]
      : undefined;
  return parsers ? { parsers } : {};
}
