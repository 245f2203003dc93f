import type { Fields } from './map-attributes.ts';

const MAX_FIELDS = 512;
const MAX_FIELD_CHARS = 32_768;

/** The fields as an event carries them: at most 512, a text of at most 32 Ki characters. Mostly the same object. */
export function limitFields(fields: Fields): Fields {
  return isWithin(fields) ? fields : cut(fields);
}

function isWithin(fields: Fields): boolean {
  const values = Object.values(fields);
  if (values.length > MAX_FIELDS || Object.hasOwn(fields, '__proto__')) return false;
  for (const value of values)
    if (value === undefined || (typeof value === 'string' && value.length > MAX_FIELD_CHARS))
      return false;
  return true;
}

function cut(fields: Fields): Fields {
  const limited: Record<string, unknown> = {};
  let count = 0;
  for (const name in fields) {
    if (!Object.hasOwn(fields, name) || name === '__proto__') continue;
    if (++count > MAX_FIELDS) break;
    const value = fields[name];
    if (value === undefined) continue;
    limited[name] =
      typeof value === 'string' && value.length > MAX_FIELD_CHARS
        ? value.slice(0, MAX_FIELD_CHARS)
        : value;
  }
  return limited;
}
