const PLAIN = /^[\w.:@/*?-]+$/;
const KEYWORDS: ReadonlySet<string> = new Set(['and', 'or', 'not', 'in', 'exists']);

/** A value as a hunt takes it: in quotes where it needs them. */
export function quoted(value: string): string {
  if (PLAIN.test(value) && !/[*?]/.test(value) && !KEYWORDS.has(value.toLowerCase())) return value;
  if (!value.includes('"')) return `"${value}"`;
  return value.includes("'") ? `"${value.replaceAll('"', '\\"')}"` : `'${value}'`;
}

/** The query with one more condition that must hold. */
export function narrowed(query: string, condition: string): string {
  const text = query.trim();
  if (text === '') return condition;
  return /\bor\b/i.test(text) ? `(${text}) and ${condition}` : `${text} and ${condition}`;
}

/** The word being written at the caret, where it may be the name of a field. */
export function fieldAt(
  query: string,
  caret: number,
): { readonly start: number; readonly word: string } | undefined {
  const before = query.slice(0, caret);
  const word = /[\w.]*$/.exec(before)?.[0] ?? '';
  const start = caret - word.length;
  const rest = before.slice(0, start).trimEnd();
  const isValue = /(?:[=~<>,]|\bin\s*\()$/.test(rest);
  const isQuoted = (rest.match(/"/g)?.length ?? 0) % 2 === 1;
  const isJoin = rest === '' || /(?:\(|\b(?:and|or|not))$/i.test(rest);
  return word === '' || isValue || isQuoted || !isJoin ? undefined : { start, word };
}

const SHOWN = 8;

/** Names that fit what is written: those that begin so first, then those that hold it. */
export function completions(names: readonly string[], word: string): readonly string[] {
  const wanted = word.toLowerCase();
  const begins = names.filter((name) => name.toLowerCase().startsWith(wanted));
  const holds = names.filter(
    (name) => !begins.includes(name) && name.toLowerCase().includes(wanted),
  );
  const all = [...begins, ...holds].slice(0, SHOWN);
  return all.length === 1 && all[0] === word ? [] : all;
}

const MAX_LINES = 300;

/** An event as lines of name and value, with the names that a hunt takes. */
export const flatten = (event: unknown): readonly (readonly [string, string])[] =>
  leavesOf(event, '')
    .slice(0, MAX_LINES)
    .map(([path, value]) => [nameOf(path), value] as const);

function leavesOf(value: unknown, path: string): readonly (readonly [string, string])[] {
  if (value === null || value === undefined) return [];
  if (Array.isArray(value))
    return value.some((one) => typeof one === 'object') ? [] : [[path, value.join(', ')]];
  if (typeof value !== 'object') return [[path, String(value)]];
  return Object.entries(value).flatMap(([name, inner]) =>
    leavesOf(inner, path === '' ? name : `${path}.${name}`),
  );
}

const RENAMED: Readonly<Record<string, string>> = {
  'provenance.sourceId': 'source',
  'provenance.parserId': 'parser',
  'provenance.offset': 'record',
  'provenance.logsource.product': 'product',
  'provenance.logsource.service': 'service',
};

const nameOf = (path: string): string =>
  RENAMED[path] ?? path.replace(/^provenance\.fields\./, 'fields.');
