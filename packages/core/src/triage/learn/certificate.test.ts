import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toEpochMs } from '../../shared/time.ts';
import { binomialCdf, certify, rankFor } from './certificate.ts';
import { ClosingWatch } from './closing-watch.ts';

/** Uniform numbers from a seed (Mulberry32). */
function* uniform(seed: number): Generator<number, never> {
  let state = seed;
  for (;;) {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    yield ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }
}

describe('the certificate of closing', () => {
  it.each([
    [58, 0.05, 0],
    [59, 0.05, 1],
    [148, 0.02, 0],
    [149, 0.02, 1],
    [298, 0.01, 0],
    [299, 0.01, 1],
    [1000, 0.01, 5],
  ])('of %i genuine verdicts at %d rests on the %i. smallest score', (m, alpha, rank) => {
    expect(rankFor(m, alpha)).toBe(rank);
  });

  it('counts tails of the binomial as they are', () => {
    expect(binomialCdf(0, 3, 0.5)).toBeCloseTo(1 / 8, 12);
    expect(binomialCdf(1, 3, 0.5)).toBeCloseTo(4 / 8, 12);
    expect(binomialCdf(3, 3, 0.5)).toBeCloseTo(1, 12);
  });

  it('is not given for fewer than 59 genuine verdicts, and does not depend on their order', () => {
    expect(certify(Array.from({ length: 58 }, (_, n) => n))).toBeUndefined();
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -9, max: 9, noNaN: true }), { minLength: 59, maxLength: 400 }),
        (scores) => {
          expect(certify(scores.toReversed())).toEqual(certify(scores));
        },
      ),
      { numRuns: 50 },
    );
  });

  it('keeps its word: in at most 1 of 20 samples more than alpha of what follows falls below', () => {
    const chance = uniform(7);
    const rounds = 400;
    let broken = 0;
    for (let round = 0; round < rounds; round += 1) {
      const scores = Array.from({ length: 300 }, () => chance.next().value);
      // For uniform scores the share that falls below the threshold is the threshold itself.
      if ((certify(scores)?.below ?? 0) > 0.01) broken += 1;
    }
    expect(broken / rounds).toBeLessThanOrEqual(0.08);
  });
});

describe('the watch over closing', () => {
  const day = (n: number) => toEpochMs(n * 86_400_000);

  it('lets a thousand harmless audits and a few misses pass', () => {
    const watch = new ClosingWatch();
    for (let n = 0; n < 1_000; n += 1) watch.audit(n % 300 === 0, day(1));
    expect(watch.audits).toBe(1_000);
    expect(watch.pausedUntil).toBe(0);
  });

  it('stops closing for thirty days when misses come in a row', () => {
    const watch = new ClosingWatch();
    for (let n = 0; n < 7; n += 1) watch.audit(true, day(1));
    expect(watch.pausedUntil).toBe(day(31));
  });
});
