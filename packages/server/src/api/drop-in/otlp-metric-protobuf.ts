/* OTLP metrics in protobuf: the messages of opentelemetry/proto/metrics/v1 that hold a number; others are passed over. */
import type { Sample } from '@cordon/core';
import { type OtlpPlace, type OtlpPoint, toOtlpSamples } from './otlp-metric.ts';
import { bytesIn, integerIn, lastOf, messagesOf, readAttributes } from './otlp-protobuf.ts';
import { doubleOf, readFields, textOfBytes, type WireField } from './protobuf.ts';

const GAUGE = 5;
const SUM = 7;
const HISTOGRAM = 9;
/** Where a point has its attributes. */
const ATTRIBUTES: Readonly<Record<number, number>> = { [GAUGE]: 7, [SUM]: 7, [HISTOGRAM]: 9 };

/** Gives the samples of an ExportMetricsServiceRequest. */
export function* readMetricsProtobuf(request: Uint8Array): Generator<Sample> {
  for (const group of messagesOf(request, 1)) {
    const resource = readAttributes([...messagesOf(lastOf(group, 1), 1)], 0);
    for (const scoped of messagesOf(group, 2))
      for (const metric of messagesOf(scoped, 2)) yield* readMetric(metric, resource);
  }
}

function* readMetric(metric: Uint8Array, resource: OtlpPlace['resource']): Generator<Sample> {
  const name = textOfBytes(lastOf(metric, 1));
  for (const kind of [GAUGE, SUM, HISTOGRAM])
    for (const data of messagesOf(metric, kind)) {
      const place = { resource, name, ...readNature(data, kind) };
      for (const point of messagesOf(data, 1)) yield* toOtlpSamples(place, readPoint(point, kind));
    }
}

function readNature(data: Uint8Array, kind: number): Partial<OtlpPlace> {
  if (kind === GAUGE) return {};
  let temporality = 0;
  let isMonotonic = kind === HISTOGRAM;
  for (const field of readFields(data)) {
    if (field.number === 2) temporality = Number(integerIn(field));
    if (field.number === 3 && kind === SUM) isMonotonic = integerIn(field) !== 0n;
  }
  return { temporality, isMonotonic };
}

function readPoint(point: Uint8Array, kind: number): OtlpPoint {
  const attributes: Uint8Array[] = [];
  const members: Partial<OtlpPoint>[] = [];
  for (const field of readFields(point)) {
    if (field.number === ATTRIBUTES[kind]) attributes.push(bytesIn(field));
    else members.push(kind === HISTOGRAM ? histogramMember(field) : numberMember(field));
  }
  return {
    timeNanos: 0n,
    ...Object.assign({}, ...members),
    attributes: readAttributes(attributes, 0),
  };
}

function numberMember(field: WireField): Partial<OtlpPoint> {
  switch (field.number) {
    case 3:
      return { timeNanos: integerIn(field) };
    case 4:
      return { value: doubleOf(integerIn(field)) };
    case 6:
      return { value: Number(BigInt.asIntN(64, integerIn(field))) };
    default:
      return {};
  }
}

function histogramMember(field: WireField): Partial<OtlpPoint> {
  switch (field.number) {
    case 3:
      return { timeNanos: integerIn(field) };
    case 4:
      return { count: Number(integerIn(field)) };
    case 5:
      return { sum: doubleOf(integerIn(field)) };
    default:
      return {};
  }
}
