import { type Element, elementOf, scopeOf } from './element.ts';
import { type FlowValue, readValue } from './value.ts';

/** Most fields of one template; real ones have under a hundred. */
export const MAX_FIELDS = 128;
const VARIABLE = 0xffff;
const FIRST_DATA_ID = 256;
const ENTERPRISE_BIT = 0x8000;

interface Field extends Element {
  /** Octets, or `VARIABLE`. */
  readonly length: number;
}

/** How the data records of a set are laid out. */
export interface Template {
  readonly id: number;
  /** Does it lay out what the exporter says of itself (options), and not flows? */
  readonly isOptions: boolean;
  readonly fields: readonly Field[];
  /** A record is at least so long; never 0, so that every step through a set goes forward. */
  readonly minLength: number;
}

/** The kinds of template sets. */
export interface TemplateForm {
  readonly isIpfix: boolean;
  readonly isOptions: boolean;
}

/** What a template set gave; `wrong` says why the rest of it could not be read. */
export interface TemplatesRead {
  readonly templates: readonly Template[];
  readonly wrong?: string;
}

const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

interface Head {
  readonly id: number;
  readonly count: number;
  readonly scopes: number;
  readonly length: number;
}

/** The counts in front of the fields. NetFlow v9 counts the fields of options in octets. */
function readHead(view: DataView, at: number, form: TemplateForm): Head | undefined {
  const length = form.isOptions ? 6 : 4;
  if (at + length > view.byteLength) return undefined;
  const id = view.getUint16(at);
  const first = view.getUint16(at + 2);
  if (!form.isOptions) return { id, count: first, scopes: 0, length };
  const second = view.getUint16(at + 4);
  if (form.isIpfix) {
    // A withdrawal ends behind its count of zero.
    return first === 0
      ? { id, count: 0, scopes: 0, length: 4 }
      : { id, count: first, scopes: second, length };
  }
  return { id, count: (first + second) >> 2, scopes: first >> 2, length };
}

interface FieldsRead {
  readonly fields: readonly Field[];
  readonly end: number;
}

function readFields(view: DataView, from: number, scheme: Scheme): FieldsRead | string {
  const { count } = scheme.head;
  if (count > MAX_FIELDS) return `a template has ${count} fields, over the limit of ${MAX_FIELDS}`;
  const fields: Field[] = [];
  let at = from;
  for (let index = 0; index < count; index += 1) {
    const read = readField(view, at, { ...scheme, index });
    if (typeof read === 'string') return read;
    fields.push(read.field);
    at = read.end;
  }
  return { fields, end: at };
}

interface Scheme {
  readonly head: Head;
  readonly form: TemplateForm;
}

function readField(
  view: DataView,
  at: number,
  { head, form, index }: Scheme & { readonly index: number },
): { readonly field: Field; readonly end: number } | string {
  if (at + 4 > view.byteLength) return 'a template is cut off';
  const type = view.getUint16(at);
  const length = view.getUint16(at + 2);
  if (!form.isIpfix) {
    if (length === VARIABLE) return 'a template of NetFlow v9 has a field of variable length';
    const element = index < head.scopes ? scopeOf(type) : elementOf(type, 0);
    return { field: { ...element, length }, end: at + 4 };
  }
  if ((type & ENTERPRISE_BIT) === 0)
    return { field: { ...elementOf(type, 0), length }, end: at + 4 };
  if (at + 8 > view.byteLength) return 'a template is cut off';
  const element = elementOf(type & ~ENTERPRISE_BIT, view.getUint32(at + 4));
  return { field: { ...element, length }, end: at + 8 };
}

const minLengthOf = (fields: readonly Field[]): number =>
  fields.reduce((sum, { length }) => sum + (length === VARIABLE ? 1 : length), 0);

/**
 * Reads the templates of a set. Withdrawals are passed over: over UDP they may not be sent (RFC 7011, section 8.4), and
 * anybody could send them.
 */
export function readTemplates(set: Uint8Array, form: TemplateForm): TemplatesRead {
  const view = viewOf(set);
  const templates: Template[] = [];
  let at = 0;
  for (;;) {
    const head = readHead(view, at, form);
    if (head === undefined || head.id < FIRST_DATA_ID) return { templates };
    const read = readFields(view, at + head.length, { head, form });
    if (typeof read === 'string') return { templates, wrong: read };
    at = read.end;
    if (head.count === 0) continue;
    const minLength = minLengthOf(read.fields);
    if (minLength === 0) return { templates, wrong: 'a template has records of no length' };
    templates.push({ id: head.id, isOptions: form.isOptions, fields: read.fields, minLength });
  }
}

/** A data record: the value of each field by its name. */
export type FlowFields = Readonly<Record<string, FlowValue>>;

/** What a data set gave; `wrong` says why the rest of it could not be read. */
export interface RecordsRead {
  readonly records: readonly FlowFields[];
  readonly wrong?: string;
}

function lengthAt(
  set: Uint8Array,
  at: number,
): { readonly length: number; readonly from: number } | undefined {
  const short = set[at];
  if (short === undefined) return undefined;
  if (short < 255) return { length: short, from: at + 1 };
  const [high, low] = [set[at + 1], set[at + 2]];
  if (high === undefined || low === undefined) return undefined;
  return { length: high * 256 + low, from: at + 3 };
}

function readRecord(
  set: Uint8Array,
  start: number,
  template: Template,
): { readonly fields: FlowFields; readonly end: number } | undefined {
  const fields: Record<string, FlowValue> = {};
  let at = start;
  for (const { name, kind, length } of template.fields) {
    const place = length === VARIABLE ? lengthAt(set, at) : { length, from: at };
    if (place === undefined || place.from + place.length > set.length) return undefined;
    at = place.from + place.length;
    if (place.length > 0) fields[name] = readValue(kind, set.subarray(place.from, at));
  }
  return { fields, end: at };
}

/** Reads the records of a data set; what is shorter than a record at its end is padding. */
export function readRecords(set: Uint8Array, template: Template, limit: number): RecordsRead {
  const records: FlowFields[] = [];
  let at = 0;
  while (at + template.minLength <= set.length) {
    if (records.length >= limit) return { records, wrong: `a datagram has over ${limit} records` };
    const read = readRecord(set, at, template);
    if (read === undefined) return { records, wrong: 'a record runs past the end of its set' };
    records.push(read.fields);
    at = read.end;
  }
  return { records };
}
