import { RE2JS } from 're2js';
import { type Document, isMap, isNode, LineCounter, parseDocument } from 'yaml';
import type { Location, Problem, ProblemCode } from '../shared/problem.ts';
import type { Batch } from '../shared/result.ts';
import { ATTRIBUTES, EVENT_CLASSES, nearestName } from './attribute.ts';
import { parseDissect } from './dissect.ts';
import {
  CONVERSIONS,
  type LogsourceDefinition,
  type Mapping,
  type MessageDefinition,
  type ParserDefinition,
  READERS,
  type Scalar,
  type SessionDefinition,
} from './parser.ts';

interface Said {
  readonly detail: string;
  readonly hint: string;
}
type Path = readonly (string | number)[];
type Known =
  | 'id'
  | 'title'
  | 'read'
  | 'programs'
  | 'keys'
  | 'head'
  | 'text'
  | 'columns'
  | 'generic'
  | 'time'
  | 'session'
  | 'by'
  | 'keep'
  | 'minutes'
  | 'logsource'
  | 'set'
  | 'messages'
  | 'name'
  | 'when'
  | 'pattern'
  | 'regex'
  | 'kv'
  | 'class'
  | 'alias'
  | 'skip'
  | 'from'
  | 'convert'
  | 'lookup'
  | 'else'
  | 'product'
  | 'service'
  | 'categories';
/** A mapping as YAML gives it: nothing about it is sure but its keys being texts. */
type Raw = Readonly<Record<string, unknown> & Partial<Record<Known, unknown>>>;

const PARSER_KEYS = [
  'id',
  'title',
  'read',
  'programs',
  'keys',
  'generic',
  'head',
  'text',
  'time',
  'session',
  'logsource',
  'set',
  'messages',
];
const MESSAGE_KEYS = [
  'name',
  'when',
  'pattern',
  'regex',
  'columns',
  'kv',
  'class',
  'logsource',
  'alias',
  'set',
  'skip',
];
const MAPPING_KEYS = ['from', 'convert', 'lookup', 'else'];
const SESSION_KEYS = ['by', 'keep', 'minutes'];
const LOGSOURCE_KEYS = ['product', 'service', 'categories'];
const MAX_YAML_CHARS = 1_048_576;

/**
 * Reads one parser's YAML. A parser with any problem is not taken (no values), because a half-read
 * one would map wrongly; every problem is listed with its line.
 */
export function parseParser(yaml: string, file: string): Batch<ParserDefinition> {
  const reader = new ParserReader(yaml.slice(0, MAX_YAML_CHARS), file);
  const parser = reader.read();
  return {
    values: parser && reader.problems.length === 0 ? [parser] : [],
    problems: reader.problems,
  };
}

class ParserReader {
  readonly problems: Problem[] = [];
  private readonly lines = new LineCounter();
  private readonly document: Document.Parsed;
  private readonly file: string;

  constructor(yaml: string, file: string) {
    this.file = file;
    this.document = parseDocument(yaml, {
      lineCounter: this.lines,
      prettyErrors: false,
      merge: true,
    });
  }

  read(): ParserDefinition | undefined {
    for (const error of this.document.errors) {
      const at = this.locate(error.pos[0]);
      this.problems.push({
        code: 'parser_syntax',
        detail: `${error.message}.`,
        at,
        retryable: false,
      });
    }
    if (this.problems.length > 0) return undefined;
    const raw: unknown = this.document.toJS({ maxAliasCount: 100 });
    if (!isRaw(raw)) return this.report('parser_bad_shape', 'A parser is a mapping of keys.', []);
    return this.readParser(raw);
  }

  private readParser(raw: Raw): ParserDefinition {
    this.checkKeys(raw, PARSER_KEYS, []);
    const shared = this.readSet(raw.set, ['set']);
    const id = this.text(raw.id, ['id']);
    if (!/^[a-z][a-z0-9-]*$/.test(id))
      this.report('parser_bad_shape', 'The id must be kebab-case.', ['id']);
    const messages = Array.isArray(raw.messages) ? raw.messages : [];
    if (messages.length === 0)
      this.report('parser_bad_shape', 'A parser needs messages.', ['messages']);
    return {
      id,
      title: this.text(raw.title, ['title']),
      reader: this.oneOf(raw.read, READERS, ['read']),
      programs: this.texts(raw.programs, ['programs']),
      keys: this.texts(raw.keys, ['keys']),
      isGeneric: raw.generic === true,
      heads: this.checkEach(raw.head, ['head'], isRegex),
      ...(raw.text === undefined ? {} : { text: this.text(raw.text, ['text']) }),
      time: this.texts(raw.time, ['time']),
      ...(raw.session === undefined ? {} : { session: this.readSession(raw.session) }),
      logsource: this.readLogsource(raw.logsource, ['logsource']) ?? {},
      messages: messages.map((message: unknown, at) =>
        this.readMessage(message, shared, ['messages', at]),
      ),
    };
  }

