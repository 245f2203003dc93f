import type { Problem } from '../shared/problem.ts';
import { err, ok, type Result } from '../shared/result.ts';
import { type EpochMs, toEpochMs } from '../shared/time.ts';
import { guessType, toAddress, toAddressWithPort, toCanonical } from './canonical.ts';
import {
  type FeedContext,
  INDICATOR_TYPES,
  type Indicator,
  type IndicatorSink,
  type IndicatorType,
  toConfidence,
  toLabel,
} from './indicator.ts';
import { readMispValue } from './misp-attribute.ts';

/*
 * Lists with a value a line and tables of any separator, as abuse.ch and many others publish them:
 * comments, quotes, a header that may stand in a comment, and a choice of columns. Rows of JSON go
 * the same way. A row that cannot be used is counted; a table that is none is refused whole.
 */

/** A column: its number from 1, or its name in the header (or the member's name, of JSON rows). */
export type Column = number | string;

/** How a list or a table is read. */
export interface TableShape {
  /** Default: a comma; `tab` may be written as a tab. Without it in a line the line is the value. */
  readonly separator?: string;
  /** Lines that begin so say nothing. Default `#`, `;` and `//`. */
  readonly comment?: string;
  /** The value. Default: the first. */
  readonly value?: Column;
  /** A fixed type; without it and without `typeColumn` it is guessed from each value. */
  readonly type?: IndicatorType | 'ip:port';
  /** A column that names the type, in the words of abuse.ch or MISP. */
  readonly typeColumn?: Column;
  readonly label?: Column;
  readonly confidence?: Column;
  /** When it was last said to be so. */
  readonly time?: Column;
  /** Is the first line a header? Found out by itself when columns have names. */
  readonly hasHeader?: boolean;
}

const COMMENTS = ['#', ';', '//'];
const MAX_LINE = 64 * 1024;
/** With more of the rows unusable than this the whole is not what it is said to be. */
const MOST_UNUSABLE = 0.5;
const FEW_ROWS = 20;

/** Words of feeds for a type. */
const TYPE_WORDS: Readonly<Record<string, IndicatorType | 'ip:port'>> = {
  'ip:port': 'ip:port',
  ipv4: 'ip',
  ipv6: 'ip',
  ip_address: 'ip',
  fqdn: 'domain',
  md5_hash: 'hash',
  sha1_hash: 'hash',
  sha256_hash: 'hash',
  envelope_from: 'email',
  body_from: 'email',
};

type Row = (column: Column) => string | undefined;

/** Splits a line; quotes may hold the separator, doubled quotes stand for one. */
export function splitRow(line: string, separator: string): readonly string[] {
  if (!line.includes('"')) return line.split(separator).map((field) => field.trim());
  const fields: string[] = [];
  let at = 0;
  while (at <= line.length) {
    const { text, next } = readField(line, at, separator);
    fields.push(text);
    at = next;
  }
  return fields;
}

function readField(line: string, from: number, separator: string): Piece {
  let at = from;
  while (line[at] === ' ') at += 1;
  const quoted = line[at] === '"' ? readQuoted(line, at + 1) : undefined;
  const end = line.indexOf(separator, quoted?.next ?? at);
  const stop = end < 0 ? line.length : end;
  return { text: quoted?.text ?? line.slice(at, stop).trim(), next: stop + separator.length };
}

interface Piece {
  readonly text: string;
  readonly next: number;
}

function readQuoted(line: string, from: number): Piece {
  let at = line.indexOf('"', from);
  while (at >= 0 && line[at + 1] === '"') at = line.indexOf('"', at + 2);
  const end = at < 0 ? line.length : at;
  return { text: line.slice(from, end).replaceAll('""', '"'), next: end + 1 };
}

function typeOf(row: Row, shape: TableShape): string | undefined {
  if (shape.typeColumn === undefined) return shape.type;
  const word = row(shape.typeColumn)?.trim().toLowerCase();
  return word === undefined ? undefined : (TYPE_WORDS[word] ?? word);
}

