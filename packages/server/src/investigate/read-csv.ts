import type { LineItem } from './input.ts';

const DELIMITERS = [',', ';', '\t'] as const;
const NAME = /^[\p{L}_@][\p{L}\p{N}_@ .:/()%-]*$/u;
/** A quoted cell may hold line breaks; a quote that is never closed must not swallow the file. */
const MAX_ROW_LINES = 200;

/** The cells of one row (RFC 4180); undefined while a quoted cell is still open. */
export function splitRow(text: string, delimiter: string): readonly string[] | undefined {
  const cells: string[] = [];
  for (let at = 0; at <= text.length; ) {
    if (text[at] !== '"') {
      const end = text.indexOf(delimiter, at);
      cells.push(text.slice(at, end < 0 ? undefined : end));
      at = end < 0 ? text.length + 1 : end + 1;
      continue;
    }
    const end = closeOf(text, at + 1);
    if (end === undefined) return undefined;
    cells.push(text.slice(at + 1, end).replaceAll('""', '"'));
    at = end + 2;
  }
  return cells;
}

/** Where the quote that ends a cell stands; a doubled one is part of the text. */
function closeOf(text: string, from: number): number | undefined {
  for (let at = text.indexOf('"', from); at >= 0; at = text.indexOf('"', at + 2))
    if (text[at + 1] !== '"') return at;
  return undefined;
}

interface Header {
  readonly delimiter: string;
  readonly names: readonly string[];
}

/** The columns, when the first line names at least two and each once. */
export function readHeader(line: string): Header | undefined {
  const text = line.replace(/^\ufeff/, '');
  const found = DELIMITERS.map((delimiter) => ({
    delimiter,
    names: (splitRow(text, delimiter) ?? []).map((name) => name.trim()),
  })).sort((a, b) => b.names.length - a.names.length)[0];
  if (!found || found.names.length < 2 || !found.names.every((name) => NAME.test(name)))
    return undefined;
  return new Set(found.names).size === found.names.length ? found : undefined;
}

type Line = Extract<LineItem, { readonly kind: 'line' }>;
const toText = ({ bytes }: Line): string => new TextDecoder().decode(bytes);

/**
 * Rows of a CSV file with a header as JSON objects, one a line, by the names of its columns; empty
 * cells are left out. Without a header, and for a row with another number of cells, the line stays
 * as it is, so that it is counted and can be looked at.
 */
export async function* readCsv(items: AsyncIterable<LineItem>): AsyncIterable<LineItem> {
  let header: Header | undefined;
  let isFirst = true;
  const open: Line[] = [];
  for await (const item of items) {
    if (item.kind !== 'line') {
      yield* open.splice(0);
      yield item;
      continue;
    }
    if (isFirst) header = readHeader(toText(item));
    if (!header) yield item;
    else if (!isFirst) yield* join(open, item, header);
    isFirst = false;
  }
  yield* open;
}

/** Adds a line to the row that is open; gives the row, or its lines when it is none, once that is known. */
function join(open: Line[], line: Line, header: Header): readonly LineItem[] {
  open.push(line);
  const row = toRow(open, header);
  if (!row && open.length < MAX_ROW_LINES && isOpen(open, header)) return [];
  const lines = open.splice(0);
  return row ? [row] : lines;
}

const cellsOf = (lines: readonly Line[], { delimiter }: Header) =>
  splitRow(lines.map(toText).join('\n'), delimiter);
const isOpen = (lines: readonly Line[], header: Header): boolean =>
  cellsOf(lines, header) === undefined;

function toRow(lines: readonly Line[], header: Header): LineItem | undefined {
  const [first] = lines;
  const cells = cellsOf(lines, header);
  if (!first || cells?.length !== header.names.length) return undefined;
  const entries = header.names
    .map((name, at) => [name, cells[at] ?? ''] as const)
    .filter(([, value]) => value !== '');
  return { ...first, bytes: Buffer.from(JSON.stringify(Object.fromEntries(entries))) };
}