  private readSession(value: unknown): SessionDefinition {
    const raw = this.mapping(value, ['session']);
    this.checkKeys(raw, SESSION_KEYS, ['session']);
    const by = this.texts(raw.by, ['session', 'by']);
    const keep = this.texts(raw.keep, ['session', 'keep']);
    const { minutes } = raw;
    if (by.length > 0 && keep.length > 0 && typeof minutes === 'number' && minutes > 0)
      return { by, keep, minutes };
    this.report('parser_bad_shape', 'A session needs by, keep and minutes.', ['session']);
    return { by, keep, minutes: 1 };
  }

  private readMessage(
    raw: unknown,
    shared: MessageDefinition['set'],
    path: Path,
  ): MessageDefinition {
    const message = this.mapping(raw, path);
    this.checkKeys(message, MESSAGE_KEYS, path);
    const logsource = this.readLogsource(message.logsource, [...path, 'logsource']);
    return {
      name: this.text(message.name, [...path, 'name']),
      when: this.readWhen(message.when, [...path, 'when']),
      patterns: this.checkEach(message.pattern, [...path, 'pattern'], isDissect),
      regexes: this.checkEach(message.regex, [...path, 'regex'], isRegex),
      columns: this.texts(message.columns, [...path, 'columns']),
      isKeyValue: message.kv === true,
      classUid: message.skip === true ? 0 : this.readClass(message.class, [...path, 'class']),
      ...(logsource ? { logsource } : {}),
      alias: this.readAlias(message.alias, [...path, 'alias']),
      set: { ...shared, ...this.readSet(message.set, [...path, 'set']) },
      isSkipped: message.skip === true,
    };
  }

  private readClass(value: unknown, path: Path): number {
    if (typeof value === 'number' && Object.hasOwn(EVENT_CLASSES, value)) return value;
    const said =
      value === undefined ? 'A message needs a class' : `${String(value)} is no event class`;
    this.report('parser_unknown_class', `${said}; it is a class_uid of OCSF 1.5.`, path);
    return 0;
  }

  private readWhen(value: unknown, path: Path): MessageDefinition['when'] {
    const entries = Object.entries(this.mapping(value ?? {}, path));
    return Object.fromEntries(
      entries.map(([key, item]) => [key, this.texts(item, [...path, key])]),
    );
  }

  private readAlias(value: unknown, path: Path): Readonly<Record<string, string>> {
    const entries = Object.entries(this.mapping(value ?? {}, path));
    return Object.fromEntries(entries.map(([key, item]) => [key, this.text(item, [...path, key])]));
  }

  private readLogsource(value: unknown, path: Path): LogsourceDefinition | undefined {
    if (value === undefined) return undefined;
    const raw = this.mapping(value, path);
    this.checkKeys(raw, LOGSOURCE_KEYS, path);
    return {
      ...(raw.product === undefined
        ? {}
        : { product: this.text(raw.product, [...path, 'product']) }),
      ...(raw.service === undefined
        ? {}
        : { service: this.text(raw.service, [...path, 'service']) }),
      ...(raw.categories === undefined
        ? {}
        : { categories: this.texts(raw.categories, [...path, 'categories']) }),
    };
  }

  private readSet(value: unknown, path: Path): Readonly<Record<string, Mapping>> {
    const set: Record<string, Mapping> = {};
    for (const [attribute, item] of Object.entries(this.mapping(value ?? {}, path))) {
      const at = [...path, attribute];
      if (Object.hasOwn(ATTRIBUTES, attribute)) set[attribute] = this.readMapping(item, at);
      else
        this.reportName(
          'parser_unknown_attribute',
          { wrong: attribute, known: Object.keys(ATTRIBUTES), what: 'OCSF attribute' },
          at,
        );
    }
    return set;
  }