type Found = Pick<Indicator, 'type' | 'value' | 'port'>;

/** The value under its type; an unknown word may still be one of MISP's. */
function readValue(text: string, type: string | undefined): readonly Found[] | string {
  if (type === undefined) {
    const guess = guessType(text);
    return guess ? [guess] : 'unknown_form';
  }
  if (type === 'ip:port') {
    const found = toAddressWithPort(text);
    return found ? [{ type: 'ip', ...found }] : 'bad_value ip:port';
  }
  if (type === 'ip' || type === 'cidr') {
    const found = toAddress(text);
    return found ? [found] : `bad_value ${type}`;
  }
  const known = INDICATOR_TYPES.find((one) => one === type);
  if (known === undefined) return readMispValue(type, text);
  const value = toCanonical(known, text);
  return value === undefined ? `bad_value ${known}` : [{ type: known, value }];
}

/** `2022-08-05 11:40:15 UTC`, ISO, seconds since the epoch. */
export function readFeedTime(text: string | undefined): EpochMs | undefined {
  if (text === undefined || text === '') return undefined;
  if (/^\d{9,10}$/.test(text)) return toEpochMs(Number(text) * 1_000);
  const iso = text.replace(/^(\d{4}-\d\d-\d\d) (\d\d:\d\d(?::\d\d)?)(?: UTC)?$/, '$1T$2Z');
  const time = Date.parse(iso);
  return Number.isNaN(time) ? undefined : toEpochMs(time);
}

function readRow(row: Row, { shape, context, sink }: Given): boolean {
  const text = row(shape.value ?? 1)?.trim();
  if (text === undefined || text === '') {
    sink.refuse('no_value');
    return false;
  }
  const found = readValue(text, typeOf(row, shape));
  if (typeof found === 'string') {
    sink.refuse(found);
    return false;
  }
  const label = shape.label === undefined ? undefined : row(shape.label);
  const validFrom = readFeedTime(shape.time === undefined ? undefined : row(shape.time));
  const given = shape.confidence === undefined ? Number.NaN : Number(row(shape.confidence));
  for (const one of found)
    sink.keep({
      ...one,
      label: toLabel(label || context.label),
      confidence: toConfidence(given, context.confidence),
      role: 'bad',
      ...(validFrom === undefined ? {} : { validFrom }),
    });
  return true;
}

interface Given {
  readonly shape: TableShape;
  readonly context: FeedContext;
  readonly sink: IndicatorSink;
}

const broken = (where: string, line: number, detail: string): Problem => ({
  code: 'feed_broken',
  detail,
  hint: 'Nothing of it was taken; what the feed gave before stays in use. Look at the address and the columns of the feed.',
  at: { file: where, line },
  retryable: true,
});

const columnsOf = (shape: TableShape): readonly Column[] =>
  [shape.value, shape.typeColumn, shape.label, shape.confidence, shape.time].filter(
    (column) => column !== undefined,
  );

class TableReader {
  readonly #given: Given;
  readonly #separator: string;
  readonly #named: readonly string[];
  #header: readonly string[] | undefined;
  #needsHeader: boolean;
  #line = 0;
  #good = 0;
  #bad = 0;
  #firstBad = 0;

  constructor(given: Given) {
    const { shape } = given;
    this.#given = given;
    this.#separator = shape.separator === 'tab' ? '\t' : (shape.separator ?? ',');
    this.#named = columnsOf(shape).filter((column) => typeof column === 'string');
    this.#needsHeader = shape.hasHeader ?? this.#named.length > 0;
  }

  read(text: string): Result<number> {
    for (let at = 0; at < text.length; ) {
      const end = text.indexOf('\n', at);
      const stop = end < 0 ? text.length : end;
      this.#line += 1;
      const problem = this.#take(text.slice(at, Math.min(stop, at + MAX_LINE)).trim());
      if (problem) return err(problem);
      at = stop + 1;
    }
    return this.#judge();
  }

