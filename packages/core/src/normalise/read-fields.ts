import type { CompiledParser } from './compile-parser.ts';
import { type Fields, readField } from './map-attributes.ts';
import type { OpenRecord } from './open-record.ts';
import type { ParserDefinition } from './parser.ts';

/** What the parser's reader makes of the record; undefined when the record is not its kind. */
export function readFields(
  { definition, programs }: CompiledParser,
  open: OpenRecord,
): Fields | undefined {
  const { envelope } = open;
  if (definition.reader === 'syslog' && !envelope) return undefined;
  if (envelope && programs.size > 0 && !programs.has(envelope.program.toLowerCase()))
    return undefined;
  const fields = readBy(definition, open);
  if (!fields || definition.keys.some((key) => readField(fields, key) === undefined))
    return undefined;
  return fields;
}

/** The fields by that reader, whatever the parser else asks for. */
export function readBy({ reader }: ParserDefinition, open: OpenRecord): Fields | undefined {
  switch (reader) {
    case 'syslog':
      return envelopeFields(open);
    case 'text':
      return open.looksLikeJson ? undefined : { ...envelopeFields(open), message: open.body };
    case 'access_log':
      return open.accessLog();
    case 'json':
    case 'ocsf':
      return open.json();
    case 'windows':
      return open.windows();
    case 'zeek':
      return open.zeek();
  }
}

function envelopeFields({ envelope }: OpenRecord): Fields {
  if (!envelope) return {};
  const { time: _, host, ...rest } = envelope;
  return { ...rest, hostname: host };
}
