/* OTLP metrics in JSON: the gauges, sums and histograms of a request; other kinds are passed over. */
import type { Sample } from '@cordon/core';
import { isObject, type JsonMembers, textOf } from './json-text.ts';
import { listOf, membersOf, readAttributes } from './otlp-json.ts';
import { OtlpError } from './otlp-log.ts';
import { type OtlpPlace, type OtlpPoint, toOtlpSamples } from './otlp-metric.ts';

/** Gives the samples of a request. */
export function* readMetricsJson(request: unknown): Generator<Sample> {
  if (!isObject(request)) throw new OtlpError('the request is no JSON object');
  for (const group of listOf(request['resourceMetrics'])) {
    const resource = readAttributes(membersOf(group['resource'])['attributes'], 0);
    for (const scoped of listOf(group['scopeMetrics']))
      for (const metric of listOf(scoped['metrics'])) yield* readMetric(metric, resource);
  }
}

function* readMetric(metric: JsonMembers, resource: OtlpPlace['resource']): Generator<Sample> {
  const name = textOf(metric['name']) ?? '';
  for (const kind of ['gauge', 'sum', 'histogram'] as const) {
    const data = membersOf(metric[kind]);
    const place = {
      resource,
      name,
      temporality: toTemporality(data['aggregationTemporality']),
      isMonotonic: kind === 'histogram' || data['isMonotonic'] === true,
    };
    for (const point of listOf(data['dataPoints'])) yield* toOtlpSamples(place, readPoint(point));
  }
}

/** Senders write the number or its name. */
const toTemporality = (value: unknown): number =>
  value === 2 || value === 'AGGREGATION_TEMPORALITY_CUMULATIVE' ? 2 : 0;

function readPoint(point: JsonMembers): OtlpPoint {
  const value = numberOf(point['asDouble']) ?? numberOf(point['asInt']);
  const count = numberOf(point['count']);
  const sum = numberOf(point['sum']);
  return {
    timeNanos: nanosOf(point['timeUnixNano']),
    attributes: readAttributes(point['attributes'], 0),
    ...(value === undefined ? {} : { value }),
    ...(count === undefined ? {} : { count }),
    ...(sum === undefined ? {} : { sum }),
  };
}

function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && value !== '' && Number.isFinite(Number(value))
    ? Number(value)
    : undefined;
}

function nanosOf(value: unknown): bigint {
  if (typeof value === 'string' && /^\d{1,20}$/.test(value)) return BigInt(value);
  return Number.isSafeInteger(value) && Number(value) >= 0 ? BigInt(Number(value)) : 0n;
}
