import type { CompiledMessage, CompiledParser, Condition } from './compiled-parser.ts';
import { matchDissect, parseDissect } from './dissect.ts';
import { readKeyValue } from './key-value.ts';
import { compileMappings, type Fields, readField } from './map-attributes.ts';
import { createMessageIndex } from './message-index.ts';
import type { MessageDefinition, ParserDefinition } from './parser.ts';
import { toPrograms } from './programs.ts';
import { compileRegex, matchRegex } from './regex.ts';

/** Prepares a parser; its patterns were checked by `parseParser`. */
export function compileParser(definition: ParserDefinition): CompiledParser {
  const messages = definition.messages.map((message) => compileMessage(definition, message));
  return {
    definition,
    programs: toPrograms(definition.programs),
    heads: definition.heads.map(compileRegex),
    keys: definition.keys.map((key) => key.split('|')),
    messages,
    messagesOf: createMessageIndex(messages),
  };
}

function compileMessage(parser: ParserDefinition, message: MessageDefinition): CompiledMessage {
  const logsource = { ...parser.logsource, ...message.logsource };
  return {
    name: message.name,
    when: Object.entries(message.when).map(([field, values]) => compileCondition(field, values)),
    dissects: message.patterns.flatMap((pattern) => parseDissect(pattern) ?? []),
    regexes: message.regexes.map(compileRegex),
    columns: message.columns,
    isKeyValue: message.isKeyValue,
    classUid: message.classUid,
    logsource: { ...logsource, categories: logsource.categories ?? [] },
    alias: Object.entries(message.alias),
    mappings: compileMappings(message.set),
    isSkipped: message.isSkipped,
  };
}

function compileCondition(field: string, all: readonly string[]): Condition {
  const values = all.map((value) => value.toLowerCase());
  return {
    fields: field.split('|'),
    values: new Set(values.filter((value) => !value.includes('*'))),
    shapes: values
      .filter((value) => value.includes('*'))
      .map((value) => new RegExp(`^${value.split('*').map(escapeRegex).join('[\\s\\S]*?')}$`)),
  };
}

const MAX_SHAPED_CHARS = 512;
const escapeRegex = (text: string): string => text.replace(/[.+?^${}()|[\]\\/-]/g, '\\$&');

function holds({ fields: names, values, shapes }: Condition, fields: Fields): boolean {
  for (const name of names) {
    const value = readField(fields, name);
    if (value === undefined) continue;
    if (values.size + shapes.length === 0) return true;
    if (!Array.isArray(value)) {
      if (isOneOf(value, values, shapes)) return true;
    } else if (value.some((item) => isOneOf(item, values, shapes))) return true;
  }
  return false;
}

function isOneOf(value: unknown, values: ReadonlySet<string>, shapes: readonly RegExp[]): boolean {
  const text = String(value).toLowerCase();
  if (values.has(text)) return true;
  return text.length <= MAX_SHAPED_CHARS && shapes.some((shape) => shape.test(text));
}

/**
 * The fields of a record that this message takes (the given ones and what its text holds), or
 * undefined when it is another message. The given object itself where the message adds nothing.
 */
export function matchMessage(
  message: CompiledMessage,
  fields: Fields,
  text: string,
): Fields | undefined {
  for (const condition of message.when) if (!holds(condition, fields)) return undefined;
  const found = readText(message, text);
  if (!found) return undefined;
  let all = message.columns.length > 0 ? nameColumns(message.columns, fields) : fields;
  if (message.isKeyValue) all = over(all, readKeyValue(text));
  if (found !== NOTHING) all = over(all, found);
  return message.alias.length > 0 ? withAliases(message.alias, all) : all;
}

/** Both in a new object; what is `found` counts. */
function over(fields: Fields, found: Fields): Fields {
  const all: Record<string, unknown> = { ...fields };
  for (const name in found) all[name] = found[name];
  return all;
}

function withAliases(alias: CompiledMessage['alias'], fields: Fields): Fields {
  let all: Record<string, unknown> | undefined;
  for (const [name, own] of alias) {
    const known = all ?? fields;
    const value = readField(known, own);
    if (value === undefined || known[name] !== undefined) continue;
    all ??= { ...fields };
    all[name] = value;
  }
  return all ?? fields;
}

const NOTHING: Fields = {};

/** What a text holds: `NOTHING` where the message does not speak of it; undefined: another text. */
function readText({ dissects, regexes }: CompiledMessage, text: string): Fields | undefined {
  if (dissects.length === 0 && regexes.length === 0) return NOTHING;
  for (const dissect of dissects) {
    const found = matchDissect(dissect, text);
    if (found) return found;
  }
  for (const regex of regexes) {
    const found = matchRegex(regex, text);
    if (found) return found.fields;
  }
  return undefined;
}

/** The row's values under their names; what was no value of the row stays. */
function nameColumns(columns: readonly string[], fields: Fields): Fields {
  const named: Record<string, unknown> = {};
  for (const name in fields) if (!/^c\d+$/.test(name)) named[name] = fields[name];
  for (const [at, name] of columns.entries()) {
    const value = fields[`c${at + 1}`];
    if (name !== '' && value !== undefined) named[name] = value;
  }
  return named;
}
