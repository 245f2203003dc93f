import ipaddr from 'ipaddr.js';
import type { Observable } from '../event/observable.ts';
import { ATTRIBUTES, type AttributeKind } from './attribute.ts';
import { toCrud } from './crud.ts';
import { splitEndpoint } from './endpoint-text.ts';
import type { Conversion, Mapping } from './parser.ts';

export type Fields = Readonly<Record<string, unknown>>;
/** The attributes of an event under construction. */
export type Attributes = Record<string, unknown>;

const MAX_OBSERVABLES = 64;
const MAX_OBSERVABLE_CHARS = 2_048;

/** A mapping with its path split, made once per parser. */
export interface CompiledMapping {
  readonly path: string;
  readonly steps: readonly string[];
  readonly mapping: Mapping;
}

/** Prepares mappings; every path is one of ATTRIBUTES. */
export function compileMappings(
  set: Readonly<Record<string, Mapping>>,
): readonly CompiledMapping[] {
  return Object.entries(set).map(([path, mapping]) => ({ path, steps: path.split('.'), mapping }));
}

/** A field by its name, or by its path through nested objects; null, '' and '-' count as absent. */
export function readField(fields: Fields, name: string): unknown {
  const direct = Object.hasOwn(fields, name) ? fields[name] : walk(fields, name);
  return direct === null || direct === '' || direct === '-' ? undefined : direct;
}

function walk(fields: Fields, name: string): unknown {
  if (!name.includes('.')) return undefined;
  let at: unknown = fields;
  for (let rest = name; rest !== ''; ) {
    if (typeof at !== 'object' || at === null) return undefined;
    // A name with dots may stand below other names.
    if (Object.hasOwn(at, rest)) return (at as Fields)[rest];
    const dot = rest.indexOf('.');
    const step = dot < 0 ? rest : rest.slice(0, dot);
    if (step.startsWith('[')) at = pick(at, step);
    else if (Object.hasOwn(at, step)) at = (at as Fields)[step];
    else return undefined;
    rest = dot < 0 ? '' : rest.slice(dot + 1);
  }
  return at;
}

/** The first member of a list that a step such as `[Name=UserAgent]` describes, case set aside. */
function pick(list: object, step: string): unknown {
  if (!Array.isArray(list)) return undefined;
  const [name = '', wanted = ''] = step.slice(1, -1).split('=');
  return list.find(
    (item: unknown) =>
      typeof item === 'object' &&
      item !== null &&
      String((item as Fields)[name]).toLowerCase() === wanted.toLowerCase(),
  );
}

/** Has the record one of the fields that a key names, `a|b`? */
export function hasKey(fields: Fields, key: string): boolean {
  return key.split('|').some((name) => readField(fields, name) !== undefined);
}

/** Fills the attributes and lists what is worth pivoting on. A value of a wrong type is left out. */
export function mapAttributes(
  mappings: readonly CompiledMapping[],
  fields: Fields,
): { readonly attributes: Attributes; readonly observables: readonly Observable[] } {
  const attributes: Attributes = {};
  const observables: Observable[] = [];
  for (const { path, steps, mapping } of mappings) {
    const attribute = ATTRIBUTES[path];
    const value = attribute && toKind(attribute.kind, evaluate(mapping, fields));
    if (value === undefined) continue;
    put(attributes, steps, value);
    if (attribute?.observable)
      observe(observables, { name: path, type: attribute.observable }, value);
  }
  return { attributes, observables };
}

function evaluate(mapping: Mapping, fields: Fields): unknown {
  if (mapping.kind === 'constant') return mapping.value;
  for (const name of mapping.from) {
    const value = readField(fields, name);
    if (value === undefined) continue;
    const converted = mapping.convert ? convert(mapping.convert, value) : value;
    if (!mapping.lookup) return converted;
    const key = String(converted);
    return Object.hasOwn(mapping.lookup, key) ? mapping.lookup[key] : mapping.otherwise;
  }
  return mapping.otherwise;
}

