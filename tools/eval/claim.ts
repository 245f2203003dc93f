import type { Event, Normalised } from '@cordon/core';
import type { FieldName } from './item.ts';

/** Everything claimed about one item, before any label is looked at. */
export interface Claim {
  readonly id: string;
  readonly outcome: 'parsed' | 'base' | 'unparsed' | 'skipped';
  /** Parser id, problem code or skip reason. */
  readonly by: string;
  readonly fields: Readonly<Partial<Record<FieldName, readonly string[]>>>;
}

/** What an ended record claims. */
export function toClaim(id: string, normalised: Normalised): Claim {
  switch (normalised.kind) {
    case 'unparsed':
      return { id, outcome: 'unparsed', by: normalised.problem.code, fields: {} };
    case 'skipped':
      return { id, outcome: 'skipped', by: normalised.parserId, fields: {} };
    case 'parsed': {
      const { event } = normalised;
      return {
        id,
        outcome: event.class_uid === 0 ? 'base' : 'parsed',
        by: event.provenance.parserId,
        fields: fieldsOf(event),
      };
    }
  }
}

function fieldsOf(event: Event): Claim['fields'] {
  return {
    time: [String(event.time)],
    source: some(event.src_endpoint?.ip, event.src_endpoint?.hostname),
    user: some(
      event.user?.name,
      event.user?.uid,
      event.user?.email_addr,
      event.actor?.user?.name,
      event.actor?.user?.uid,
      event.actor?.user?.email_addr,
      event.process?.user?.name,
    ),
    action: some(
      event.http_request?.http_method,
      event.api?.operation,
      event.finding_info?.title,
      attribute(event, 'metadata', 'event_code'),
      String(event.activity_id),
      event.message,
    ),
    outcome: some(
      event.http_response?.code === undefined ? undefined : String(event.http_response.code),
      event.status_id === undefined ? undefined : `status ${event.status_id}`,
      event.api?.response?.error,
      event.rcode,
    ),
    target: some(
      event.url?.path,
      event.url?.url_string,
      event.url?.hostname,
      event.dst_endpoint?.ip,
      event.dst_endpoint?.hostname,
      event.dst_endpoint?.port === undefined ? undefined : String(event.dst_endpoint.port),
      event.device?.hostname,
      event.process?.name,
      event.file?.path,
      event.query?.hostname,
    ),
    class: [String(event.class_uid)],
    severity: [String(event.severity_id)],
    recognised: event.class_uid === 0 ? [] : [event.provenance.parserId],
  };
}

function attribute(event: Event, at: string, name: string): string | undefined {
  const value = (event as unknown as Record<string, Record<string, unknown> | undefined>)[at]?.[
    name
  ];
  return value === undefined ? undefined : String(value);
}

function some(...values: readonly (string | undefined)[]): readonly string[] {
  return values.filter((value): value is string => value !== undefined && value !== '');
}
