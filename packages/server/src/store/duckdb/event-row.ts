import type { Event } from '@cordon/core';
import type { Named } from '../event-letter.ts';
import { hostsOf, ipsOf, usersOf } from '../event-query.ts';

/**
 * The columns of an event segment with their DuckDB types: what hunts filter and group on, flat, and
 * `body`, the whole event as JSON text, which is what comes back.
 */
export const EVENT_COLUMNS = {
  record_offset: 'BIGINT',
  id: 'VARCHAR',
  time: 'BIGINT',
  class_uid: 'INTEGER',
  activity_id: 'INTEGER',
  severity_id: 'INTEGER',
  status_id: 'INTEGER',
  source_id: 'VARCHAR',
  parser_id: 'VARCHAR',
  product: 'VARCHAR',
  service: 'VARCHAR',
  src_ip: 'VARCHAR',
  src_port: 'INTEGER',
  dst_ip: 'VARCHAR',
  dst_port: 'INTEGER',
  device_hostname: 'VARCHAR',
  user_name: 'VARCHAR',
  actor_user_name: 'VARCHAR',
  process_name: 'VARCHAR',
  process_cmd_line: 'VARCHAR',
  parent_process_name: 'VARCHAR',
  file_path: 'VARCHAR',
  url_path: 'VARCHAR',
  http_method: 'VARCHAR',
  http_code: 'INTEGER',
  query_hostname: 'VARCHAR',
  api_operation: 'VARCHAR',
  ips: 'VARCHAR[]',
  users: 'VARCHAR[]',
  hosts: 'VARCHAR[]',
  body: 'JSON',
} as const;

type Columns = Record<
  Exclude<keyof typeof EVENT_COLUMNS, 'body'>,
  number | string | readonly string[] | undefined
>;

/** An event on its way into a file. */
export interface EventRow extends Named {
  /** One line of JSON with the members of {@link EVENT_COLUMNS}. */
  readonly line: string;
}

/** Column text without NUL and lone surrogates; `body` keeps them, escaped. */
const plain = (text: string | undefined): string | undefined =>
  text === undefined || !NOT_PLAIN.test(text)
    ? text
    : Buffer.from(text.replaceAll('\0', '')).toString();
/** NUL, and halves of surrogate pairs, lone or not: rare enough to look at more closely. */
const NOT_PLAIN = /[\0\ud800-\udfff]/;

const INTEGER_MAX = 2_147_483_647;
const int = (value: number | undefined): number | undefined =>
  Number.isInteger(value) && Math.abs(value ?? 0) <= INTEGER_MAX ? value : undefined;

function toWhere(event: Event) {
  return {
    src_ip: plain(event.src_endpoint?.ip),
    src_port: int(event.src_endpoint?.port),
    dst_ip: plain(event.dst_endpoint?.ip),
    dst_port: int(event.dst_endpoint?.port),
    device_hostname: plain(event.device?.hostname),
    ips: ipsOf(event).map((value) => plain(value) ?? ''),
    users: usersOf(event).map((value) => plain(value) ?? ''),
    hosts: hostsOf(event).map((value) => plain(value) ?? ''),
  };
}

function toWhat(event: Event) {
  return {
    user_name: plain(event.user?.name),
    actor_user_name: plain(event.actor?.user?.name),
    process_name: plain(event.process?.name),
    process_cmd_line: plain(event.process?.cmd_line),
    parent_process_name: plain(event.process?.parent_process?.name),
    file_path: plain(event.file?.path),
    url_path: plain(event.url?.path),
    http_method: plain(event.http_request?.http_method),
    http_code: int(event.http_response?.code),
    query_hostname: plain(event.query?.hostname),
    api_operation: plain(event.api?.operation),
  };
}

/** The row of an event that stands written as JSON already: `body` is put in as it is. */
export function toEventRow(event: Event, body: string): EventRow {
  const { time, provenance } = event;
  const { offset, sourceId } = provenance;
  const columns: Columns = {
    record_offset: offset,
    id: event.id,
    time,
    class_uid: int(event.class_uid),
    activity_id: int(event.activity_id),
    severity_id: int(event.severity_id),
    status_id: int(event.status_id),
    source_id: plain(sourceId),
    parser_id: plain(provenance.parserId),
    product: plain(provenance.logsource.product),
    service: plain(provenance.logsource.service),
    ...toWhere(event),
    ...toWhat(event),
  };
  const line = `${JSON.stringify(columns).slice(0, -1)},"body":${body}}\n`;
  return { time, provenance: { offset, sourceId }, line };
}
