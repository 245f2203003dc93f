import { type Sample, toEpochMs } from '@cordon/core';
import { cutLabels } from './metric-labels.ts';
import type { OtlpAttributes } from './otlp-log.ts';

/** Of the resource these are kept: what a series speaks of. */
const RESOURCE_LABELS = ['host.name', 'service.name', 'service.instance.id'] as const;
const CUMULATIVE = 2;
const NANOS_PER_MS = 1_000_000n;

/** Where a series was measured. */
export interface OtlpPlace {
  readonly resource: OtlpAttributes;
  readonly name: string;
  /** AggregationTemporality of a sum or histogram; a gauge has none. */
  readonly temporality?: number;
  readonly isMonotonic?: boolean;
}

/** One point of a gauge, a sum or a histogram. */
export interface OtlpPoint {
  readonly timeNanos: bigint;
  readonly attributes: OtlpAttributes;
  readonly value?: number;
  /** Of a histogram. */
  readonly count?: number;
  readonly sum?: number;
}

/** The samples of a point: of a histogram its count and its sum. */
export function toOtlpSamples(place: OtlpPlace, point: OtlpPoint): readonly Sample[] {
  const { name, temporality, isMonotonic = false } = place;
  const labels = labelsOf(place, point);
  const at = toEpochMs(Number(point.timeNanos / NANOS_PER_MS));
  const isCounter = isMonotonic && temporality === CUMULATIVE;
  const parts: readonly (readonly [string, number | undefined])[] = [
    [name, point.value],
    [`${name}.count`, point.count],
    [`${name}.sum`, point.sum],
  ];
  return parts.flatMap(([part, value]) =>
    value === undefined ? [] : [{ name: part.slice(0, 256), labels, at, value, isCounter }],
  );
}

function labelsOf({ resource }: OtlpPlace, { attributes }: OtlpPoint): Record<string, string> {
  const kept = RESOURCE_LABELS.flatMap((label) =>
    resource[label] === undefined ? [] : [[label, resource[label]] as const],
  );
  const pairs = [...kept, ...Object.entries(attributes)];
  return cutLabels(
    pairs.map(([label, value]) => [
      label,
      typeof value === 'object' ? JSON.stringify(value) : String(value),
    ]),
  );
}
