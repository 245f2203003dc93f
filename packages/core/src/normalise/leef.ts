import { splitHeader } from './cef.ts';
import type { Fields } from './map-attributes.ts';

const HEADER = ['version', 'vendor', 'product', 'product_version', 'event_id'];
const MAX_LEAD = 256;
const MAX_PAIRS = 256;

/**
 * QRadar's Log Event Extended Format: five header fields parted by `|`, from version 2 a sixth that
 * says what parts the attributes (a character or its code), a tab otherwise.
 */
export function readLeef(text: string): Fields | undefined {
  const start = text.slice(0, MAX_LEAD).indexOf('LEEF:');
  if (start < 0 || (start > 0 && /[\w|=]/.test(text[start - 1] ?? ''))) return undefined;
  const parts = splitHeader(text.slice(start + 5), HEADER.length);
  if (!parts || !/^[12]/.test(parts[0] ?? '')) return undefined;
  const header = Object.fromEntries(
    HEADER.map((name, at) => [`leef_${name}`, (parts[at] ?? '').trim()]),
  );
  const rest = parts[HEADER.length] ?? '';
  const custom = parts[0]?.startsWith('2') ? /^([^|=]{0,6})\|/.exec(rest) : undefined;
  const body = custom ? rest.slice(custom[0].length) : rest;
  return { ...readPairs(body, toDelimiter(custom?.[1] ?? '')), ...header };
}

function toDelimiter(text: string): string {
  const code = /^(?:0?x|\\u?)([\da-f]{1,4})$/i.exec(text)?.[1];
  return (code ? String.fromCodePoint(Number.parseInt(code, 16)) : text) || '\t';
}

function readPairs(text: string, delimiter: string): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  for (const pair of text.split(delimiter, MAX_PAIRS)) {
    const gap = pair.indexOf('=');
    const name = pair.slice(0, Math.max(gap, 0)).trim();
    if (name === '' || name === '__proto__' || Object.hasOwn(fields, name)) continue;
    fields[name] = pair.slice(gap + 1).trim();
  }
  return fields;
}
