/*
 * Members of a JSON text as they were written. Parsing and printing again would round large numbers and
 * reorder members, and a record is kept verbatim. The text must be valid JSON: whoever calls has parsed it.
 */
const OPEN = new Set(['{', '[']);
const CLOSE = new Set(['}', ']']);

/** The elements of the array at this path of member names, or undefined when there is none. */
export function sliceItems(text: string, path: readonly string[]): readonly string[] | undefined {
  let at = skipSpace(text, 0);
  for (const name of path) {
    const found = findMember(text, at, name);
    if (found === undefined) return undefined;
    at = found;
  }
  return text[at] === '[' ? elements(text, at) : undefined;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (text[at] === ' ' || text[at] === '\n' || text[at] === '\r' || text[at] === '\t') at += 1;
  return at;
}

/** Just behind the value that begins here. */
function endOfValue(text: string, from: number): number {
  if (text[from] === '"') return endOfString(text, from);
  if (!OPEN.has(text[from] ?? '')) return endOfScalar(text, from);
  let depth = 0;
  for (let at = from; at < text.length; at += 1) {
    const char = text[at] ?? '';
    if (char === '"') at = endOfString(text, at) - 1;
    else if (OPEN.has(char)) depth += 1;
    else if (CLOSE.has(char)) {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return text.length;
}

function endOfString(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === '"') return at + 1;
  }
  return text.length;
}

function endOfScalar(text: string, from: number): number {
  let at = from;
  while (at < text.length && !/[\s,\]}]/.test(text[at] ?? '')) at += 1;
  return at;
}

/** Where the value of that member begins; of several, the last one, as for `JSON.parse`. */
function findMember(text: string, from: number, name: string): number | undefined {
  if (text[from] !== '{') return undefined;
  let found: number | undefined;
  let at = skipSpace(text, from + 1);
  while (text[at] === '"') {
    const end = endOfString(text, at);
    const key: unknown = JSON.parse(text.slice(at, end));
    const value = skipSpace(text, skipSpace(text, end) + 1);
    if (key === name) found = value;
    at = skipSpace(text, endOfValue(text, value));
    if (text[at] !== ',') break;
    at = skipSpace(text, at + 1);
  }
  return found;
}

function elements(text: string, from: number): readonly string[] {
  const items: string[] = [];
  let at = skipSpace(text, from + 1);
  while (at < text.length && text[at] !== ']') {
    const end = endOfValue(text, at);
    items.push(text.slice(at, end));
    at = skipSpace(text, end);
    if (text[at] === ',') at = skipSpace(text, at + 1);
  }
  return items;
}
