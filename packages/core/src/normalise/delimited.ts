/** Values beyond this many are left out. */
const MAX_VALUES = 512;
const MIN_VALUES = 4;

/**
 * The values of a line of comma-separated values (RFC 4180: quotes around a value, doubled inside);
 * undefined when there are too few for a table's row.
 */
export function readCsv(text: string): readonly string[] | undefined {
  const values: string[] = [];
  let at = 0;
  while (at <= text.length && values.length < MAX_VALUES) {
    const end = text[at] === '"' ? endOfQuoted(text, at) : endOfBare(text, at);
    values.push(toValue(text.slice(at, end)));
    at = end + 1;
  }
  return values.length < MIN_VALUES ? undefined : values;
}

const endOfBare = (text: string, from: number): number => {
  const comma = text.indexOf(',', from);
  return comma < 0 ? text.length : comma;
};

/** The comma after the closing quote; a quote that never closes runs to the end. */
function endOfQuoted(text: string, from: number): number {
  let at = from + 1;
  for (;;) {
    const quote = text.indexOf('"', at);
    if (quote < 0) return text.length;
    if (text[quote + 1] !== '"') return endOfBare(text, quote);
    at = quote + 2;
  }
}

function toValue(text: string): string {
  if (!text.startsWith('"')) return text.trim();
  return text.slice(1, text.endsWith('"') ? -1 : undefined).replaceAll('""', '"');
}

/** The values as fields `c1`, `c2` … */
export function toNumbered(values: readonly string[]): Record<string, string> {
  return Object.fromEntries(values.map((value, at) => [`c${at + 1}`, value]));
}
