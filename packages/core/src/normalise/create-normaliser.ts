import type { Event, Provenance } from '../event/event.ts';
import type { RawRecord } from '../event/record.ts';
import type { EventId } from '../shared/id.ts';
import type { EpochMs } from '../shared/time.ts';
import {
  type CompiledMessage,
  type CompiledParser,
  compileParser,
  matchMessage,
} from './compile-parser.ts';
import { explainUnparsed } from './explain-unparsed.ts';
import { limitFields } from './limit-fields.ts';
import { type Fields, mapAttributes, readField } from './map-attributes.ts';
import type { Normalised, Normaliser } from './normaliser.ts';
import { MAX_TEXT_CHARS, type OpenRecord, openRecord } from './open-record.ts';
import type { ParserDefinition } from './parser.ts';
import { passOcsf } from './pass-ocsf.ts';
import { readFields } from './read-fields.ts';
import { readTime } from './read-time.ts';
import { createRoutes } from './routes.ts';
import { isZeekHeader, readZeekHeader, type ZeekHeader } from './zeek.ts';

/** Sources whose Zeek header is remembered; beyond that the longest unused is forgotten. */
const MAX_HEADERS = 1_024;

/**
 * The normaliser over a set of parsers: those of the record's program first, then by id (or in the
 * order that the record names). What a parser takes without understanding it (class 0) counts only
 * when no other parser knows better. Its only memory is the Zeek header of each source, so the same records in the same order
 * give the same events. Parsers are distinct by id.
 */
export function createNormaliser({
  parsers,
}: {
  readonly parsers: readonly ParserDefinition[];
}): Normaliser {
  const sorted = [...parsers].sort((left, right) => (left.id < right.id ? -1 : 1));
  const compiled = sorted.map(compileParser);
  const byId = new Map(compiled.map((parser) => [parser.definition.id, parser]));
  const route = createRoutes(compiled);
  const headers = new Map<string, ZeekHeader>();
  return {
    normalise(record) {
      if (record.text.startsWith('#') && isZeekHeader(record.text))
        return takeHeader(headers, record);
      if (record.text.trim() === '')
        return { kind: 'skipped', reason: 'blank line', parserId: 'blank' };
      const open = openRecord(record, headers.get(record.sourceId));
      const named = record.parsers?.flatMap((id) => byId.get(id) ?? []);
      return tryAll(named ?? route(open), open) ?? explainUnparsed(open, named ?? compiled);
    },
  };
}

function takeHeader(headers: Map<string, ZeekHeader>, record: RawRecord): Normalised {
  const header = readZeekHeader(headers.get(record.sourceId), record.text.replace(/[\r\n]+$/, ''));
  headers.delete(record.sourceId);
  headers.set(record.sourceId, header);
  const oldest = headers.keys().next().value;
  if (headers.size > MAX_HEADERS && oldest !== undefined) headers.delete(oldest);
  return { kind: 'skipped', reason: 'Zeek header', parserId: 'zeek' };
}

function tryAll(parsers: readonly CompiledParser[], open: OpenRecord): Normalised | undefined {
  let taken: Normalised | undefined;
  for (const parser of parsers) {
    const fields = readFields(parser, open);
    const made = fields && tryParser(parser, fields, open);
    if (made && !isBase(made)) return withKin(made, parsers, open);
    taken ??= made;
  }
  return taken;
}

const isBase = (made: Normalised): boolean => made.kind === 'parsed' && made.event.class_uid === 0;

/**
 * An access log does not say which server wrote it: unless the source does, the event is of every
 * product that writes such a line, so that no rule misses it.
 */
function withKin(
  made: Normalised,
  parsers: readonly CompiledParser[],
  open: OpenRecord,
): Normalised {
  if (made.kind !== 'parsed') return made;
  const own = parsers.find(({ definition }) => definition.id === made.event.provenance.parserId);
  if (own?.definition.reader !== 'access_log') return made;
  const products = parsers
    .filter((parser) => parser.definition.reader === 'access_log' && readFields(parser, open))
    .flatMap(({ definition }) => definition.logsource.product ?? []);
  if (products.length < 2) return made;
  const { provenance } = made.event;
  const logsource = { ...provenance.logsource, products };
  return { kind: 'parsed', event: { ...made.event, provenance: { ...provenance, logsource } } };
}

function tryParser(
  parser: CompiledParser,
  fields: Fields,
  open: OpenRecord,
): Normalised | undefined {
  if (parser.definition.reader === 'ocsf') return passOcsf(parser.definition, fields, open);
  for (const message of parser.messages) {
    const found = matchMessage(message, fields, open.body);
    if (!found) continue;
    if (message.isSkipped)
      return { kind: 'skipped', reason: message.name, parserId: parser.definition.id };
    return { kind: 'parsed', event: toEvent({ parser: parser.definition, message, open }, found) };
  }
  return undefined;
}

interface Taken {
  readonly parser: ParserDefinition;
  readonly message: CompiledMessage;
  readonly open: OpenRecord;
}

function toEvent({ parser, message, open }: Taken, fields: Fields): Event {
  const { attributes, observables } = mapAttributes(message.mappings, fields);
  const host = open.envelope?.host;
  const repeats = open.envelope?.repeats;
  const count = repeats === undefined ? {} : { count: repeats * toCount(attributes['count']) };
  const device = host && !Object.hasOwn(attributes, 'device') ? { device: { hostname: host } } : {};
  const provenance: Provenance = {
    offset: open.record.offset,
    sourceId: open.record.sourceId,
    parserId: parser.id,
    logsource: message.logsource,
    fields: limitFields(fields),
    ...(open.record.byte === undefined ? {} : { byte: open.record.byte }),
    ...(open.isTruncated ? { readChars: MAX_TEXT_CHARS } : {}),
  };
  return {
    activity_id: 0,
    severity_id: 1,
    ...device,
    ...attributes,
    ...count,
    id: `evt_${open.record.offset}` satisfies EventId,
    time: timeOf(parser, fields, open),
    class_uid: message.classUid,
    observables:
      'device' in device
        ? [{ name: 'device.hostname', type: 'hostname', value: host ?? '' }, ...observables]
        : observables,
    provenance,
  };
}

const toCount = (value: unknown): number => (typeof value === 'number' && value > 0 ? value : 1);

/** The record's own time, else the envelope's, else when it was received. */
function timeOf(parser: ParserDefinition, fields: Fields, open: OpenRecord): EpochMs {
  for (const name of parser.time) {
    const time = readTime(readField(fields, name), open.record.receivedAt);
    if (time !== undefined) return time;
  }
  return open.envelope?.time ?? open.record.receivedAt;
}
