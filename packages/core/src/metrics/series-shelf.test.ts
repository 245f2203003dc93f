import { describe, expect, it } from 'vitest';
import { createDice } from '../detect/fixtures/stream.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, toEpochMs } from '../shared/time.ts';
import { forecastEnd } from './forecast.ts';
import { meaningOf } from './meaning.ts';
import { assetOf, seriesKeyOf } from './sample.ts';
import { SeriesShelf } from './series-shelf.ts';

const START = 1_000_000 * MINUTE_MS;

/** A sample every ten seconds from the start on, by its number. */
function feed(
  shelf: SeriesShelf,
  series: {
    readonly name: string;
    readonly labels?: Record<string, string>;
    readonly stepMs?: number;
    readonly from?: number;
  },
  values: readonly number[],
): void {
  const { name, labels = { instance: 'web-1:9100' }, stepMs = 10_000, from = 0 } = series;
  for (const [nth, value] of values.entries())
    shelf.take({ name, labels, at: toEpochMs(START + (from + nth) * stepMs), value }, 'sender');
}
const steps = (count: number, value: (nth: number) => number): readonly number[] =>
  Array.from({ length: count }, (_, nth) => value(nth));

describe('a shelf', () => {
  it('tells of a disk that fills, once, before it is full', () => {
    const shelf = new SeriesShelf({ maxSeries: 10 });
    // 3 GB left, a megabyte a second: full after 50 minutes, seen after 30.
    feed(
      shelf,
      { name: 'node_filesystem_avail_bytes' },
      steps(180, (nth) => 3e9 - nth * 1e7),
    );
    const news = shelf.takeNews();
    expect(news).toHaveLength(1);
    expect(news[0]).toMatchObject({ kind: 'runs-out', asset: 'web-1' });
    const error = Math.abs((news[0]?.endsAt ?? 0) - (START + 3_000_000));
    expect(error).toBeLessThan(2 * MINUTE_MS);
    expect(shelf.takeNews()).toEqual([]);
  });

  it('tells of a certificate three weeks before it ends, and of one that is renewed no more', () => {
    const shelf = new SeriesShelf({ maxSeries: 10 });
    const inDays = (days: number) => (START + days * DAY_MS) / 1_000;
    const name = 'probe_ssl_earliest_cert_expiry';
    feed(
      shelf,
      { name },
      steps(20, (nth) => inDays(nth < 10 ? 20 : 90)),
    );
    expect(shelf.takeNews()).toMatchObject([{ kind: 'runs-out', value: inDays(20) }]);
    feed(
      shelf,
      { name, labels: { instance: 'other' } },
      steps(20, () => inDays(90)),
    );
    expect(shelf.takeNews()).toEqual([]);
  });

  it('tells of a value out of the ordinary, and nothing of an ordinary day', () => {
    const dice = createDice(7);
    const shelf = new SeriesShelf({ maxSeries: 10 });
    const series = { name: 'http_request_duration_seconds', stepMs: 5 * MINUTE_MS };
    const usual = steps(900, () => 40 + 4 * (dice() + dice() - 1));
    feed(shelf, series, usual);
    expect(shelf.takeNews()).toEqual([]);
    feed(shelf, { ...series, from: usual.length }, [400, 400]);
    expect(shelf.takeNews()).toMatchObject([{ kind: 'unusual', value: 400, asset: 'web-1' }]);
  });

  it('takes a counter as a rate, over a restart too', () => {
    const shelf = new SeriesShelf({ maxSeries: 10 });
    const counted = steps(30, (nth) => (nth < 15 ? 1_000 + nth * 50 : (nth - 15) * 50));
    feed(shelf, { name: 'http_requests_total' }, counted);
    const [series] = shelf.telemetry();
    expect(series).toMatchObject({ quantity: 'calls', subject: { service: 'web-1' } });
    expect(series?.points.map(({ value }) => value)).toEqual(series?.points.map(() => 5));
  });

  it('forgets the series that was silent longest, and says what it did not take', () => {
    const shelf = new SeriesShelf({ maxSeries: 2 });
    for (const name of ['a', 'b', 'a', 'c']) feed(shelf, { name }, [1]);
    expect([shelf.size, shelf.evicted]).toEqual([2, 1]);
    const sample = { name: 'x', labels: {}, at: toEpochMs(START), value: 1 };
    expect(shelf.take(sample, 's')).toBe('taken');
    expect(shelf.take({ ...sample, at: toEpochMs(START - 1) }, 's')).toBe('late');
    expect(shelf.take({ ...sample, value: Number.NaN }, 's')).toBe('no-number');
    expect(shelf.take({ ...sample, name: 'x_bucket' }, 's')).toBe('bucket');
  });
});

