import { readCef } from './cef.ts';
import type { CompiledParser } from './compiled-parser.ts';
import { readGuess } from './guess.ts';
import { readLeef } from './leef.ts';
import { type Fields, readField } from './map-attributes.ts';
import type { OpenRecord } from './open-record.ts';
import type { ParserDefinition } from './parser.ts';
import { namesProgram, takesAny } from './programs.ts';
import { matchRegex } from './regex.ts';

/** A record as one parser reads it: its fields, and the text its messages are compared with. */
export interface Reading {
  readonly fields: Fields;
  readonly text: string;
}

/** What the reader of a parser {@link isOfProgram} makes of the record; undefined when the record is not its kind. */
export function readRecord(parser: CompiledParser, open: OpenRecord): Reading | undefined {
  const { definition } = parser;
  const fields = readBy(definition, open);
  if (!fields) return undefined;
  const text = definition.text === undefined ? open.body : textOf(fields, definition.text);
  const reading = parser.heads.length === 0 ? { fields, text } : takeHead(parser, { fields, text });
  return reading && hasKeys(reading.fields, parser.keys) ? reading : undefined;
}

/** Has the record, for each key, one of the fields that it names? */
function hasKeys(fields: Fields, keys: CompiledParser['keys']): boolean {
  for (const names of keys) if (!hasOne(fields, names)) return false;
  return true;
}

function hasOne(fields: Fields, names: readonly string[]): boolean {
  for (const name of names) if (readField(fields, name) !== undefined) return true;
  return false;
}

/** Does the record's header, or its not having one, leave it to this parser? */
export function isOfProgram({ definition, programs }: CompiledParser, open: OpenRecord): boolean {
  const { envelope } = open;
  if (envelope && takesAny(programs)) return true;
  // A shipper may know the time and not the program.
  if (!envelope || envelope.program === '') return definition.reader !== 'syslog';
  return namesProgram(programs, envelope.program);
}

function textOf(fields: Fields, name: string): string {
  const value = readField(fields, name);
  return typeof value === 'string' ? value : '';
}

/** The reading without what stands before the message; undefined when no head fits. */
function takeHead({ heads }: CompiledParser, { fields, text }: Reading): Reading | undefined {
  for (const head of heads) {
    const found = matchRegex(head, text);
    if (!found) continue;
    const rest = text.slice(found.end);
    return { fields: { ...fields, ...found.fields, message: rest }, text: rest };
  }
  return undefined;
}

/** The fields by that reader, whatever the parser else asks for. */
export function readBy({ reader }: ParserDefinition, open: OpenRecord): Fields | undefined {
  switch (reader) {
    case 'syslog':
      return open.header();
    case 'text':
      return open.looksLikeJson ? undefined : open.line();
    case 'key_value':
      return withEnvelope(open, open.keyValue());
    case 'csv':
      return withEnvelope(open, open.csv());
    case 'w3c':
      return open.w3c();
    case 'access_log':
      return open.accessLog();
    case 'json':
    case 'ocsf':
      return open.json();
    case 'windows':
      return open.windows();
    case 'zeek':
      return open.zeek();
    case 'cef':
      return readCef(open.body);
    case 'leef':
      return readLeef(open.body);
    case 'audit':
      return open.audit();
    case 'guess':
      return readGuess(open);
  }
}

/** The record's own fields over those of its header, but for the program, which nobody else says. */
function withEnvelope(open: OpenRecord, own: Fields | undefined): Fields | undefined {
  if (!own) return undefined;
  const { program } = open.envelope ?? {};
  return { ...open.line(), ...own, ...(program === undefined ? {} : { program }) };
}
