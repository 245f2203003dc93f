import { readCsv } from './delimited.ts';

/** What the `#Fields:` line of a W3C extended log told. */
export interface W3cHeader {
  readonly names: readonly string[];
  readonly separator: ' ' | '\t' | ',';
}

const MAX_FIELDS = 512;

const DIRECTIVE = /^#(?:Software|Version|Date|Fields|Remark|Start-Date|End-Date|Log-type): ?/;
/** Names of columns and nothing else. */
const COLUMNS = /^(?:[a-z][a-z0-9_-]{1,40}[ ,]){3,200}[a-z][a-z0-9_-]{1,40}\s*$/;
/** What tells the columns of AWS VPC flow logs from words. */
const FLOW_COLUMN = /[ ,_-](?:src|dst)addr\b|^(?:src|dst)addr\b/;

/** Is this a line of the header of a W3C extended log (IIS, Exchange, CDNs), or the columns of AWS VPC flow logs? */
export function isW3cHeader(text: string): boolean {
  return text.startsWith('#') ? DIRECTIVE.test(text) : COLUMNS.test(text) && FLOW_COLUMN.test(text);
}

/** The header with one more of its lines read; only `#Fields:` or bare columns say anything about rows. */
export function readW3cHeader(before: W3cHeader | undefined, line: string): W3cHeader | undefined {
  if (!line.startsWith('#')) return readColumns(line);
  if (!line.startsWith('#Fields:')) return before;
  const list = line.slice(8, 65_536).trim();
  const separator = list.includes(',') ? ',' : ' ';
  const names = list.split(separator === ',' ? /,\s*/ : /\s+/).slice(0, MAX_FIELDS);
  return { names: names.map(toName), separator };
}

/** AWS writes a name with `-` or `_`; here it has `_`. */
function readColumns(line: string): W3cHeader {
  const separator = line.includes(',') ? ',' : ' ';
  const names = line.trim().replaceAll('-', '_').split(separator);
  return { names: names.slice(0, MAX_FIELDS), separator };
}

/** `cs(User-Agent)` under the name that rules use, `cs-user-agent`. */
function toName(name: string): string {
  const found = /^([a-z]{1,2})\(([^()]*)\)$/.exec(name);
  return found ? `${found[1]}-${found[2]?.toLowerCase()}` : name;
}

/** The fields of the row in a text that has its header before it; undefined when it is no such text. */
export function readW3cText(text: string): Record<string, string> | undefined {
  const end = text.indexOf('\n');
  const columns = text.slice(0, Math.max(end, 0)).trimEnd();
  if (columns.startsWith('#') || !isW3cHeader(columns)) return undefined;
  return readW3cRow(readColumns(columns), text.slice(end + 1).trim());
}

/** The fields of a row; undefined when it does not fit the header. */
export function readW3cRow(header: W3cHeader, line: string): Record<string, string> | undefined {
  const values = splitRow(header, line);
  if (values?.length !== header.names.length) return undefined;
  return Object.fromEntries(header.names.map((name, at) => [name, values[at] ?? '']));
}

function splitRow({ separator }: W3cHeader, line: string): readonly string[] | undefined {
  if (separator === ',') return readCsv(line);
  return line.split(line.includes('\t') ? '\t' : ' ');
}
