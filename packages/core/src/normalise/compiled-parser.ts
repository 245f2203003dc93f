import type { Logsource } from '../event/event.ts';
import type { Dissect } from './dissect.ts';
import type { CompiledMapping, Fields } from './map-attributes.ts';
import type { ParserDefinition } from './parser.ts';
import type { Programs } from './programs.ts';
import type { CompiledRegex } from './regex.ts';

/** A field, or one of several, that must have one of some values; without any it must be there. */
export interface Condition {
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

/** A parser ready to be asked. */
export interface CompiledParser {
  readonly definition: ParserDefinition;
  readonly programs: Programs;
  readonly heads: readonly CompiledRegex[];
  /** Each with the names of which the record must have one. */
  readonly keys: readonly (readonly string[])[];
  readonly messages: readonly CompiledMessage[];
  /** Those of `messages` that fields can be of, in order. */
  readonly messagesOf: (fields: Fields) => readonly CompiledMessage[];
}
