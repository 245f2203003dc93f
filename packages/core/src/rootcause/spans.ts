import { type EpochMs, MINUTE_MS } from '../shared/time.ts';
import { SeriesBook } from './series-book.ts';
import type { Series, Subject } from './telemetry.ts';

/** One timed piece of work of one service within a trace (OTLP span, the parts that matter here). */
export interface Span {
  readonly id: string;
  /** Undefined for the root of a trace. */
  readonly parentId: string | undefined;
  readonly service: string;
  /** The operation: `GET /cart`, `SELECT orders`. */
  readonly name: string;
  readonly startAt: EpochMs;
  readonly durationMs: number;
}

const LEAST_MS = 0.01;
/** So many requests of the usual kind are added to each minute: a few prove nothing. */
const FEW = 5;

/**
 * What spans say as series: the time on the way of every call between services (client span less server
 * span), the time each operation spends in itself, and how often one served request calls each other
 * service, by the minute. A trace cut in half gives fewer points, never wrong ones: a parent that is
 * missing makes a root.
 */
export function seriesOfSpans(spans: readonly Span[]): readonly Series[] {
  const byId = new Map(spans.map((span) => [span.id, span]));
  const children = new Map<string, Span[]>();
  for (const span of spans) {
    if (span.parentId === undefined || !byId.has(span.parentId)) continue;
    const known = children.get(span.parentId);
    if (known === undefined) children.set(span.parentId, [span]);
    else known.push(span);
  }
  const book = new SeriesBook();
  const requests = new RequestBook();
  for (const span of spans) {
    addTimes(book, span, children.get(span.id) ?? []);
    const parent = span.parentId === undefined ? undefined : byId.get(span.parentId);
    if (parent?.service !== span.service) requests.add(span, callsUnder(span, children));
  }
  requests.addTo(book);
  return book.series();
}

function addTimes(book: SeriesBook, span: Span, below: readonly Span[]): void {
  const inside = below.reduce((sum, { durationMs }) => sum + durationMs, 0);
  const point = { at: span.startAt, value: Math.max(LEAST_MS, span.durationMs - inside) };
  const [only] = below;
  if (only !== undefined && below.length === 1 && only.service !== span.service) {
    const subject: Subject = { kind: 'call', from: span.service, to: only.service };
    book.add({ subject, quantity: 'transfer-time', name: 'spans' }, point);
    return;
  }
  const subject: Subject = { kind: 'service', service: span.service };
  book.add({ subject, quantity: 'self-time', name: span.name }, point);
}

/** How often a request, served by one span, called each other service. */
function callsUnder(span: Span, children: ReadonlyMap<string, readonly Span[]>) {
  const calls = new Map<string, number>();
  const open = [...(children.get(span.id) ?? [])];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next.service === span.service) open.push(...(children.get(next.id) ?? []));
    else calls.set(next.service, (calls.get(next.service) ?? 0) + 1);
  }
  return calls;
}

/** Requests that one operation served within a minute, and the calls they made. */
interface Minute {
  readonly at: EpochMs;
  requests: number;
  readonly calls: Map<string, number>;
}

/** Calls for each served request, by operation and minute; whom an operation ever called counts in all. */
class RequestBook {
  readonly #operations = new Map<string, { span: Span; minutes: Map<number, Minute> }>();

  add(span: Span, calls: ReadonlyMap<string, number>): void {
    const key = JSON.stringify([span.service, span.name]);
    const operation = this.#operations.get(key) ?? { span, minutes: new Map<number, Minute>() };
    this.#operations.set(key, operation);
    const place = Math.floor(span.startAt / MINUTE_MS);
    const fresh = { at: span.startAt, requests: 0, calls: new Map<string, number>() };
    const minute = operation.minutes.get(place) ?? fresh;
    operation.minutes.set(place, minute);
    minute.requests += 1;
    for (const [to, count] of calls) minute.calls.set(to, (minute.calls.get(to) ?? 0) + count);
  }

  addTo(book: SeriesBook): void {
    for (const { span, minutes } of this.#operations.values()) {
      const all = [...minutes.values()];
      const served = all.reduce((sum, { requests }) => sum + requests, 0);
      const usual = (to: string) =>
        all.reduce((sum, { calls }) => sum + (calls.get(to) ?? 0), 0) / served;
      for (const to of new Set(all.flatMap(({ calls }) => [...calls.keys()])))
        for (const { at, requests, calls } of all)
          book.add(
            {
              subject: { kind: 'call', from: span.service, to },
              quantity: 'calls',
              name: span.name,
            },
            { at, value: ((calls.get(to) ?? 0) + FEW * usual(to)) / (requests + FEW) },
          );
    }
  }
}