function convert(conversion: Conversion, value: unknown): unknown {
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  switch (conversion) {
    case 'first':
      return firstOf(value);
    case 'lower':
      return text.toLowerCase();
    case 'upper':
      return text.toUpperCase();
    case 'basename':
      return text.slice(Math.max(text.lastIndexOf('/'), text.lastIndexOf('\\')) + 1);
    case 'bare':
      return text.replace(/^(?:IPv6:)?(?:::ffff:)?/i, '').replace(/^\[(.*)\]$/, '$1');
    case 'before_at':
      return text.split('@')[0];
    case 'last_word':
      return text.slice(text.lastIndexOf('\\') + 1);
    case 'ms':
      return Math.round(Number(text) * 1000);
    case 'host':
      return splitEndpoint(text).address;
    case 'port':
      return splitEndpoint(text).port;
    case 'crud':
      return toCrud(text);
    case 'path':
      return text.split('?')[0];
    case 'query':
      return text.includes('?') ? text.slice(text.indexOf('?') + 1) : undefined;
  }
}

/** The first of a list, written as one or with commas. */
function firstOf(value: unknown): unknown {
  const list: unknown = Array.isArray(value) ? value[0] : value;
  return typeof list === 'string' ? list.split(',')[0]?.trim() : list;
}

/** The value as that kind, or undefined when it cannot be one. */
export function toKind(kind: AttributeKind, value: unknown): unknown {
  if (value === undefined || value === null) return undefined;
  switch (kind) {
    case 'int':
      return toInt(value);
    case 'bool':
      return toBool(value);
    case 'ip':
      return toIp(value);
    case 'text':
      return toText(value);
    case 'name':
      return toIp(value) === undefined ? toText(value) : undefined;
    case 'list':
      return (Array.isArray(value) ? value : [value])
        .slice(0, 256)
        .map((item) => toText(item) ?? '');
    case 'hashes':
      return toHashes(value);
  }
}

function toText(value: unknown): string | undefined {
  if (typeof value === 'object') return JSON.stringify(value);
  const text = String(value);
  return text === '' ? undefined : text;
}

function toInt(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() === '' ? Number.NaN : Number(value);
  return Number.isSafeInteger(number) ? number : undefined;
}

function toBool(value: unknown): boolean | undefined {
  const text = String(value).toLowerCase();
  if (/^(?:true|yes|1|t)$/.test(text)) return true;
  return /^(?:false|no|0|f)$/.test(text) ? false : undefined;
}

const V4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?=\d)|$)){4}$/;

/** The canonical form of an address; a zone is dropped, an IPv4-mapped address becomes IPv4. */
function toIp(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length > 64) return undefined;
  if (V4.test(value)) return value;
  if (!value.includes(':')) return undefined;
  const bare = value.split('%')[0] ?? '';
  return ipaddr.IPv6.isValid(bare) ? ipaddr.process(bare).toString() : undefined;
}

/** Sysmon's `SHA256=…,MD5=…`, or an object of algorithm to value. */
function toHashes(value: unknown): readonly { algorithm: string; value: string }[] | undefined {
  const parts = typeof value === 'string' ? value.slice(0, 1_024).split(',') : [];
  const found = parts.flatMap((part) => {
    const [algorithm, hash] = part.trim().split('=');
    return algorithm && hash && /^[0-9A-Fa-f]+$/.test(hash)
      ? [{ algorithm, value: hash.toLowerCase() }]
      : [];
  });
  return found.length > 0 ? found : undefined;
}

/** Sets a value at a path; a path is never one that content or a record has made up. */
export function put(attributes: Attributes, steps: readonly string[], value: unknown): void {
  let at = attributes;
  for (const step of steps.slice(0, -1)) {
    at[step] ??= {};
    at = at[step] as Attributes;
  }
  at[steps.at(-1) ?? ''] = value;
}

/** Adds the observable(s) that a value is: each hash of a list counts for itself. */
export function observe(
  observables: Observable[],
  kind: Pick<Observable, 'name' | 'type'>,
  value: unknown,
): void {
  const values = Array.isArray(value)
    ? value.map((hash: { value?: unknown }) => hash.value)
    : [value];
  for (const item of values) {
    if (typeof item !== 'string' || observables.length >= MAX_OBSERVABLES) continue;
    if (item.length > MAX_OBSERVABLE_CHARS) continue;
    if (
      !observables.some(
        (seen) => seen.type === kind.type && seen.value === item && seen.name === kind.name,
      )
    )
      observables.push({ ...kind, value: item });
  }
}
