import type { RawRecord } from '../event/record.ts';
import { type CompiledParser, compileParser, matchMessage } from './compile-parser.ts';
import { createNormaliser } from './create-normaliser.ts';
import { readField } from './map-attributes.ts';
import type { Normalised } from './normaliser.ts';
import { type OpenRecord, openRecord } from './open-record.ts';
import type { ParserDefinition } from './parser.ts';
import { readBy, readFields } from './read-fields.ts';
import { isZeekHeader, readZeekHeader, type ZeekHeader } from './zeek.ts';

/** One parser that was asked about a record, and why it took it or passed. */
export interface ParserStep {
  readonly parserId: string;
  readonly took: boolean;
  readonly why: string;
}

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
  const open = openRecord(record, lastHeader(before));
  const { envelope } = open;
  return {
    ...(envelope ? { envelope: toEnvelope(envelope) } : {}),
    steps: listSteps(parsers, open, takerOf(result)),
    result,
  };
}

const toEnvelope = ({ program, host }: NonNullable<OpenRecord['envelope']>) => ({
  program,
  ...(host ? { host } : {}),
});

function lastHeader(before: readonly RawRecord[]): ZeekHeader | undefined {
  let header: ZeekHeader | undefined;
  for (const { text } of before)
    if (isZeekHeader(text)) header = readZeekHeader(header, text.replace(/[\r\n]+$/, ''));
  return header;
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
  const sorted = [...parsers].sort((left, right) => (left.id < right.id ? -1 : 1));
  const named = open.record.parsers;
  const asked = named
    ? named.flatMap((id) => sorted.find((parser) => parser.id === id) ?? [])
    : sorted;
  const end = asked.findIndex(({ id }) => id === taker);
  return asked
    .slice(0, end < 0 ? asked.length : end + 1)
    .map((definition) => toStep(compileParser(definition), open, taker));
}

function toStep(parser: CompiledParser, open: OpenRecord, taker: string | undefined): ParserStep {
  const { id } = parser.definition;
  const fields = readFields(parser, open);
  if (!fields) return { parserId: id, took: false, why: whyNot(parser, open) };
  const message = parser.messages.find((one) => matchMessage(one, fields, open.body));
  if (id !== taker && message)
    return { parserId: id, took: false, why: `only its "${message.name}" fits, which says less` };
  if (id !== taker)
    return {
      parserId: id,
      took: false,
      why: `none of its ${parser.messages.length} messages has this form`,
    };
  return { parserId: id, took: true, why: message ? `message "${message.name}"` : 'by its form' };
}

/** Why the parser did not even read the record. */
function whyNot({ definition, programs }: CompiledParser, open: OpenRecord): string {
  const { envelope } = open;
  if (definition.reader === 'syslog' && !envelope)
    return 'reads syslog, and the record has no syslog header';
  if (envelope && programs.size > 0 && !programs.has(envelope.program.toLowerCase()))
    return `takes the programs ${definition.programs.join(', ')}, and the record is of ${envelope.program || 'none'}`;
  const fields = readBy(definition, open);
  if (!fields) return `reads ${definition.reader}, and the record has another form`;
  const missing = definition.keys.filter((key) => readField(fields, key) === undefined);
  return `asks for ${definition.keys.join(', ')}, and the record lacks ${missing.join(', ')}`;
}
