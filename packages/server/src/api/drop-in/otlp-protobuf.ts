/* OTLP logs in protobuf: exactly the messages of opentelemetry/proto/logs/v1, unknown fields passed over. */
import {
  checkDepth,
  type OtlpAttributes,
  OtlpError,
  type OtlpLog,
  type OtlpOrigin,
  type OtlpValue,
  toInteger,
} from './otlp-log.ts';
import { doubleOf, readFields, textOfBytes, type WireField } from './protobuf.ts';

/** Gives each log of an ExportLogsServiceRequest with its origin. */
export function* readOtlpProtobuf(request: Uint8Array): Generator<readonly [OtlpOrigin, OtlpLog]> {
  for (const group of messagesOf(request, 1)) yield* readGroup(group);
}

function* readGroup(group: Uint8Array): Generator<readonly [OtlpOrigin, OtlpLog]> {
  const resource = readAttributes([...messagesOf(lastOf(group, 1), 1)], 0);
  for (const scoped of messagesOf(group, 2)) {
    const origin = { resource, scope: readScope(lastOf(scoped, 1)) };
    for (const log of messagesOf(scoped, 2)) yield [origin, readLog(log)];
  }
}

/** The messages of that field. */
export function* messagesOf(message: Uint8Array, number: number): Generator<Uint8Array> {
  for (const field of readFields(message)) if (field.number === number) yield bytesIn(field);
}

/** A message that is there once; absent, it is one without fields. */
export const lastOf = (message: Uint8Array, number: number): Uint8Array =>
  [...messagesOf(message, number)].at(-1) ?? new Uint8Array();

/** The bytes of a field; what has none is no message. */
export function bytesIn(field: WireField): Uint8Array {
  if (field.kind !== 'bytes') throw new OtlpError(`field ${field.number} is no message or text`);
  return field.value;
}

/** The whole number of a field, bits of a double included. */
export function integerIn(field: WireField): bigint {
  if (field.kind === 'bytes') throw new OtlpError(`field ${field.number} is no number`);
  return BigInt(field.value);
}

const hexIn = (field: WireField): string => Buffer.from(bytesIn(field)).toString('hex');
const textIn = (field: WireField): string => textOfBytes(bytesIn(field));

function readScope(scope: Uint8Array): OtlpAttributes {
  const name = textOfBytes(lastOf(scope, 1));
  const version = textOfBytes(lastOf(scope, 2));
  return {
    ...(name === '' ? {} : { name }),
    ...(version === '' ? {} : { version }),
    ...readAttributes([...messagesOf(scope, 3)], 0),
  };
}

type Member = readonly [string, unknown];

/** The members of a LogRecord by field number. */
const MEMBERS: Readonly<Record<number, (field: WireField) => Member>> = {
  1: (field) => ['time_unix_nano', integerIn(field).toString()],
  2: (field) => ['severity_number', Number(integerIn(field))],
  3: (field) => ['severity_text', textIn(field)],
  5: (field) => ['body', readValue(bytesIn(field), 0)],
  9: (field) => ['trace_id', hexIn(field)],
  10: (field) => ['span_id', hexIn(field)],
  11: (field) => ['observed_time_unix_nano', integerIn(field).toString()],
  12: (field) => ['event_name', textIn(field)],
};

function readLog(log: Uint8Array): OtlpLog {
  const members: Member[] = [];
  const attributes: Uint8Array[] = [];
  for (const field of readFields(log)) {
    if (field.number === 6) attributes.push(bytesIn(field));
    const member = MEMBERS[field.number]?.(field);
    if (member) members.push(member);
  }
  return { ...Object.fromEntries(members), attributes: readAttributes(attributes, 0) };
}

/** Attributes of messages of KeyValue. */
export const readAttributes = (pairs: readonly Uint8Array[], depth: number): OtlpAttributes =>
  Object.fromEntries(
    pairs.map((pair) => [textOfBytes(lastOf(pair, 1)), readValue(lastOf(pair, 2), depth + 1)]),
  );

function readValue(value: Uint8Array, depth: number): OtlpValue {
  checkDepth(depth);
  const field = [...readFields(value)].at(-1);
  switch (field?.number) {
    case 1:
      return textIn(field);
    case 2:
      return integerIn(field) !== 0n;
    case 3:
      return toInteger(BigInt.asIntN(64, integerIn(field)));
    case 4:
      return toDouble(integerIn(field));
    case 5:
      return [...messagesOf(bytesIn(field), 1)].map((item) => readValue(item, depth + 1));
    case 6:
      return readAttributes([...messagesOf(bytesIn(field), 1)], depth);
    case 7:
      return Buffer.from(bytesIn(field)).toString('base64');
    default:
      return null;
  }
}

function toDouble(bits: bigint): number | string {
  const value = doubleOf(bits);
  return Number.isFinite(value) ? value : String(value);
}
