import fc from 'fast-check';
import { expect, it } from 'vitest';
import { logChanceOfEvenness } from './evenness.ts';

it.each([
  // P(χ²(9) ≤ D), from tables: 0.05 at 3.325, 0.5 at 8.343, 0.01 at 2.088.
  { dispersion: 3.325, p: 0.05 },
  { dispersion: 8.343, p: 0.5 },
  { dispersion: 2.088, p: 0.01 },
])(
  'ten counts with a dispersion of $dispersion are as even by a chance of $p',
  ({ dispersion, p }) => {
    // Five counts above the mean of 100 and five below it by the same step give D = 10·step²/100.
    const step = Math.sqrt(dispersion * 10);
    const counts = [1, -1, 1, -1, 1, -1, 1, -1, 1, -1].map((sign) => 100 + sign * step);
    expect(Math.exp(logChanceOfEvenness(counts) ?? 0)).toBeCloseTo(p, 3);
  },
);

it('says nothing of few counts, or of seldom ones', () => {
  expect(logChanceOfEvenness([9, 9, 9, 9, 9, 9, 9])).toBeUndefined();
  expect(logChanceOfEvenness([1, 2, 1, 2, 1, 2, 1, 2, 1])).toBeUndefined();
});

it('a clock is told from chance', () => {
  const clock = Array.from({ length: 12 }, (_, index) => 19 + (index % 2));
  expect(logChanceOfEvenness(clock)).toBeLessThan(Math.log(1e-6));
  const chance = [14, 25, 17, 21, 30, 11, 19, 24, 16, 22, 13, 27];
  expect(logChanceOfEvenness(chance)).toBeGreaterThan(Math.log(0.2));
});

it('is a probability whatever the counts', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(1e6), { maxLength: 40 }), (counts) => {
      const log = logChanceOfEvenness(counts);
      expect(log === undefined || (log <= 0 && !Number.isNaN(log))).toBe(true);
    }),
  );
});
