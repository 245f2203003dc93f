/* OTLP logs in JSON: the protobuf JSON mapping with ids in hex (OTLP specification, "JSON Protobuf Encoding"). */
import { isObject, type JsonMembers, textOf } from './json-text.ts';
import {
  checkDepth,
  type OtlpAttributes,
  OtlpError,
  type OtlpLog,
  type OtlpOrigin,
  type OtlpValue,
  toInteger,
} from './otlp-log.ts';

/** Gives each log of a request with its origin. */
export function* readOtlpJson(request: unknown): Generator<readonly [OtlpOrigin, OtlpLog]> {
  if (!isObject(request)) throw new OtlpError('the request is no JSON object');
  for (const group of listOf(request['resourceLogs'])) {
    const resource = readAttributes(membersOf(group['resource'])['attributes'], 0);
    for (const scoped of listOf(group['scopeLogs'])) {
      const origin = { resource, scope: readScope(membersOf(scoped['scope'])) };
      for (const log of listOf(scoped['logRecords'])) yield [origin, readLog(log)];
    }
  }
}

/** The members of an object; of anything else none. */
export const membersOf = (value: unknown): JsonMembers => (isObject(value) ? value : {});

/** The messages of a list; what is none is refused. */
export function listOf(value: unknown): readonly JsonMembers[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value) || !value.every(isObject))
    throw new OtlpError('a list holds no messages');
  return value;
}

function readScope(scope: JsonMembers): OtlpAttributes {
  const { name, version } = scope;
  return {
    ...(typeof name === 'string' && name !== '' ? { name } : {}),
    ...(typeof version === 'string' && version !== '' ? { version } : {}),
    ...readAttributes(scope['attributes'], 0),
  };
}

function readLog(log: JsonMembers): OtlpLog {
  const members = {
    time_unix_nano: numberText(log['timeUnixNano']),
    observed_time_unix_nano: numberText(log['observedTimeUnixNano']),
    severity_number: typeof log['severityNumber'] === 'number' ? log['severityNumber'] : undefined,
    severity_text: textOf(log['severityText']),
    event_name: textOf(log['eventName']),
    body: log['body'] === undefined ? undefined : readValue(log['body'], 0),
    attributes: readAttributes(log['attributes'], 0),
    trace_id: textOf(log['traceId'])?.toLowerCase(),
    span_id: textOf(log['spanId'])?.toLowerCase(),
  };
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

function numberText(value: unknown): string | undefined {
  if (typeof value === 'string' && /^\d{1,20}$/.test(value)) return value;
  return Number.isSafeInteger(value) ? String(value) : undefined;
}

/** Attributes as a list of keys and values. */
export function readAttributes(value: unknown, depth: number): OtlpAttributes {
  return Object.fromEntries(
    listOf(value).map((pair) => [textOf(pair['key']) ?? '', readValue(pair['value'], depth + 1)]),
  );
}

function readValue(value: unknown, depth: number): OtlpValue {
  checkDepth(depth);
  if (!isObject(value)) return null;
  const [[kind, inner] = ['', undefined]] = Object.entries(value);
  switch (kind) {
    case 'stringValue':
    case 'bytesValue':
      return textOf(inner) ?? null;
    case 'boolValue':
      return inner === true;
    case 'intValue':
      return readInteger(inner);
    case 'doubleValue':
      return typeof inner === 'number' ? inner : String(inner);
    case 'arrayValue':
      return listOf(membersOf(inner)['values']).map((item) => readValue(item, depth + 1));
    case 'kvlistValue':
      return readAttributes(membersOf(inner)['values'], depth);
    default:
      return null;
  }
}

function readInteger(value: unknown): OtlpValue {
  if (Number.isSafeInteger(value)) return Number(value);
  return typeof value === 'string' && /^-?\d{1,19}$/.test(value) ? toInteger(BigInt(value)) : null;
}
