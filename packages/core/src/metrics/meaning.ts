import type { Quantity } from '../rootcause/telemetry.ts';

/** Where a number must not come: it falls or rises to a limit, or is itself the second when something ends. */
export type End =
  | { readonly kind: 'falls'; readonly to: number }
  | { readonly kind: 'rises'; readonly to: number }
  | { readonly kind: 'ends-at' };

/** What the name of a metric says, by the conventions of Prometheus exporters and OpenTelemetry. */
export interface Meaning {
  readonly quantity?: Quantity;
  readonly end?: End;
  /** Only ever rises: what counts is how fast. */
  readonly isCounter: boolean;
}

const FALLS: End = { kind: 'falls', to: 0 };
const FULL: End = { kind: 'rises', to: 1 };

/**
 * The first that fits holds. Names with dots for every separator. Memory has no end: what fills it is given
 * back when somebody asks, and a machine whose memory rises for half an hour is an ordinary one.
 */
const NAMES: readonly (readonly [RegExp, Omit<Meaning, 'isCounter'>])[] = [
  [/(?:cert|x509|tls|ssl).*(?:not\.after|expir)/, { end: { kind: 'ends-at' } }],
  [/(?:filesystem|disk|volume).*(?:avail|free)/, { end: FALLS }],
  [
    /(?:filesystem|disk|volume).*(?:utili[sz]ation|used\.(?:ratio|share))/,
    { quantity: 'disk', end: FULL },
  ],
  [/(?:filesystem|disk|volume).*(?:usage|used)/, { quantity: 'disk' }],
  [
    /mem(?:ory)?\..*(?:utili[sz]ation|usage|used|rss|resident|working\.set)|resident\.memory/,
    { quantity: 'memory' },
  ],
  [/supply\.left/, { end: FALLS }],
  [/descriptors?\..*utili[sz]ation/, { quantity: 'descriptors', end: FULL }],
  [/open\.fds|open\.file\.descriptor|file\.descriptors/, { quantity: 'descriptors' }],
  [/restarts?/, { quantity: 'restarts' }],
  [/cpu\..*(?:utili[sz]ation|usage|time|seconds)|cpu\.seconds/, { quantity: 'cpu' }],
  [/latency|duration|response\.time/, { quantity: 'latency' }],
  [/errors?|failed|failures?/, { quantity: 'errors' }],
  [/(?:requests?|calls|queries)(?:\.total|\.count)?$/, { quantity: 'calls' }],
];
const COUNTER = /\.(?:total|sum|count)$/;

/** What is known of a metric by its name alone. */
export function meaningOf(name: string): Meaning {
  const dotted = name.toLowerCase().replaceAll('_', '.');
  const known = NAMES.find(([pattern]) => pattern.test(dotted))?.[1];
  return { ...known, isCounter: COUNTER.test(dotted) };
}
