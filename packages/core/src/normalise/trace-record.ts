import type { RawRecord } from '../event/record.ts';
import { compileParser, matchMessage } from './compile-parser.ts';
import type { CompiledParser } from './compiled-parser.ts';
import { createNormaliser } from './create-normaliser.ts';
import { hasKey } from './map-attributes.ts';
import type { Normalised } from './normaliser.ts';
import { openOtherwise } from './open-otherwise.ts';
import { type OpenRecord, openRecord } from './open-record.ts';
import type { ParserDefinition } from './parser.ts';
import { namesProgram, toPrograms } from './programs.ts';
import { isOfProgram, readBy, readRecord } from './read-fields.ts';
import { sortParsers } from './routes.ts';
import { SourceMemory } from './source-memory.ts';

/** One parser that was asked about a record, and why it took it or passed. */
export interface ParserStep {
  readonly parserId: string;
  readonly took: boolean;
  readonly why: string;
  /** What it passed over the record for; absent when it took it. */
  readonly passed?: PassReason;
}

/** `less`: it could take the record, and another says more of it. */
export type PassReason = 'form' | 'program' | 'fields' | 'message' | 'less';

/** How a record was read: its envelope, every parser asked until one took it, and the result. */
export interface RecordTrace {
  readonly envelope?: { readonly program: string; readonly host?: string };
  readonly steps: readonly ParserStep[];
  readonly result: Normalised;
}

/**
 * The normaliser's way over one record, told step by step. `before`: earlier records of the same
 * source that it may rest on (the header of a Zeek log).
 */
export function traceRecord({
  parsers,
  record,
  before = [],
}: {
  readonly parsers: readonly ParserDefinition[];
  readonly record: RawRecord;
  readonly before?: readonly RawRecord[];
}): RecordTrace {
  const normaliser = createNormaliser({ parsers });
  for (const earlier of before) normaliser.normalise(earlier);
  const result = normaliser.normalise(record);
  const memory = recall(before);
  const taker = parsers.find(({ id }) => id === takerOf(result));
  const open = openTaken(openRecord(record, memory), memory, taker);
  const { envelope } = open;
  return {
    ...(envelope ? { envelope: toEnvelope(envelope) } : {}),
    steps: listSteps(parsers, open, takerOf(result)),
    result,
  };
}

/** The record as it was read in the end: itself, or the other way. */
function openTaken(open: OpenRecord, memory: SourceMemory, taker: ParserDefinition | undefined) {
  const parser = taker && compileParser(taker);
  const reading = parser && isOfProgram(parser, open) && readRecord(parser, open);
  const isItself =
    reading &&
    (parser.messages.length === 0 ||
      parser.messages.some((message) => matchMessage(message, reading.fields, reading.text)));
  return (isItself ? undefined : openOtherwise(open, memory)) ?? open;
}

const toEnvelope = ({ program, host }: NonNullable<OpenRecord['envelope']>) => ({
  program,
  ...(host ? { host } : {}),
});

function recall(before: readonly RawRecord[]): SourceMemory {
  const memory = new SourceMemory();
  for (const record of before) if (!memory.takeHeader(record)) openRecord(record, memory).audit();
  return memory;
}

function takerOf(result: Normalised): string | undefined {
  if (result.kind === 'parsed') return result.event.provenance.parserId;
  return result.kind === 'skipped' ? result.parserId : undefined;
}

function listSteps(
  parsers: readonly ParserDefinition[],
  open: OpenRecord,
  taker: string | undefined,
): readonly ParserStep[] {
  const sorted = sortParsers(parsers);
  const named = open.record.parsers;
  const asked = named
    ? named.flatMap((id) => sorted.find((parser) => parser.id === id) ?? [])
    : ownFirst(sorted, open);
  const end = asked.findIndex(({ id }) => id === taker);
  return asked
    .slice(0, end < 0 ? asked.length : end + 1)
    .map((definition) => toStep(compileParser(definition), open, taker));
}

/** Those of the record's program are asked before all others. */
function ownFirst(
  sorted: readonly ParserDefinition[],
  { envelope }: OpenRecord,
): readonly ParserDefinition[] {
  const isOwn = ({ programs }: ParserDefinition) =>
    envelope !== undefined && namesProgram(toPrograms(programs), envelope.program);
  return [...sorted.filter(isOwn), ...sorted.filter((one) => !isOwn(one))];
}

function toStep(parser: CompiledParser, open: OpenRecord, taker: string | undefined): ParserStep {
  const { id } = parser.definition;
  const reading = isOfProgram(parser, open) ? readRecord(parser, open) : undefined;
  if (!reading) return { parserId: id, took: false, ...whyNot(parser, open) };
  const message = parser.messages.find((one) => matchMessage(one, reading.fields, reading.text));
  if (id !== taker && message)
    return {
      parserId: id,
      took: false,
      why: `only its "${message.name}" fits, which says less`,
      passed: 'less',
    };
  if (id !== taker)
    return {
      parserId: id,
      took: false,
      why: `none of its ${parser.messages.length} messages has this form`,
      passed: 'message',
    };
  return { parserId: id, took: true, why: message ? `message "${message.name}"` : 'by its form' };
}

/** Why the parser did not even read the record. */
function whyNot(
  parser: CompiledParser,
  open: OpenRecord,
): { readonly why: string; readonly passed: PassReason } {
  const { definition } = parser;
  const { envelope } = open;
  if (definition.reader === 'syslog' && !envelope)
    return { why: 'reads syslog, and the record has no syslog header', passed: 'form' };
  if (!isOfProgram(parser, open)) {
    const said = envelope?.program || 'none';
    const why = `takes the programs ${definition.programs.join(', ')}, and the record is of ${said}`;
    return { why, passed: 'program' };
  }
  const fields = readBy(definition, open);
  if (!fields)
    return { why: `reads ${definition.reader}, and the record has another form`, passed: 'form' };
  if (parser.heads.length > 0) {
    const why =
      'knows another beginning of its messages, or asks for fields that this record lacks';
    return { why, passed: 'message' };
  }
  const missing = definition.keys.filter((key) => !hasKey(fields, key));
  const why = `asks for ${definition.keys.join(', ')}, and the record lacks ${missing.join(', ')}`;
  return { why, passed: 'fields' };
}
