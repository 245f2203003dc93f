import { RE2JS } from 're2js';
import type { Logsource } from '../event/event.ts';
import { type Dissect, matchDissect, parseDissect } from './dissect.ts';
import { readKeyValue } from './key-value.ts';
import { type CompiledMapping, compileMappings, type Fields, readField } from './map-attributes.ts';
import type { MessageDefinition, ParserDefinition } from './parser.ts';
import { witnessOf } from './witness.ts';

interface CompiledRegex {
  readonly pattern: RE2JS;
  readonly names: readonly string[];
  /** What a text must hold to be worth the pattern; see `witnessOf`. */
  readonly witness: string;
}

/** A message ready to be tried. */
export interface CompiledMessage {
  readonly name: string;
  readonly when: readonly (readonly [field: string, values: ReadonlySet<string>])[];
  readonly dissects: readonly Dissect[];
  readonly regexes: readonly CompiledRegex[];
  readonly isKeyValue: boolean;
  readonly classUid: number;
  readonly logsource: Logsource;
  readonly alias: readonly (readonly [name: string, own: string])[];
  readonly mappings: readonly CompiledMapping[];
  readonly isSkipped: boolean;
}

export interface CompiledParser {
  readonly definition: ParserDefinition;
  readonly programs: ReadonlySet<string>;
  readonly messages: readonly CompiledMessage[];
}

/** Prepares a parser; its patterns were checked by `parseParser`. */
export function compileParser(definition: ParserDefinition): CompiledParser {
  return {
    definition,
    programs: new Set(definition.programs.map((name) => name.toLowerCase())),
    messages: definition.messages.map((message) => compileMessage(definition, message)),
  };
}

function compileMessage(parser: ParserDefinition, message: MessageDefinition): CompiledMessage {
  const logsource = { ...parser.logsource, ...message.logsource };
  return {
    name: message.name,
    when: Object.entries(message.when).map(
      ([field, values]) => [field, new Set(values.map((value) => value.toLowerCase()))] as const,
    ),
    dissects: message.patterns.flatMap((pattern) => parseDissect(pattern) ?? []),
    regexes: message.regexes.map((text) => {
      const pattern = RE2JS.compile(text, RE2JS.DOTALL);
      return { pattern, names: Object.keys(pattern.namedGroups()), witness: witnessOf(text) };
    }),
    isKeyValue: message.isKeyValue,
    classUid: message.classUid,
    logsource: { ...logsource, categories: logsource.categories ?? [] },
    alias: Object.entries(message.alias),
    mappings: compileMappings(message.set),
    isSkipped: message.isSkipped,
  };
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
  for (const [field, values] of message.when) {
    const value = readField(fields, field);
    if (value === undefined || (values.size > 0 && !values.has(String(value).toLowerCase())))
      return undefined;
  }
  const found = readText(message, text);
  if (!found) return undefined;
  const all: Record<string, unknown> = {
    ...fields,
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
  for (const { pattern, names, witness } of message.regexes) {
    if (!text.includes(witness)) continue;
    const matcher = pattern.matcher(text);
    if (!matcher.find()) continue;
    return Object.fromEntries(names.map((name) => [name, matcher.group(name) ?? '']));
  }
  return undefined;
}
