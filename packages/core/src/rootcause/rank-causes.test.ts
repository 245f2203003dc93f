import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type EpochMs, MINUTE_MS, SECOND_MS, toEpochMs } from '../shared/time.ts';
import { rankCauses } from './rank-causes.ts';
import { transferMs } from './series-book.ts';
import { type Span, seriesOfSpans } from './spans.ts';
import type { Quantity, Series, Subject, Telemetry } from './telemetry.ts';

const ONSET = toEpochMs(Date.UTC(2026, 2, 1, 12));
const MINUTES = Array.from({ length: 34 }, (_, nth) => nth - 30);

/** A number that wobbles by a twentieth, and `factor` times as much from the onset on. */
function series(
  subject: Subject,
  quantity: Quantity,
  shape: { usual: number; factor: number; limit?: number },
): Series {
  return {
    subject,
    quantity,
    name: quantity,
    ...(shape.limit === undefined ? {} : { limit: shape.limit }),
    points: MINUTES.map((minute) => ({
      at: toEpochMs(ONSET + minute * MINUTE_MS + SECOND_MS),
      value: shape.usual * (1 + 0.05 * Math.sin(minute * 7)) * (minute < 0 ? 1 : shape.factor),
    })),
  };
}
const of = (service: string): Subject => ({ kind: 'service', service });
const call = (from: string, to: string): Subject => ({ kind: 'call', from, to });
const told = (all: readonly Series[], more: Partial<Telemetry> = {}) =>
  rankCauses({ series: all, logs: [], changes: [], ...more }, { onset: ONSET });

/** shop calls cart and pay; pay calls bank. */
const quiet: readonly Series[] = [
  ...['shop', 'cart', 'pay', 'bank'].flatMap((name) => [
    series(of(name), 'cpu', { usual: 20, factor: 1, limit: 100 }),
    series(of(name), 'latency', { usual: 40, factor: 1 }),
    series(of(name), 'calls', { usual: 100, factor: 1 }),
    series(of(name), 'errors', { usual: 1, factor: 1 }),
  ]),
  ...[call('shop', 'cart'), call('shop', 'pay'), call('pay', 'bank')].flatMap((subject) => [
    series(subject, 'transfer-time', { usual: 2, factor: 1 }),
    series(subject, 'calls', { usual: 100, factor: 1 }),
  ]),
];
/** The quiet day with some of its numbers changed. */
function day(...changed: readonly Series[]): readonly Series[] {
  const keyOf = ({ subject, quantity }: Series) => JSON.stringify([subject, quantity]);
  const keys = new Set(changed.map(keyOf));
  return [...quiet.filter((one) => !keys.has(keyOf(one))), ...changed];
}
const slow = (name: string, factor: number) => series(of(name), 'latency', { usual: 40, factor });
const way = (from: string, to: string, factor: number) =>
  series(call(from, to), 'transfer-time', { usual: 2, factor });

describe('the most likely cause', () => {
  it.each([
    {
      name: 'a service that used up its processor, not the one that waits for it',
      all: day(
        series(of('bank'), 'cpu', { usual: 20, factor: 4.9, limit: 100 }),
        slow('bank', 5),
        slow('pay', 4),
        slow('shop', 3),
      ),
      cause: 'bank',
      kind: 'resource',
    },
    {
      name: 'a slow callee explains its callers',
      all: day(slow('bank', 8), slow('pay', 6), slow('shop', 4)),
      cause: 'bank',
      kind: 'self',
    },
    {
      name: 'the end that all slow calls share: the called one',
      all: day(way('shop', 'pay', 200), slow('shop', 6)),
      cause: 'pay',
      kind: 'network',
    },
    {
      name: 'the end that all slow calls share: the calling one',
      all: day(way('shop', 'pay', 200), way('shop', 'cart', 200)),
      cause: 'shop',
      kind: 'network',
    },
    {
      name: 'a failing callee explains the failures of its callers',
      all: day(
        series(of('bank'), 'errors', { usual: 1, factor: 40 }),
        series(of('pay'), 'errors', { usual: 1, factor: 30 }),
        series(of('shop'), 'errors', { usual: 1, factor: 20 }),
      ),
      cause: 'bank',
      kind: 'errors',
    },
    {
      name: 'whoever stopped calling while it was still called',
      all: day(
        series(call('pay', 'bank'), 'calls', { usual: 100, factor: 0 }),
        series(of('bank'), 'calls', { usual: 100, factor: 0 }),
      ),
      cause: 'pay',
      kind: 'calls-stopped',
    },
  ])('$name', ({ all, cause, kind }) => {
    const { causes, unseen } = told(all);
    expect(causes[0]?.service).toBe(cause);
    expect(causes[0]?.clues[0]?.kind).toBe(kind);
    expect(causes[0]?.probability).toBeGreaterThan(unseen);
  });

  it('is none of them where nothing moved', () => {
    const { causes, unseen } = told(quiet);
    expect(unseen).toBeGreaterThan(causes[0]?.probability ?? 1);
  });

  it('is not a millisecond more where others wait for seconds', () => {
    const { causes } = told(
      day(way('pay', 'bank', 1_000), series(of('cart'), 'self-time', { usual: 0.1, factor: 60 })),
    );
    expect(causes[0]?.service).toBe('bank');
  });

  it('is where a change was just made, or a new error is written, if the numbers say as much', () => {
    const change = {
      at: toEpochMs(ONSET - 2 * MINUTE_MS),
      service: 'cart',
      text: 'cart 1.4.2 was deployed',
    };
    expect(told(quiet, { changes: [change] }).causes[0]?.clues[0]?.text).toBe(
      'cart 1.4.2 was deployed, 2 min before',
    );
    const line = (at: number, text: string) => ({
      at: toEpochMs(ONSET + at),
      service: 'pay',
      text,
    });
    const logs = [
      ...MINUTES.slice(0, 30).map((minute) => line(minute * MINUTE_MS, 'charged a card')),
      ...[1, 2, 3, 4, 5, 6].map((nth) =>
        line(nth * SECOND_MS, `error: bank refused charge ${nth}`),
      ),
    ];
    const [first] = told(quiet, { logs }).causes;
    expect([first?.service, first?.clues[0]?.kind]).toEqual(['pay', 'log']);
  });

  it('outlasts an onset told a minute late, and a fault half an hour before', () => {
    const all = day(way('shop', 'pay', 200));
    const late = rankCauses(
      { series: all, logs: [], changes: [] },
      { onset: toEpochMs(ONSET + MINUTE_MS) },
    );
    expect(late.causes[0]?.service).toBe('pay');
    const again = all.map((one) => ({
      ...one,
      points: one.points.map((point, nth) =>
        nth < 10 ? { ...point, value: point.value * 50 } : point,
      ),
    }));
    expect(told(again).causes[0]?.service).toBe('pay');
  });
});

