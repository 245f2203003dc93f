/*
 * A parser as content: which records it takes, how their fields are read, and which OCSF event each
 * of its messages becomes. The YAML form is read by `parseParser`.
 */

/** How a record's fields are read before any message is tried. */
export const READERS = [
  'syslog',
  'text',
  'access_log',
  'key_value',
  'csv',
  'w3c',
  'json',
  'windows',
  'zeek',
  'ocsf',
  'cef',
  'leef',
  'audit',
  'guess',
] as const;
export type Reader = (typeof READERS)[number];

/** A change of a field's value on its way into an attribute. */
export const CONVERSIONS = [
  'lower',
  'upper',
  'basename',
  'bare',
  'before_at',
  'last_word',
  'ms',
  'host',
  'port',
  'first',
  'crud',
  'path',
  'query',
  'labels',
] as const;
export type Conversion = (typeof CONVERSIONS)[number];

export type Scalar = string | number | boolean;

/** What an attribute gets: a constant, or the first of some fields that has a value. */
export type Mapping =
  | { readonly kind: 'constant'; readonly value: Scalar }
  | {
      readonly kind: 'field';
      readonly from: readonly string[];
      readonly convert?: Conversion;
      /** The field's value, as text, to what the attribute gets. */
      readonly lookup?: Readonly<Record<string, Scalar>>;
      /** What the attribute gets when no field has a value or the lookup does not hold it. */
      readonly otherwise?: Scalar;
    };

export interface LogsourceDefinition {
  readonly product?: string;
  readonly service?: string;
  readonly categories?: readonly string[];
}

/** One kind of message. All that is given must hold; the first message that holds is taken. */
export interface MessageDefinition {
  readonly name: string;
  /** Fields that must have one of these values, case set aside, `*` is any text; an empty list: must be there. */
  readonly when: Readonly<Record<string, readonly string[]>>;
  /** Shapes of the message text, see `dissect.ts`; one must fit. */
  readonly patterns: readonly string[];
  /** RE2 patterns with named groups, for what a shape cannot say; one must match. */
  readonly regexes: readonly string[];
  /** Names for the values of a row, in its order; an empty name leaves a value out. */
  readonly columns: readonly string[];
  /** Also read `key=value` pairs of the message text? */
  readonly isKeyValue: boolean;
  readonly classUid: number;
  readonly logsource?: LogsourceDefinition;
  /** Further names for fields: the name in Sigma's taxonomy to the record's own name. */
  readonly alias: Readonly<Record<string, string>>;
  readonly set: Readonly<Record<string, Mapping>>;
  /** True: records of this kind are no events and end as `skipped`, with the name as reason. */
  readonly isSkipped: boolean;
}

/** Which records of a parser are of one session, and what earlier ones tell later ones. */
export interface SessionDefinition {
  /** Fields whose values together name the session; a record without the last one is of none. */
  readonly by: readonly string[];
  /** Fields that a later record which lacks them takes from earlier ones. */
  readonly keep: readonly string[];
  /** A session of which nothing came for so long is forgotten: numbers are used again. */
  readonly minutes: number;
}

export interface ParserDefinition {
  readonly id: string;
  readonly title: string;
  readonly reader: Reader;
  /** Syslog programs it takes, `name*` for all that begin so; empty: every one. */
  readonly programs: readonly string[];
  /** Fields a record must have to be taken; `a|b`: one of them. */
  readonly keys: readonly string[];
  /** True: it takes a form that many products write, and is asked after all that know a product. */
  readonly isGeneric: boolean;
  /** RE2 patterns of what stands before each message; the first that fits is taken off. */
  readonly heads: readonly string[];
  /** The field whose text the messages are compared with; else the record's own text. */
  readonly text?: string;
  /** Fields that hold the time, first one that reads as a time wins; `date time` are two in one. */
  readonly time: readonly string[];
  readonly session?: SessionDefinition;
  readonly logsource: LogsourceDefinition;
  readonly messages: readonly MessageDefinition[];
}
