import type { HuntField, HuntNode, HuntTest } from '@cordon/core';
import type { DuckDBValue } from '@duckdb/node-api';
import type { HuntScope } from '../hunt.ts';
import { toPattern } from '../hunt-match.ts';

/** SQL with its values by name; nothing of what was asked stands in the text. */
export interface Clause {
  readonly where: string;
  readonly values: Record<string, DuckDBValue>;
}

/** Fields that have a column of their own; the others are read from `body`. */
const COLUMNS: Readonly<Record<string, string>> = {
  id: 'id',
  time: 'time',
  class_uid: 'class_uid',
  activity_id: 'activity_id',
  severity_id: 'severity_id',
  status_id: 'status_id',
  source: 'source_id',
  parser: 'parser_id',
  product: 'product',
  service: 'service',
  record: 'record_offset',
  'src_endpoint.ip': 'src_ip',
  'src_endpoint.port': 'src_port',
  'dst_endpoint.ip': 'dst_ip',
  'dst_endpoint.port': 'dst_port',
  'device.hostname': 'device_hostname',
  'user.name': 'user_name',
  'actor.user.name': 'actor_user_name',
  'process.name': 'process_name',
  'process.cmd_line': 'process_cmd_line',
  'process.parent_process.name': 'parent_process_name',
  'file.path': 'file_path',
  'url.path': 'url_path',
  'http_request.http_method': 'http_method',
  'http_response.code': 'http_code',
  'query.hostname': 'query_hostname',
  'api.operation': 'api_operation',
  'any.ip': 'ips',
  'any.user': 'users',
  'any.host': 'hosts',
};

/** Gives each value its name. */
class Values {
  readonly all: Record<string, DuckDBValue> = {};
  readonly #prefix: string;
  #count = 0;

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  add(value: string | number): string {
    this.#count += 1;
    const name = `${this.#prefix}${this.#count}`;
    this.all[name] = value;
    return `$${name}`;
  }

  /** As text, or as a number, whatever the binding makes of it. */
  text = (value: string): string => `CAST(${this.add(value)} AS VARCHAR)`;
  /** Whole numbers stay whole, so that a bound on a column leaves files out by their statistics. */
  number = (value: number): string =>
    `CAST(${this.add(value)} AS ${Number.isSafeInteger(value) ? 'BIGINT' : 'DOUBLE'})`;
}

/** The scope as a WHERE clause. */
export function toHuntWhere({ hunt, fromAt, toAt }: HuntScope): Clause {
  const values = new Values('hunt');
  const parts = [toSql(hunt, values)];
  if (fromAt !== undefined) parts.push(`time >= ${values.number(fromAt)}`);
  if (toAt !== undefined) parts.push(`time <= ${values.number(toAt)}`);
  return { where: parts.join(' AND '), values: values.all };
}

/** The values of a field as a list of texts, with what they need. */
export function toFieldList(field: HuntField): {
  readonly list: string;
  readonly values: Clause['values'];
} {
  const values = new Values('field');
  const read = readField(field, values);
  return {
    list: field.kind === 'list' ? read : `[CAST(${read} AS VARCHAR)]`,
    values: values.all,
  };
}

function toSql(node: HuntNode, values: Values): string {
  switch (node.kind) {
    case 'and':
      return node.of.length === 0
        ? 'true'
        : `(${node.of.map((inner) => toSql(inner, values)).join(' AND ')})`;
    case 'or':
      return `(${node.of.map((inner) => toSql(inner, values)).join(' OR ')})`;
    case 'not':
      // What is not known is not fulfilled, so its opposite is.
      return `(NOT coalesce(${toSql(node.of, values)}, false))`;
    case 'test':
      return `(${toTest(node, values)})`;
  }
}

function toTest(test: HuntTest, values: Values): string {
  const read = readField(test.field, values);
  if (test.field.kind !== 'list') return compare(read, test, values);
  if (test.op === 'exists') return `len(${read}) > 0`;
  return `len(list_filter(${read}, lambda x: ${compare('x', test, values)})) > 0`;
}

const ORDER = { lt: '<', lte: '<=', gt: '>', gte: '>=' } as const;

function compare(read: string, { field, op, values: wanted }: HuntTest, values: Values): string {
  const isNumeric = field.kind === 'number' || field.kind === 'time';
  const number = isNumeric && read === COLUMNS[field.name] ? read : `TRY_CAST(${read} AS DOUBLE)`;
  switch (op) {
    case 'exists':
      return `${read} IS NOT NULL`;
    case 'eq':
      return isNumeric
        ? `${number} IN (${wanted.map((each) => values.number(Number(each))).join(', ')})`
        : `lower(CAST(${read} AS VARCHAR)) IN (${wanted.map((each) => values.text(String(each))).join(', ')})`;
    case 'like':
      return wanted
        .map(
          (each) =>
            `lower(CAST(${read} AS VARCHAR)) LIKE ${values.text(toLike(String(each)))} ESCAPE '\\'`,
        )
        .join(' OR ');
    default:
      return `${number} ${ORDER[op]} ${values.number(Number(wanted[0]))}`;
  }
}

/** Stars and question marks as LIKE has them. */
const toLike = (wanted: string): string =>
  toPattern(wanted)
    .replace(/[\\%_]/g, '\\$&')
    .replaceAll('*', '%')
    .replaceAll('?', '_');

function readField({ name, kind, path }: HuntField, values: Values): string {
  const column = COLUMNS[name];
  if (column !== undefined) return column;
  const read = (steps: readonly string[]) =>
    `json_extract_string(body, ${values.text(toPointer(steps))})`;
  if (kind === 'list')
    return `from_json(json_extract(body, ${values.text(toPointer(path))}), '["VARCHAR"]')`;
  const own = path.at(-1) ?? '';
  return name.startsWith('fields.') && own.includes('.')
    ? `coalesce(${read(path)}, ${read([...path.slice(0, -1), ...own.split('.')])})`
    : read(path);
}

/** RFC 6901: a step may hold whatever a record calls its fields. */
const toPointer = (steps: readonly string[]): string =>
  steps.map((step) => `/${step.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
