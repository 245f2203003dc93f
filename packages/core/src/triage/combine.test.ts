import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { idOf } from '../shared/id.ts';
import { toEpochMs } from '../shared/time.ts';
import { combineEvidence, GROUP_SHARE, toNats } from './combine.ts';
import type { Evidence } from './evidence.ts';

const evidence = (llr: number, group: string, n = 0): Evidence => ({
  id: idOf('evd', [group, llr, n]),
  at: toEpochMs(0),
  subject: [],
  kind: 'test',
  llr,
  group,
  text: 'A piece of evidence.',
  offsets: [],
});

const llr = fc.double({ min: -20, max: 20, noNaN: true });
const body = fc
  .array(fc.tuple(llr, fc.constantFrom('a', 'b', 'c', 'd')), { maxLength: 30 })
  .map((items) => items.map(([value, group], n) => evidence(value, group, n)));
const prior = fc.double({ min: -8, max: 8, noNaN: true });

describe('combineEvidence', () => {
  it.each([
    [
      'independent groups add',
      [
        [1, 'a'],
        [2, 'b'],
      ],
      3,
    ],
    [
      'repetition in a group adds a quarter',
      [
        [2, 'a'],
        [2, 'a'],
      ],
      2.5,
    ],
    [
      'each sign is combined by itself',
      [
        [2, 'a'],
        [-1, 'a'],
        [-2, 'a'],
      ],
      2 - 2 - 0.25,
    ],
    ['one piece is clipped to +6', [[50, 'a']], 6],
    ['one piece is clipped to -4', [[-50, 'a']], -4],
    ['nothing leaves the prior', [], 0],
  ] as const)('%s', (_name, items, expected) => {
    const score = combineEvidence(
      0,
      items.map(([value, group], n) => evidence(value, group, n)),
    );
    expect(score.logit).toBe(expected);
    expect(score.p).toBeCloseTo(1 / (1 + Math.exp(-expected)));
  });

  it('sums exactly, in whatever order the contributions are added', () => {
    fc.assert(
      fc.property(prior, body, (start, items) => {
        const score = combineEvidence(start, items);
        const parts = score.contributions.map((one) => one.contribution);
        expect(parts.reduce((sum, part) => sum + part, score.priorLogit)).toBe(score.logit);
        expect(parts.reverse().reduce((sum, part) => sum + part, 0) + score.priorLogit).toBe(
          score.logit,
        );
      }),
    );
  });

  it('does not depend on the order in which evidence comes', () => {
    fc.assert(
      fc.property(prior, body, (start, items) => {
        expect(combineEvidence(start, [...items].reverse()).logit).toBe(
          combineEvidence(start, items).logit,
        );
      }),
    );
  });

  it('moves by exactly the stated amount when a whole group, or a piece that does not lead, is taken away', () => {
    fc.assert(
      fc.property(prior, body, fc.constantFrom('a', 'b', 'c', 'd'), (start, items, group) => {
        const score = combineEvidence(start, items);
        const stated = score.contributions
          .filter((one) => one.evidence.group === group)
          .reduce((sum, one) => sum + one.contribution, 0);
        expect(
          combineEvidence(
            start,
            items.filter((one) => one.group !== group),
          ).logit,
        ).toBe(score.logit - stated);
        for (const { evidence: piece, contribution } of score.contributions) {
          if (contribution === Math.min(6, Math.max(-4, toNats(piece.llr)))) continue;
          expect(
            combineEvidence(
              start,
              items.filter((one) => one !== piece),
            ).logit,
          ).toBe(score.logit - contribution);
        }
      }),
    );
  });

  it('never falls when a piece grows, and a repetition adds at most its share', () => {
    fc.assert(
      fc.property(body, llr, fc.double({ min: 0, max: 10, noNaN: true }), (items, value, more) => {
        const low = combineEvidence(0, [...items, evidence(value, 'a', 99)]);
        const high = combineEvidence(0, [...items, evidence(value + more, 'a', 99)]);
        expect(high.logit).toBeGreaterThanOrEqual(low.logit);
        const again = combineEvidence(0, [
          ...items,
          evidence(value, 'a', 99),
          evidence(value, 'a', 100),
        ]);
        const bound = GROUP_SHARE * Math.min(6, Math.abs(toNats(value)));
        expect(Math.abs(again.logit - low.logit)).toBeLessThanOrEqual(bound);
      }),
    );
  });
});
