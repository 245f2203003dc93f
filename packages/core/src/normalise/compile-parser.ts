import type { Logsource } from '../event/event.ts';
import { type Dissect, matchDissect, parseDissect } from './dissect.ts';
import { readKeyValue } from './key-value.ts';
import { type CompiledMapping, compileMappings, type Fields, readField } from './map-attributes.ts';
import type { MessageDefinition, ParserDefinition } from './parser.ts';
import { type Programs, toPrograms } from './programs.ts';
import { type CompiledRegex, compileRegex, matchRegex } from './regex.ts';

interface Condition {
  readonly fields: readonly string[];
  readonly values: ReadonlySet<string>;
  /** The values with `*` in them. */
  readonly shapes: readonly RegExp[];
}

/** A message ready to be tried. */
export interface CompiledMessage {
  readonly name: string;
  readonly when: readonly Condition[];
  readonly dissects: readonly Dissect[];
  readonly regexes: readonly CompiledRegex[];
  readonly columns: readonly string[];
  readonly isKeyValue: boolean;
  readonly classUid: number;
  readonly logsource: Logsource;
  readonly alias: readonly (readonly [name: string, own: string])[];
  readonly mappings: readonly CompiledMapping[];
  readonly isSkipped: boolean;
}

export interface CompiledParser {
  readonly definition: ParserDefinition;
  readonly programs: Programs;
  readonly heads: readonly CompiledRegex[];
  readonly messages: readonly CompiledMessage[];
}

/** Prepares a parser; its patterns were checked by `parseParser`. */
export function compileParser(definition: ParserDefinition): CompiledParser {
  return {
    definition,
    programs: toPrograms(definition.programs),
    heads: definition.heads.map(compileRegex),
    messages: definition.messages.map((message) => compileMessage(definition, message)),
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
  return names.some((name) => {
    const value = readField(fields, name);
    if (value === undefined) return false;
    if (values.size + shapes.length === 0) return true;
    return (Array.isArray(value) ? value : [value]).some((item) => {
      const text = String(item).toLowerCase();
      return (
        values.has(text) ||
        (text.length <= MAX_SHAPED_CHARS && shapes.some((shape) => shape.test(text)))
      );
    });
  });
}

/**
 * The fields of a record that this message takes (the given ones and what its text holds), or
 * undefined when it is another message.
 */
export function matchMessage(
  message: CompiledMessage,
  fields: Fields,
  text: string,
): Fields | undefined {
  if (!message.when.every((condition) => holds(condition, fields))) return undefined;
  const found = readText(message, text);
  if (!found) return undefined;
  const all: Record<string, unknown> = {
    ...(message.columns.length > 0 ? nameColumns(message.columns, fields) : fields),
    ...(message.isKeyValue ? readKeyValue(text) : {}),
    ...found,
  };
  for (const [name, own] of message.alias) {
    const value = readField(all, own);
    if (value !== undefined && all[name] === undefined) all[name] = value;
  }
  return all;
}

function readText(message: CompiledMessage, text: string): Fields | undefined {
  if (message.dissects.length === 0 && message.regexes.length === 0) return {};
  for (const dissect of message.dissects) {
    const found = matchDissect(dissect, text);
    if (found) return found;
  }
  for (const regex of message.regexes) {
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
