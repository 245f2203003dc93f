import ipaddr from 'ipaddr.js';
import type { Observable, ObservableType } from '../event/observable.ts';
import { ATTRIBUTES, type AttributeKind } from './attribute.ts';
import { toCrud } from './crud.ts';
import { splitEndpoint } from './endpoint-text.ts';
import type { Conversion, Mapping } from './parser.ts';

export type Fields = Readonly<Record<string, unknown>>;
/** The attributes of an event under construction. */
export type Attributes = Record<string, unknown>;

const MAX_OBSERVABLES = 64;
const MAX_OBSERVABLE_CHARS = 2_048;

/** A mapping with all that its path tells, made once per parser. */
export interface CompiledMapping {
  readonly path: string;
  readonly steps: readonly string[];
  readonly kind: AttributeKind;
  readonly observable: ObservableType | undefined;
  readonly mapping: Mapping;
}

/** Prepares mappings; a path that is none of ATTRIBUTES is left out. */
export function compileMappings(
  set: Readonly<Record<string, Mapping>>,
): readonly CompiledMapping[] {
  return Object.entries(set).flatMap(([path, mapping]) => {
    const attribute = ATTRIBUTES[path];
    if (!attribute) return [];
    const { kind, observable } = attribute;
    return [{ path, steps: path.split('.'), kind, observable, mapping }];
  });
}

/** A field by its name, or by its path through nested objects; null, '' and '-' count as absent. */
export function readField(fields: Fields, name: string): unknown {
  if (Object.hasOwn(fields, name)) return present(fields[name]);
  return name.includes('.') ? readBelow(fields, name) : undefined;
}

const present = (value: unknown): unknown =>
  value === null || value === '' || value === '-' ? undefined : value;

/** The same of a value that may be an object; a name with dots may stand below other names. */
export function readBelow(value: unknown, path: string): unknown {
  let at = value;
  for (let rest = path; rest !== ''; ) {
    if (typeof at !== 'object' || at === null) return undefined;
    if (Object.hasOwn(at, rest)) return present((at as Fields)[rest]);
    const dot = rest.indexOf('.');
    const step = dot < 0 ? rest : rest.slice(0, dot);
    if (step.startsWith('[')) at = pick(at, step);
    else if (dot < 0 || !Object.hasOwn(at, step)) return undefined;
    else at = (at as Fields)[step];
    rest = dot < 0 ? '' : rest.slice(dot + 1);
  }
  return present(at);
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

/** Where attributes and observables are put. */
export interface Mapped {
  readonly attributes: Attributes;
  readonly observables: Observable[];
}

/** Fills the attributes and lists what is worth pivoting on. A value of a wrong type is left out. */
export function mapAttributes(
  mappings: readonly CompiledMapping[],
  fields: Fields,
  { attributes, observables }: Mapped,
): void {
  for (const { path, steps, kind, observable, mapping } of mappings) {
    const value = toKind(kind, evaluate(mapping, fields));
    if (value === undefined) continue;
    put(attributes, steps, value);
    if (observable) observe(observables, { name: path, type: observable }, value);
  }
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
    case 'labels':
      return text.replaceAll(/\(\d+\)/g, '.').replace(/^\.+|\.+$/g, '');
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
  const last = steps.length - 1;
  for (let depth = 0; depth < last; depth += 1) {
    const step = steps[depth] as string;
    at[step] ??= {};
    at = at[step] as Attributes;
  }
  at[steps[last] as string] = value;
}

/** Adds the observable(s) that a value is: each hash of a list counts for itself. */
export function observe(
  observables: Observable[],
  kind: Pick<Observable, 'name' | 'type'>,
  value: unknown,
): void {
  if (typeof value === 'string') add(observables, kind, value);
  else if (Array.isArray(value))
    for (const hash of value as readonly { readonly value?: unknown }[])
      if (typeof hash.value === 'string') add(observables, kind, hash.value);
}

function add(
  observables: Observable[],
  { name, type }: Pick<Observable, 'name' | 'type'>,
  value: string,
): void {
  if (observables.length >= MAX_OBSERVABLES || value.length > MAX_OBSERVABLE_CHARS) return;
  for (const seen of observables)
    if (seen.name === name && seen.value === value && seen.type === type) return;
  observables.push({ name, type, value });
}
