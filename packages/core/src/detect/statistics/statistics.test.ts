import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDice } from '../fixtures/stream.ts';
import { bowleyOf, madOf, medianOf, regularityOf } from './spread.ts';
import { binomialTail, unimodalTail, unseenMass } from './tail.ts';
import { chanceOf, startWalk, step } from './walk.ts';

describe('walk', () => {
  it('keeps its promise: quiet keys reach a chance of 1 % no more often than that', () => {
    const dice = createDice(5);
    const rates = { quiet: 0.2, trouble: 0.8 };
    let reached = 0;
    for (let key = 0; key < 2_000; key += 1) {
      const walk = startWalk();
      let least = 1;
      for (let at = 0; at < 60; at += 1) {
        step(walk, dice() < rates.quiet, rates);
        least = Math.min(least, chanceOf(walk));
      }
      if (least <= 0.01) reached += 1;
    }
    expect(reached / 2_000).toBeLessThanOrEqual(0.01);
  });

  it('is at most 1, above 0, and never rises with a hit', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 2_000 }), (hits) => {
        const walk = startWalk();
        for (const isHit of hits) {
          const before = chanceOf(walk);
          step(walk, isHit, { quiet: 0.1, trouble: 0.9 });
          const after = chanceOf(walk);
          expect(after > 0 && after <= 1).toBe(true);
          if (isHit) expect(after).toBeLessThanOrEqual(before);
        }
      }),
    );
  });
});

describe('spread', () => {
  const values = fc.array(fc.integer({ min: 1, max: 1_000_000 }), { minLength: 1, maxLength: 60 });

  it.each([
    { name: 'even', sample: [10, 20, 30, 40, 50], median: 30, mad: 10, bowley: 0 },
    { name: 'skewed', sample: [0, 0, 10, 100, 200], median: 10, mad: 10, bowley: 0.8 },
    { name: 'constant', sample: [60, 60, 60, 60], median: 60, mad: 0, bowley: 0 },
  ])('of an $name sample', ({ sample, median, mad, bowley }) => {
    expect([medianOf(sample), madOf(sample), bowleyOf(sample)]).toEqual([median, mad, bowley]);
  });

  it('does not depend on the order and stays in range', () => {
    fc.assert(
      fc.property(values, (sample) => {
        expect(Math.abs(bowleyOf(sample))).toBeLessThanOrEqual(1);
        expect(regularityOf(sample)).toBeCloseTo(regularityOf([...sample].reverse()), 9);
        expect(regularityOf(sample)).toBeLessThanOrEqual(1);
        expect(regularityOf(sample)).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

describe('tail', () => {
  it('is never below the exact binomial tail', () => {
    const exact = (hits: number, tries: number, each: number): number => {
      let [term, sum] = [(1 - each) ** tries, 0];
      for (let k = 0; k <= tries; k += 1) {
        if (k >= hits) sum += term;
        term *= ((tries - k) / (k + 1)) * (each / (1 - each));
      }
      return sum;
    };
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.double({ min: 0.01, max: 0.9, noNaN: true }),
        fc.nat(40),
        (tries, each, hits) => {
          const within = Math.min(hits, tries);
          expect(binomialTail(within, tries, each)).toBeGreaterThanOrEqual(
            exact(within, tries, each) - 1e-9,
          );
        },
      ),
    );
  });

  it('falls with the distance, and new kinds get rarer with what was seen', () => {
    expect(unimodalTail(1)).toBe(1);
    expect(unimodalTail(10)).toBeCloseTo(0.0044, 4);
    expect(unseenMass({ once: 0, total: 99 })).toBeCloseTo(0.01, 9);
    expect(unseenMass({ once: 5, total: 5 })).toBe(1);
  });
});