  /** `$name` is a field, `$a|$b` the first that has a value; another scalar is a constant. */
  private readMapping(value: unknown, path: Path): Mapping {
    if (typeof value === 'string' && value.startsWith('$'))
      return { kind: 'field', from: toFieldNames(value) };
    if (isScalar(value)) return { kind: 'constant', value };
    const raw = this.mapping(value, path);
    this.checkKeys(raw, MAPPING_KEYS, path);
    const lookup = this.mapping(raw.lookup ?? {}, [...path, 'lookup']);
    const wrong = Object.entries(lookup).find(([, item]) => !isScalar(item));
    if (wrong)
      this.report('parser_bad_shape', 'A lookup gives texts or numbers.', [
        ...path,
        'lookup',
        wrong[0],
      ]);
    return {
      kind: 'field',
      from: toFieldNames(this.text(raw.from, [...path, 'from'])),
      ...(raw.convert === undefined
        ? {}
        : { convert: this.oneOf(raw.convert, CONVERSIONS, [...path, 'convert']) }),
      ...(raw.lookup === undefined ? {} : { lookup: lookup as Readonly<Record<string, Scalar>> }),
      ...(isScalar(raw.else) ? { otherwise: raw.else } : {}),
    };
  }

  private checkEach(
    value: unknown,
    path: Path,
    isGood: (text: string) => boolean,
  ): readonly string[] {
    const all = this.texts(value, path);
    for (const pattern of all)
      if (!isGood(pattern))
        this.report(
          'parser_bad_pattern',
          `The pattern ${JSON.stringify(pattern)} is not valid.`,
          path,
        );
    return all;
  }

  private mapping(value: unknown, path: Path): Raw {
    if (isRaw(value)) return value;
    this.report('parser_bad_shape', `${path.join('.')} must be a mapping of keys.`, path);
    return {};
  }

  private text(value: unknown, path: Path): string {
    if (typeof value === 'string' && value !== '') return value;
    this.report('parser_bad_shape', `${path.join('.')} must be a text.`, path);
    return '';
  }

  private texts(value: unknown, path: Path): readonly string[] {
    if (value === undefined) return [];
    const all = Array.isArray(value) ? value : [value];
    if (!all.every(isScalar))
      this.report('parser_bad_shape', `${path.join('.')} must be a text or a list of texts.`, path);
    return all.map(String);
  }

  private oneOf<T extends string>(value: unknown, known: readonly T[], path: Path): T {
    const found = known.find((name) => name === value);
    if (found) return found;
    const hint = `Use one of ${known.join(', ')}.`;
    const detail = `${path.join('.')} cannot be ${JSON.stringify(value)}.`;
    this.report('parser_bad_shape', { detail, hint }, path);
    return known[0] as T;
  }

  private checkKeys(raw: Raw, known: readonly string[], path: Path): void {
    for (const key of Object.keys(raw))
      if (!known.includes(key))
        this.reportName('parser_bad_shape', { wrong: key, known, what: 'key' }, [...path, key]);
  }

  private reportName(
    code: ProblemCode,
    {
      wrong,
      known,
      what,
    }: { readonly wrong: string; readonly known: readonly string[]; readonly what: string },
    path: Path,
  ): void {
    const near = nearestName(wrong, known);
    const hint = near
      ? `Did you mean ${near}?`
      : `Known are ${known.slice(0, 12).join(', ')} and others.`;
    this.report(code, { detail: `There is no ${what} ${JSON.stringify(wrong)}.`, hint }, path);
  }

  private report(code: ProblemCode, said: string | Said, path: Path): undefined {
    const { detail, hint } = typeof said === 'string' ? { detail: said, hint: undefined } : said;
    const at = this.locate(this.offsetOf(path));
    this.problems.push({ code, detail, ...(hint ? { hint } : {}), at, retryable: false });
  }

  /** Where the node at a path begins: its key's place in a mapping, else the nearest thing above it. */
  private offsetOf(path: Path): number {
    for (let length = path.length; length > 0; length--) {
      const parent: unknown =
        length === 1
          ? this.document.contents
          : this.document.getIn(path.slice(0, length - 1), true);
      const key = path[length - 1];
      const pair = isMap(parent)
        ? parent.items.find((item) => String(item.key) === key)
        : undefined;
      const node: unknown = pair ? pair.key : this.document.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range) return node.range[0];
    }
    return 0;
  }

  private locate(offset: number): Location {
    const { line, col } = this.lines.linePos(offset);
    return { file: this.file, line: Math.max(1, line), column: Math.max(1, col) };
  }
}

function toFieldNames(text: string): readonly string[] {
  return text.split('|').map((name) => name.trim().replace(/^\$/, ''));
}

function isRaw(value: unknown): value is Raw {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isScalar(value: unknown): value is Scalar {
  return ['string', 'number', 'boolean'].includes(typeof value);
}

function isDissect(pattern: string): boolean {
  return parseDissect(pattern) !== undefined;
}

function isRegex(pattern: string): boolean {
  try {
    RE2JS.compile(pattern);
    return true;
  } catch {
    return false;
  }
}