describe('for any numbers', () => {
  const anySeries = fc.array(
    fc.record({
      subject: fc.oneof(
        fc.constantFrom('a', 'b', 'c').map(of),
        fc
          .tuple(fc.constantFrom('a', 'b'), fc.constantFrom('b', 'c'))
          .map(([from, to]) => call(from, to)),
      ),
      quantity: fc.constantFrom<Quantity>(
        'cpu',
        'latency',
        'self-time',
        'transfer-time',
        'calls',
        'errors',
      ),
      name: fc.constantFrom('x', 'y'),
      points: fc.array(
        fc.record({
          at: fc
            .integer({ min: -1_800, max: 200 })
            .map((second): EpochMs => toEpochMs(ONSET + second * SECOND_MS)),
          value: fc.double({ noNaN: true, min: 0, max: 1e12 }),
        }),
        { maxLength: 20 },
      ),
    }),
    { maxLength: 12 },
  );

  it('nats are the sum of the clues, beliefs add up to one, and the order of series is no matter', () => {
    fc.assert(
      fc.property(anySeries, (all) => {
        const { causes, unseen } = told(all);
        for (const { nats, clues } of causes)
          expect(clues.reduce((sum, clue) => sum + clue.nats, 0)).toBeCloseTo(nats, 9);
        expect(causes.reduce((sum, { probability }) => sum + probability, unseen)).toBeCloseTo(
          1,
          9,
        );
        expect(causes.every(({ nats }) => Number.isFinite(nats))).toBe(true);
        const other = told([...all].reverse()).causes.map(({ service, nats }) => [
          service,
          nats.toFixed(9),
        ]);
        expect(other).toEqual(causes.map(({ service, nats }) => [service, nats.toFixed(9)]));
      }),
    );
  });
});

describe('series of spans', () => {
  const span = (id: string, more: Partial<Span>): Span => ({
    id,
    parentId: undefined,
    service: 'shop',
    name: 'GET /',
    startAt: ONSET,
    durationMs: 100,
    ...more,
  });
  const valuesOf = (spans: readonly Span[], quantity: Quantity) =>
    seriesOfSpans(spans)
      .filter((one) => one.quantity === quantity)
      .map(({ subject, points }) => [subject, points.map(({ value }) => value)]);

  it('a call is on the way for what the caller waits longer than the called one works', () => {
    const spans = [
      span('1', {}),
      span('2', { parentId: '1', name: 'POST pay', durationMs: 60 }),
      span('3', { parentId: '2', service: 'pay', name: 'charge', durationMs: 20 }),
    ];
    expect(valuesOf(spans, 'transfer-time')).toEqual([[call('shop', 'pay'), [40]]]);
    expect(valuesOf(spans, 'self-time')).toEqual([
      [of('shop'), [40]],
      [of('pay'), [20]],
    ]);
    expect(valuesOf(spans, 'calls')).toEqual([[call('shop', 'pay'), [1]]]);
  });

  it('a span without its parent is a root, work side by side is never below nothing', () => {
    const spans = [
      span('1', { parentId: 'lost', durationMs: 10 }),
      span('2', { parentId: '1', durationMs: 9 }),
      span('3', { parentId: '1', durationMs: 9 }),
    ];
    expect(valuesOf(spans, 'self-time')).toEqual([[of('shop'), [0.01, 9, 9]]]);
  });

  it.each([
    { waited: 100, took: 20, way: 80 },
    { waited: 100, took: 99, way: 25 },
    { waited: 100, took: 120, way: 25 },
  ])('a histogram tells no less than a quarter of $waited ms', ({ waited, took, way: expected }) =>
    expect(transferMs(waited, took)).toBe(expected),
  );
});
