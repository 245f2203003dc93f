/*
 * One OpenTelemetry log as the record it becomes. JSON and protobuf are two spellings of the same
 * messages, so both give the same record: the log with its resource and scope, attributes as members.
 */
import { bytesOf } from './drop-in.ts';

/** A value of an attribute or a body, bytes as base64, whole numbers past 2^53 as text. */
export type OtlpValue =
  | string
  | number
  | boolean
  | null
  | readonly OtlpValue[]
  | { readonly [name: string]: OtlpValue };

/** Attributes by name. */
export type OtlpAttributes = Readonly<Record<string, OtlpValue>>;

/** What logs have in common: who wrote them. */
export interface OtlpOrigin {
  readonly resource: OtlpAttributes;
  readonly scope: OtlpAttributes;
}

/** The members of a log that were there. */
export interface OtlpLog {
  readonly time_unix_nano?: string;
  readonly observed_time_unix_nano?: string;
  readonly severity_number?: number;
  readonly severity_text?: string;
  readonly event_name?: string;
  readonly body?: OtlpValue;
  readonly attributes?: OtlpAttributes;
  readonly trace_id?: string;
  readonly span_id?: string;
}

/** The request is none, or nests deeper than any log does. */
export class OtlpError extends Error {}

/** Values nest at most so deep. */
export const MAX_DEPTH = 32;

/** Throws when values nest too deep. */
export function checkDepth(depth: number): void {
  if (depth > MAX_DEPTH) throw new OtlpError(`values nest deeper than ${MAX_DEPTH}`);
}

/** A whole number of 64 bits as JSON can hold it. */
export const toInteger = (value: bigint): number | string =>
  value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER)
    ? Number(value)
    : value.toString();

const MEMBERS = [
  'time_unix_nano',
  'observed_time_unix_nano',
  'severity_number',
  'severity_text',
  'event_name',
  'body',
  'attributes',
  'trace_id',
  'span_id',
] as const;

const isSaid = (value: unknown): boolean =>
  value !== undefined && value !== '' && value !== 0 && value !== '0';

/** The record of a log: members in one order, what says nothing left out. */
export function toOtlpRecord(origin: OtlpOrigin, log: OtlpLog): Uint8Array {
  const members = MEMBERS.flatMap((name) =>
    isSaid(log[name]) ? [[name, log[name]] as const] : [],
  );
  const { resource, scope } = origin;
  return bytesOf(JSON.stringify({ resource, scope, ...Object.fromEntries(members) }));
}