describe('a forecast', () => {
  const points = (value: (nth: number) => number, count = 60) =>
    steps(count, value).map((one, nth) => ({ at: toEpochMs(START + nth * MINUTE_MS), value: one }));
  const dice = createDice(3);
  it.each([
    { name: 'rises evenly', value: (nth: number) => nth / 120, isSeen: true },
    { name: 'rises with noise', value: (nth: number) => nth / 120 + dice() / 50, isSeen: true },
    { name: 'is a wave', value: (nth: number) => 0.5 + 0.3 * Math.sin(nth / 5), isSeen: false },
    { name: 'stands still', value: () => 0.9, isSeen: false },
    { name: 'falls', value: (nth: number) => 1 - nth / 120, isSeen: false },
    { name: 'rises too slowly to be seen', value: (nth: number) => nth / 12_000, isSeen: false },
    { name: 'jumped once', value: (nth: number) => (nth < 30 ? 0.2 : 0.6), isSeen: false },
  ])('of what $name', ({ value, isSeen }) => {
    const endsAt = forecastEnd(points(value), { kind: 'rises', to: 1 });
    expect(endsAt !== undefined).toBe(isSeen);
    if (endsAt !== undefined)
      expect(Math.abs(endsAt - START - 2 * HOUR_MS)).toBeLessThan(10 * MINUTE_MS);
  });

  it('needs ten minutes', () => {
    expect(
      forecastEnd(
        points((nth) => nth / 10, 9),
        { kind: 'rises', to: 1 },
      ),
    ).toBeUndefined();
  });
});

it.each([
  ['node_filesystem_avail_bytes', { end: { kind: 'falls', to: 0 }, isCounter: false }],
  ['system.filesystem.utilization', { quantity: 'disk', end: { kind: 'rises', to: 1 } }],
  ['process_open_fds', { quantity: 'descriptors' }],
  ['process.descriptors.utilization', { quantity: 'descriptors', end: { kind: 'rises', to: 1 } }],
  ['process_cpu_seconds_total', { quantity: 'cpu', isCounter: true }],
  ['system.memory.utilization', { quantity: 'memory', isCounter: false }],
  ['probe_ssl_earliest_cert_expiry', { end: { kind: 'ends-at' } }],
  ['http_requests_total', { quantity: 'calls', isCounter: true }],
  ['http_request_duration_seconds_sum', { quantity: 'latency', isCounter: true }],
  ['kube_pod_container_status_restarts_total', { quantity: 'restarts', isCounter: true }],
  ['go_goroutines', { isCounter: false }],
])('the name %s', (name, meaning) => {
  expect(meaningOf(name)).toMatchObject(meaning);
});

it.each([
  [{ instance: 'web-1:9100' }, 'web-1'],
  [{ instance: '[2001:db8::1]:9100' }, '2001:db8::1'],
  [{ instance: '2001:db8::1' }, '2001:db8::1'],
  [{ job: 'shop', 'host.name': 'web-2' }, 'web-2'],
  [{}, 'sender'],
])('%o speaks of %s', (labels, asset) => {
  expect(assetOf({ labels }, 'sender')).toBe(asset);
});

it('a series is the same whatever the order of its labels, and no value can pass for two', () => {
  expect(seriesKeyOf({ name: 'n', labels: { a: '1', b: '2' } })).toBe(
    seriesKeyOf({ name: 'n', labels: { b: '2', a: '1' } }),
  );
  expect(seriesKeyOf({ name: 'n', labels: { a: '1",b="2' } })).not.toBe(
    seriesKeyOf({ name: 'n', labels: { a: '1', b: '2' } }),
  );
});
