import type { Event, Provenance } from '../event/event.ts';
import type { Observable } from '../event/observable.ts';
import type { EventId } from '../shared/id.ts';
import { compileParser, matchMessage } from './compile-parser.ts';
import type { CompiledMessage, CompiledParser } from './compiled-parser.ts';
import { settleTime } from './event-time.ts';
import { explainUnparsed } from './explain-unparsed.ts';
import { limitFields } from './limit-fields.ts';
import { type Attributes, mapAttributes } from './map-attributes.ts';
import type { Normalised, Normaliser, NormaliserMemory } from './normaliser.ts';
import { openOtherwise } from './open-otherwise.ts';
import { MAX_TEXT_CHARS, type OpenRecord, openRecord } from './open-record.ts';
import type { ParserDefinition } from './parser.ts';
import { passOcsf } from './pass-ocsf.ts';
import { isOfProgram, type Reading, readRecord } from './read-fields.ts';
import { createRoutes, sortParsers } from './routes.ts';
import type { Joined } from './session.ts';
import { SourceMemory } from './source-memory.ts';

/**
 * The normaliser over a set of parsers: those of the record's program first, then by id (or in the
 * order that the record names). What a parser takes without understanding it (class 0) counts only
 * when no other parser knows better, and a generic parser is asked after the others. What nobody
 * understands is looked at the other way: the line that a shipper carries, or a line whose header is none.
 * What nobody takes then is left to the parsers that guess, unless the record names its own. Its only memory is
 * `SourceMemory`, so the same records in the same order give the same events. Parsers are distinct by id.
 */
export function createNormaliser({
  parsers,
}: {
  readonly parsers: readonly ParserDefinition[];
}): Normaliser & { readonly memory: NormaliserMemory } {
  const sorted = sortParsers(parsers);
  const compiled = sorted.map(compileParser);
  const byId = new Map(compiled.map((parser) => [parser.definition.id, parser]));
  const known = compiled.filter(({ definition }) => definition.reader !== 'guess');
  const route = createRoutes(known);
  const guesses = compiled.filter(({ definition }) => definition.reader === 'guess');
  const memory = new SourceMemory();
  const kinOf = createKinOf();
  const guess = (open: OpenRecord | undefined) => open && tryAll(guesses, open, kinOf);
  const read = (open: OpenRecord): Normalised => {
    const named = open.record.parsers?.flatMap((id) => byId.get(id) ?? []);
    const ask = (one: OpenRecord) => tryAll(named ? ofProgram(named, one) : route(one), one, kinOf);
    const made = ask(open);
    if (made && !isBase(made)) return made;
    const inner = openOtherwise(open, memory);
    const settled = better(made, inner && ask(inner));
    const guessed = settled || named ? settled : (guess(inner) ?? guess(open));
    return guessed ?? explainUnparsed(inner ?? open, named ?? known);
  };
  return {
    normalise(record) {
      const header = memory.takeHeader(record);
      if (header)
        return { kind: 'skipped', reason: `${header} header`, parserId: header.toLowerCase() };
      if (record.text.trim() === '')
        return { kind: 'skipped', reason: 'blank line', parserId: 'blank' };
      return read(openRecord(record, memory));
    },
    memory,
  };
}

const ofProgram = (parsers: readonly CompiledParser[], open: OpenRecord) =>
  parsers.filter((parser) => isOfProgram(parser, open));

/** What was understood before what was only taken, the whole before what it carries. */
const better = (whole: Normalised | undefined, carried: Normalised | undefined) =>
  carried && !isBase(carried) ? carried : (whole ?? carried);

function tryAll(
  parsers: readonly CompiledParser[],
  open: OpenRecord,
  kinOf: KinOf,
): Normalised | undefined {
  let taken: Normalised | undefined;
  for (const parser of parsers) {
    const reading = readRecord(parser, open);
    const made = reading && tryParser(parser, reading, open);
    if (made && !isBase(made))
      return parser.definition.reader === 'access_log' ? withKin(made, kinOf(parsers), open) : made;
    taken ??= made;
  }
  return taken;
}

const isBase = (made: Normalised): boolean => made.kind === 'parsed' && made.event.class_uid === 0;

/** Those of some parsers that read an access log. */
type KinOf = (parsers: readonly CompiledParser[]) => readonly CompiledParser[];

/** Looks through each list of a route once. */
function createKinOf(): KinOf {
  const known = new WeakMap<readonly CompiledParser[], readonly CompiledParser[]>();
  return (parsers) => {
    const there = known.get(parsers);
    if (there) return there;
    const kin = parsers.filter(({ definition }) => definition.reader === 'access_log');
    known.set(parsers, kin);
    return kin;
  };
}

/**
 * An access log does not say which server wrote it: unless the source does, the event is of every
 * product that writes such a line, so that no rule misses it.
 */
function withKin(made: Normalised, kin: readonly CompiledParser[], open: OpenRecord): Normalised {
  if (made.kind !== 'parsed' || kin.length < 2) return made;
  const products = kin
    .filter((parser) => readRecord(parser, open))
    .flatMap(({ definition }) => definition.logsource.product ?? []);
  if (products.length < 2) return made;
  const provenance: Writable<Provenance> = made.event.provenance;
  // The event was made just now and is nobody else's yet.
  provenance.logsource = { ...provenance.logsource, products };
  return made;
}

function tryParser(
  parser: CompiledParser,
  { fields, text }: Reading,
  open: OpenRecord,
): Normalised | undefined {
  if (parser.definition.reader === 'ocsf') return passOcsf(parser.definition, fields, open);
  for (const message of parser.messagesOf(fields)) {
    const found = matchMessage(message, fields, text);
    if (!found) continue;
    if (message.isSkipped) {
      settleTime(parser.definition.time, found, open);
      return { kind: 'skipped', reason: message.name, parserId: parser.definition.id };
    }
    const joined = open.memory.joinSession(open.record, parser.definition, found);
    return { kind: 'parsed', event: toEvent({ parser: parser.definition, message, open }, joined) };
  }
  return undefined;
}

interface Taken {
  readonly parser: ParserDefinition;
  readonly message: CompiledMessage;
  readonly open: OpenRecord;
}

function toEvent({ parser, message, open }: Taken, { fields, added }: Joined): Event {
  const { record, envelope } = open;
  const { time, timing } = settleTime(parser.time, fields, open);
  const provenance: Writable<Provenance> = {
    offset: record.offset,
    sourceId: record.sourceId,
    parserId: parser.id,
    logsource: message.logsource,
    fields: limitFields(fields),
  };
  if (record.byte !== undefined) provenance.byte = record.byte;
  if (open.isTruncated) provenance.readChars = MAX_TEXT_CHARS;
  if (timing) provenance.timing = timing;
  if (added.length > 0) provenance.fromSession = added;
  const observables: Observable[] = [];
  const event: Writable<Event> = {
    id: `evt_${record.offset}` satisfies EventId,
    time,
    class_uid: message.classUid,
    activity_id: 0,
    severity_id: 1,
    observables,
    provenance,
  };
  // Written straight into the event: to spread one object into another costs more than all the rest.
  mapAttributes(message.mappings, fields, {
    attributes: event as unknown as Attributes,
    observables,
  });
  if (envelope?.repeats !== undefined) event.count = envelope.repeats * toCount(event.count);
  if (envelope?.host && event.device === undefined) {
    event.device = { hostname: envelope.host };
    observables.unshift({ name: 'device.hostname', type: 'hostname', value: envelope.host });
  }
  return event;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

const toCount = (value: unknown): number => (typeof value === 'number' && value > 0 ? value : 1);
