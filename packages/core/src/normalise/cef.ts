import type { Fields } from './map-attributes.ts';

const HEADER = [
  'version',
  'vendor',
  'product',
  'product_version',
  'signature_id',
  'name',
  'severity',
];
/** A header whose `CEF:` was taken for the program of a syslog line. */
const BARE =
  /^\s?[01]\|(?:[^|]{1,128}\|){3}[^|]{1,512}\|[^|]{1,512}\|(?:\d{1,2}|Unknown|Low|Medium|High|Very-High)\|/;
/** How far into a message the header may begin. */
const MAX_LEAD = 256;
const MAX_PAIRS = 256;
const KEY = /(?:^|\s)([A-Za-z_][\w.[\]-]{0,63})=/g;
const LABEL = /^(c[sfn]\d|c6a\d|flexString\d|flexNumber\d|flexDate\d|deviceCustomDate\d)Label$/;

/**
 * ArcSight's Common Event Format: seven header fields parted by `|`, then `key=value` whose values
 * may hold blanks. A value is read up to the next key; what has a label is found by it as well.
 */
export function readCef(text: string): Fields | undefined {
  const start = BARE.test(text) ? -4 : text.slice(0, MAX_LEAD).indexOf('CEF:');
  if (start === -1 || (start > 0 && /[\w|=]/.test(text[start - 1] ?? ''))) return undefined;
  const parts = splitHeader(text.slice(start + 4).trimStart(), HEADER.length);
  if (!parts || !/^\d/.test(parts[0] ?? '')) return undefined;
  const header = Object.fromEntries(
    HEADER.map((name, at) => [`cef_${name}`, (parts[at] ?? '').trim()]),
  );
  return { ...readExtension(parts[HEADER.length] ?? ''), ...header };
}

/** The first `count` parts, with `\|` and `\\` undone, and the rest as it is. */
export function splitHeader(text: string, count: number): readonly string[] | undefined {
  const parts: string[] = [];
  let [part, at] = ['', 0];
  for (; at < text.length && parts.length < count; at++) {
    const char = text[at] ?? '';
    if (char === '\\' && /[|\\]/.test(text[at + 1] ?? '')) part += text[++at] ?? '';
    else if (char === '|') {
      parts.push(part);
      part = '';
    } else part += char;
  }
  // The extension, and the `|` before it, may be missing.
  if (parts.length === count - 1) parts.push(part);
  return parts.length < count ? undefined : [...parts, text.slice(at)];
}

function readExtension(text: string): Record<string, unknown> {
  const found = [...text.matchAll(KEY)].slice(0, MAX_PAIRS);
  const fields: Record<string, unknown> = {};
  found.forEach((key, at) => {
    const name = key[1] ?? '';
    const from = (key.index ?? 0) + key[0].length;
    const value = undo(text.slice(from, found[at + 1]?.index ?? text.length).trim());
    if (value !== '' && !Object.hasOwn(fields, name) && name !== '__proto__') fields[name] = value;
  });
  for (const [name, label] of Object.entries(fields)) {
    const own = LABEL.exec(name)?.[1];
    const key = String(label);
    if (own && fields[own] !== undefined && !Object.hasOwn(fields, key) && key !== '__proto__')
      fields[key] = fields[own];
  }
  return fields;
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r' };

function undo(value: string): string {
  return value.replace(/\\([\\=|nr])/g, (_, char: string) => ESCAPES[char] ?? char);
}
