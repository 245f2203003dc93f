import {
  err,
  type InventoryRows,
  type InventoryTable,
  type Location,
  type Problem,
  type Result,
  readCloudAssets,
  readInventoryTable,
  type TableRow,
} from '@cordon/core';
import { readHeader, splitRow } from '../investigate/read-csv.ts';

/** A quoted cell may hold line breaks; a quote that is never closed must not swallow the file. */
const MAX_ROW_LINES = 200;

/** An inventory file whatever its form: a table with a header, or the JSON export of a cloud. */
export function readInventoryFile(
  bytes: Uint8Array,
  { file, kind }: Pick<InventoryTable, 'file' | 'kind'>,
): Result<InventoryRows> {
  const text = decode(bytes);
  if (text === undefined)
    return err(broken({ file }, 'It is not text in UTF-8.', 'Save it as UTF-8.'));
  if (/^\s*[[{]/.test(text)) return readCloudAssets(text, file);
  const lines = text.split(/\r?\n/);
  const header = readHeader(lines[0] ?? '');
  if (header === undefined)
    return err(
      broken(
        { file, line: 1 },
        'The first line is not a header of at least two columns, each named once.',
        'Begin it with the names of the columns, e.g. "name,ip,owner,criticality".',
      ),
    );
  const rows = [...rowsOf(lines, header.delimiter)];
  const torn = rows.find((row) => row.cells === undefined);
  if (torn) return err(broken({ file, line: torn.line }, 'A quote is never closed.', 'Close it.'));
  return readInventoryTable({ file, kind, header: header.names, rows: rows as TableRow[] });
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

interface ReadRow {
  readonly line: number;
  readonly cells: readonly string[] | undefined;
}

/** Rows below the header; blank lines are none. A row without cells never closed its quote. */
function* rowsOf(lines: readonly string[], delimiter: string): Generator<ReadRow> {
  for (let at = 1; at < lines.length; at += 1) {
    if (lines[at]?.trim() === '') continue;
    const first = at;
    let text = lines[at] ?? '';
    let cells = splitRow(text, delimiter);
    while (cells === undefined && at + 1 < lines.length && at - first < MAX_ROW_LINES) {
      at += 1;
      text += `\n${lines[at]}`;
      cells = splitRow(text, delimiter);
    }
    yield { line: first + 1, cells };
    if (cells === undefined) return;
  }
}

const broken = (at: Location, detail: string, hint: string): Problem => ({
  code: 'inventory_broken',
  detail,
  hint: `${hint} Nothing of the file was taken.`,
  at,
  retryable: false,
});
