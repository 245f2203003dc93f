import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shareOf, spreadOf } from './figure.ts';
import { periodAt } from './period.ts';

describe('figures', () => {
  it.each([
    { values: [5, 1, 3, 2], spread: { n: 4 } },
    { values: [5, 1, 3, 2, 9], spread: { n: 5, median: 3 } },
    { values: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], spread: { n: 10, median: 5.5, p90: 9.1 } },
  ])('leave out what too few values would decide: $spread', ({ values, spread }) => {
    expect(spreadOf(values)).toEqual(spread);
  });

  it('give a share with the interval of Wilson', () => {
    expect(shareOf(3, 9)).toEqual({ k: 3, n: 9 });
    const { low, high, ...share } = shareOf(10, 100);
    expect(share).toEqual({ k: 10, n: 100, share: 0.1 });
    expect([low?.toFixed(4), high?.toFixed(4)]).toEqual(['0.0552', '0.1744']);
    expect(shareOf(0, 20).low).toBe(0);
  });

  it('hold the share within its interval, and the interval within 0 and 1', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 10, max: 500 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (n, of) => {
          const { share = -1, low = -1, high = -1 } = shareOf(Math.round(n * of), n);
          expect(low).toBeGreaterThanOrEqual(0);
          expect(low).toBeLessThanOrEqual(share);
          expect(high).toBeGreaterThanOrEqual(share);
          expect(high).toBeLessThanOrEqual(1);
        },
      ),
    );
  });
});

describe('periods', () => {
  const iso = (kind: 'week' | 'month', at: string, back?: number) => {
    const { from, to } = periodAt(kind, Date.parse(at), back);
    return [from, to].map((time) => new Date(time).toISOString().slice(0, 16));
  };
  it.each<readonly [...parameters: Parameters<typeof iso>, readonly string[]]>([
    ['week', '2026-11-24T10:00Z', 0, ['2026-11-23T00:00', '2026-11-30T00:00']],
    ['week', '2026-11-23T00:00Z', 0, ['2026-11-23T00:00', '2026-11-30T00:00']],
    ['week', '2026-11-22T23:59Z', 1, ['2026-11-09T00:00', '2026-11-16T00:00']],
    ['month', '2026-11-24T10:00Z', 0, ['2026-11-01T00:00', '2026-12-01T00:00']],
    ['month', '2026-01-31T10:00Z', 1, ['2025-12-01T00:00', '2026-01-01T00:00']],
    ['month', '2026-03-31T10:00Z', 1, ['2026-02-01T00:00', '2026-03-01T00:00']],
  ])('the %s of %s, %i before', (...[kind, at, back, bounds]) => {
    expect(iso(kind, at, back)).toEqual(bounds);
  });
});
