import { readCsv } from './delimited.ts';

/** What the `#Fields:` line of a W3C extended log told. */
export interface W3cHeader {
  readonly names: readonly string[];
  readonly separator: ' ' | '\t' | ',';
}

const MAX_FIELDS = 512;

/** Is this a line of the header of a W3C extended log (IIS, Exchange, CDNs)? */
export function isW3cHeader(text: string): boolean {
  return /^#(?:Software|Version|Date|Fields|Remark|Start-Date|End-Date|Log-type): ?/.test(text);
}

/** The header with one more of its lines read; only `#Fields:` says anything about rows. */
export function readW3cHeader(before: W3cHeader | undefined, line: string): W3cHeader | undefined {
  if (!line.startsWith('#Fields:')) return before;
  const list = line.slice(8, 65_536).trim();
  const separator = list.includes(',') ? ',' : ' ';
  const names = list.split(separator === ',' ? /,\s*/ : /\s+/).slice(0, MAX_FIELDS);
  return { names: names.map(toName), separator };
}

/** `cs(User-Agent)` under the name that rules use, `cs-user-agent`. */
function toName(name: string): string {
  const found = /^([a-z]{1,2})\(([^()]*)\)$/.exec(name);
  return found ? `${found[1]}-${found[2]?.toLowerCase()}` : name;
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
