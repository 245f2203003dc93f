import type { Fields } from './map-attributes.ts';

const MAX_WRAPPERS = 3;

/**
 * A record without what a collector put around it: EventBridge's `detail`, Elasticsearch's `_source`, our own webhooks'
 * `body` (which keeps what the headers said under `webhook`), Wazuh's `integration` (the record stands under its name), its
 * alerts on a Windows event (which keep what Wazuh said of it under `wazuh`) and what its integrator says of an alert
 * (`all_fields`), and lists of one (`Records`, `findings`, the events of an event hook of Okta).
 */
export function unwrapJson(json: Fields | undefined): Fields | undefined {
  let at = json;
  for (let depth = 0; at && depth < MAX_WRAPPERS; depth++) {
    const inner = innerOf(at);
    if (!inner) return at;
    at = inner;
  }
  return at;
}

function innerOf(json: Fields): Fields | undefined {
  if (typeof json['_index'] === 'string') return toFields(json['_source']);
  const { integration, source, Records: records, findings, finding, data, webhook } = json as Known;
  const body = webhook === undefined ? undefined : toFields(json['body']);
  if (body) return { ...body, webhook };
  if (json['pretext'] === 'WAZUH Alert') return toFields(json['all_fields']);
  if (json['eventType'] === 'com.okta.event_hook') return single(toFields(data)?.['events']);
  if (typeof integration === 'string') return toFields(json[integration]);
  if (typeof source === 'string' && typeof json['detail-type'] === 'string')
    return toFields(json['detail']);
  if (source === 'securityhub') return toFields(finding);
  const win = toFields(toFields(data)?.['win']);
  if (win) return toWindows(win, json);
  return single(records) ?? (Object.keys(json).length === 1 ? single(findings) : undefined);
}

/** The Windows event of a Wazuh alert; undefined when it does not say which event it is. */
function toWindows(win: Fields, { rule, agent }: Fields): Fields | undefined {
  const system = toFields(win['system']);
  const isEvent = system?.['eventID'] !== undefined && system['channel'] !== undefined;
  return isEvent ? { win, wazuh: { rule, agent } } : undefined;
}

interface Known {
  readonly data?: unknown;
  readonly webhook?: unknown;
  readonly integration?: unknown;
  readonly source?: unknown;
  readonly Records?: unknown;
  readonly findings?: unknown;
  readonly finding?: unknown;
}

const single = (list: unknown): Fields | undefined =>
  Array.isArray(list) && list.length === 1 ? toFields(list[0]) : undefined;

const toFields = (value: unknown): Fields | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Fields)
    : undefined;
