/* The streams of a Loki push, in JSON and in protobuf (logproto.PushRequest), entry by entry. */
import { isObject, type JsonMembers, textOf } from './json-text.ts';
import { readFields, textOfBytes, type WireField } from './protobuf.ts';

/** One line with its labels, its time in nanoseconds and what is said of it alone. */
export interface LokiEntry {
  readonly stream: Readonly<Record<string, string>>;
  readonly timestamp: string;
  readonly line: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

/** The body is no push. */
export class LokiError extends Error {}

/** Gives the entries of a push in JSON. */
export function* readLokiJson(push: unknown): Generator<LokiEntry> {
  const streams = isObject(push) ? push['streams'] : undefined;
  if (!Array.isArray(streams)) throw new LokiError('there is no list of streams');
  for (const stream of streams) {
    if (!isObject(stream)) throw new LokiError('a stream is no object');
    const labels = textsOf(stream['stream']);
    for (const value of listOf(stream['values'])) yield { stream: labels, ...readValue(value) };
  }
}

function listOf(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new LokiError('a stream has no list of values');
  return value;
}

function readValue(value: unknown): Omit<LokiEntry, 'stream'> {
  const [timestamp, line, metadata] = Array.isArray(value) ? value : [];
  if (typeof timestamp !== 'string' || !/^\d{1,20}$/.test(timestamp) || typeof line !== 'string')
    throw new LokiError('a value is no pair of nanoseconds and line');
  return { timestamp, line, ...(isObject(metadata) ? { metadata: textsOf(metadata) } : {}) };
}

const textsOf = (value: unknown): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(isObject(value) ? value : ({} as JsonMembers)).map(([name, text]) => [
      name,
      textOf(text) ?? JSON.stringify(text) ?? '',
    ]),
  );

/** Gives the entries of a push in protobuf, unpacked. */
export function* readLokiProtobuf(push: Uint8Array): Generator<LokiEntry> {
  for (const field of readFields(push)) if (field.number === 1) yield* readStream(bytesIn(field));
}

function* readStream(stream: Uint8Array): Generator<LokiEntry> {
  let labels: Readonly<Record<string, string>> = {};
  for (const field of readFields(stream))
    if (field.number === 1) labels = parseLabels(textOfBytes(bytesIn(field)));
  for (const field of readFields(stream))
    if (field.number === 2) yield { stream: labels, ...readEntry(bytesIn(field)) };
}

function bytesIn(field: WireField): Uint8Array {
  if (field.kind !== 'bytes') throw new LokiError(`field ${field.number} is no message or text`);
  return field.value;
}

function readEntry(entry: Uint8Array): Omit<LokiEntry, 'stream'> {
  let timestamp = '0';
  let line = '';
  const metadata: [string, string][] = [];
  for (const field of readFields(entry)) {
    if (field.number === 1) timestamp = readTime(bytesIn(field));
    if (field.number === 2) line = textOfBytes(bytesIn(field));
    if (field.number === 3) metadata.push(readPair(bytesIn(field)));
  }
  return {
    timestamp,
    line,
    ...(metadata.length > 0 ? { metadata: Object.fromEntries(metadata) } : {}),
  };
}

function readTime(time: Uint8Array): string {
  let nanos = 0n;
  for (const { number, kind, value } of readFields(time)) {
    if (kind === 'bytes') throw new LokiError('a time is no number');
    if (number === 1) nanos += BigInt(value) * 1_000_000_000n;
    if (number === 2) nanos += BigInt(value);
  }
  return nanos.toString();
}

function readPair(pair: Uint8Array): [string, string] {
  const texts: Record<number, string> = {};
  for (const field of readFields(pair)) texts[field.number] = textOfBytes(bytesIn(field));
  return [texts[1] ?? '', texts[2] ?? ''];
}

const LABEL = /\s*([A-Za-z_][A-Za-z0-9_.]*)\s*=\s*("(?:[^"\\]|\\.)*")\s*(,|$)/y;

/** Labels as Prometheus writes them: `{job="web", host="a"}`. What is none stays whole. */
function parseLabels(text: string): Readonly<Record<string, string>> {
  const inner = /^\{(.*)\}$/s.exec(text.trim())?.[1]?.trim() ?? '';
  const labels: [string, string][] = [];
  LABEL.lastIndex = 0;
  while (LABEL.lastIndex < inner.length) {
    const [, name = '', quoted = ''] = LABEL.exec(inner) ?? [];
    if (name === '') return { labels: text };
    labels.push([name, unquote(quoted)]);
  }
  return Object.fromEntries(labels);
}

/** Go's quoting is JSON's but for \x and \U, which Loki's senders do not write for text. */
function unquote(quoted: string): string {
  try {
    return String(JSON.parse(quoted));
  } catch {
    return quoted.slice(1, -1);
  }
}
