import type { Fields } from './map-attributes.ts';

const MAX_WRAPPERS = 3;

/**
 * A record without what a collector put around it: EventBridge's `detail`, Elasticsearch's `_source`, Wazuh's `integration`
 * (the record stands under its name), and lists of one (`Records`, `findings`).
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
  const { integration, source, Records: records, findings, finding } = json as Known;
  if (typeof integration === 'string') return toFields(json[integration]);
  if (typeof source === 'string' && typeof json['detail-type'] === 'string')
    return toFields(json['detail']);
  if (source === 'securityhub') return toFields(finding);
  return single(records) ?? (Object.keys(json).length === 1 ? single(findings) : undefined);
}

interface Known {
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