  #take(line: string): Problem | undefined {
    if (line === '') return undefined;
    if (this.#line === 1 && /^<(!doctype|html|\?xml)/i.test(line))
      return this.#broken('It is a page, not a list', 1);
    const comment = this.#commentOf(line);
    if (comment !== undefined) {
      if (this.#isHeader(comment)) this.#header = this.#names(comment);
      return undefined;
    }
    if (this.#needsHeader && this.#header === undefined) {
      this.#header = this.#names(line);
      const missing = this.#named.find((name) => !this.#header?.includes(name));
      return missing === undefined
        ? undefined
        : this.#broken(`The header has no column "${missing}"`, this.#line);
    }
    this.#count(readRow(this.#row(line), this.#given));
    return undefined;
  }

  #broken(detail: string, line: number): Problem {
    return broken(this.#given.context.where, line, `${detail}.`);
  }

  #commentOf(line: string): string | undefined {
    const { comment } = this.#given.shape;
    const mark = (comment === undefined ? COMMENTS : [comment]).find((one) => line.startsWith(one));
    return mark === undefined ? undefined : line.slice(mark.length).trim();
  }

  #isHeader(line: string): boolean {
    if (this.#named.length === 0) return false;
    const names = this.#names(line);
    return this.#named.every((name) => names.includes(name));
  }

  #names(line: string): readonly string[] {
    return splitRow(line, this.#separator).map((name) => name.trim());
  }

  #row(line: string): Row {
    const fields = splitRow(line, this.#separator);
    return (column) =>
      typeof column === 'number' ? fields[column - 1] : fields[this.#header?.indexOf(column) ?? -1];
  }

  #count(isGood: boolean): void {
    if (isGood) this.#good += 1;
    else {
      this.#bad += 1;
      this.#firstBad ||= this.#line;
    }
  }

  #judge(): Result<number> {
    const all = this.#good + this.#bad;
    const isWrong = all >= FEW_ROWS ? this.#bad / all > MOST_UNUSABLE : all > 0 && this.#good === 0;
    if (isWrong)
      return err(
        this.#broken(
          `${this.#bad} of ${all} rows hold nothing usable; the first is here`,
          this.#firstBad,
        ),
      );
    return ok(this.#good);
  }
}

/** Reads a list or a table; the number of rows that were used, or why it was refused whole. */
export const readTable = (text: string, given: Given): Result<number> =>
  new TableReader(given).read(text);

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The rows of a JSON text: an array, JSON lines, or lists inside the members of an object. */
function jsonRows(text: string): readonly unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (Array.isArray(value)) return value;
    if (!isObject(value)) return undefined;
    const lists = Object.values(value).filter((member) => Array.isArray(member));
    return lists.length > 0 ? lists.flat() : [value];
  } catch {
    const lines = text.split('\n').filter((line) => line.trim() !== '');
    try {
      return lines.map((line): unknown => JSON.parse(line));
    } catch {
      return undefined;
    }
  }
}

/** Reads rows of JSON by the names of their members. */
export function readJsonRows(text: string, given: Given): Result<number> {
  const rows = jsonRows(text);
  if (rows === undefined) return err(broken(given.context.where, 1, 'It is no JSON of rows.'));
  let good = 0;
  for (const row of rows) {
    if (!isObject(row)) {
      given.sink.refuse('no_row');
      continue;
    }
    const read = (column: Column): string | undefined => {
      const value = Object.hasOwn(row, String(column)) ? row[String(column)] : undefined;
      return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
    };
    if (readRow(read, given)) good += 1;
  }
  if (good === 0 && rows.length > 0)
    return err(
      broken(given.context.where, 1, `None of ${rows.length} rows holds anything usable.`),
    );
  return ok(good);
}
