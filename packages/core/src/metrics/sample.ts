import type { EpochMs } from '../shared/time.ts';

/** One measured value, as Prometheus and OpenTelemetry have it: a name, labels, a time. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly at: EpochMs;
  readonly value: number;
  /** Only ever rises: what counts is how fast. Where it is not said, the name tells. */
  readonly isCounter?: boolean;
}

/** Labels that name the machine or service, the most telling first. */
const ASSET_LABELS = [
  'host.name',
  'host_name',
  'nodename',
  'node',
  'instance',
  'service.name',
  'service_name',
  'service',
  'pod',
  'container',
  'job',
] as const;

/** What the series speaks of; a port after a host is left out. */
export function assetOf({ labels }: Pick<Sample, 'labels'>, otherwise: string): string {
  const label = ASSET_LABELS.find((name) => (labels[name] ?? '') !== '');
  const value = label === undefined ? otherwise : (labels[label] ?? otherwise);
  return value
    .replace(/^\[([0-9a-f:.]+)\](?::\d{1,5})?$/i, '$1')
    .replace(/^([^:]+):\d{1,5}$/, '$1');
}

/** The series a sample belongs to: its name and labels, whatever their order. */
export function seriesKeyOf({ name, labels }: Pick<Sample, 'name' | 'labels'>): string {
  const pairs = Object.keys(labels)
    .sort()
    .map((label) => `${label}=${JSON.stringify(labels[label])}`);
  return `${name}{${pairs.join(',')}}`;
}
