import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toEpochMs } from '../../shared/time.ts';
import { fitScaling } from './calibration.ts';
import { believe, estimateWrong, type Outcome } from './doubt.ts';
import type { Lesson } from './facts.ts';
import { Model } from './model.ts';
import { Reputation } from './reputation.ts';

const AT = toEpochMs(Date.UTC(2026, 0, 1));

/** Harmless ones at a low score, genuine ones at a high one, every n-th verdict wrong. */
function outcomes(
  { harmless, genuine }: { readonly harmless: number; readonly genuine: number },
  wrongEvery: number,
): readonly Outcome[] {
  const say = (truth: boolean, n: number) => Number(n % wrongEvery === 0 ? !truth : truth);
  return [
    ...Array.from({ length: harmless }, (_, n) => [-3, say(false, n)] as Outcome),
    ...Array.from({ length: genuine }, (_, n) => [3, say(true, n)] as Outcome),
  ];
}

describe('how often verdicts are wrong', () => {
  it.each([
    { name: 'never, where they agree', wrongEvery: Number.POSITIVE_INFINITY, wrong: [0, 0] },
    { name: 'one in twenty, at most and not far below', wrongEvery: 20, wrong: [0.035, 0.05] },
    { name: 'one in ten, at most and not far below', wrongEvery: 10, wrong: [0.08, 0.1] },
  ])('$name', ({ wrongEvery, wrong: [least, most] }) => {
    const wrong = estimateWrong(outcomes({ harmless: 1_500, genuine: 100 }, wrongEvery));
    expect(wrong).toBeGreaterThanOrEqual(least ?? 0);
    expect(wrong).toBeLessThanOrEqual(most ?? 0);
  });

  it('is unknown from few, and two that surprise are no sign of mistakes', () => {
    expect(estimateWrong(outcomes({ harmless: 60, genuine: 20 }, 10))).toBe(0);
    const surprising = outcomes({ harmless: 998, genuine: 20 }, Number.POSITIVE_INFINITY);
    expect(estimateWrong([...surprising, [-3, 1], [-3, 1]])).toBe(0);
  });
});

describe('what a verdict is worth', () => {
  it('is all of it where none is wrong', () => {
    expect(believe(-9, true, 0)).toBe(1);
    expect(believe(9, false, 0)).toBe(0);
  });

  it('is between what was expected and what was said, and grows with what was expected', () => {
    const score = fc.double({ min: -12, max: 12, noNaN: true });
    const wrong = fc.double({ min: 0.001, max: 0.2, noNaN: true });
    fc.assert(
      fc.property(score, fc.boolean(), wrong, (at, isGenuine, rate) => {
        const belief = believe(at, isGenuine, rate);
        const p = 1 / (1 + Math.exp(-at));
        expect(belief).toBeGreaterThanOrEqual(isGenuine ? p : 0);
        expect(belief).toBeLessThanOrEqual(isGenuine ? 1 : p);
        expect(believe(at + 1, isGenuine, rate)).toBeGreaterThanOrEqual(belief);
      }),
    );
  });
});

describe('what is learnt where verdicts are wrong', () => {
  it('a rule keeps its name through single mistakes, and loses it when they are none', () => {
    const standings = [1, 10].map((genuine) => {
      const reputation = new Reputation();
      for (let n = 0; n < 400; n += 1)
        reputation.teach('others', { isGenuine: n % 20 === 0, pace: 1, at: AT });
      for (let n = 0; n < 20; n += 1)
        reputation.teach('r', { isGenuine: n < genuine, pace: 1, at: AT });
      return reputation.of('r', { firedInHour: 1, at: AT }, 0.05);
    });
    const [once, often] = standings;
    expect(once?.believed).toBeLessThan(0.5);
    expect(often?.believed).toBeGreaterThan(8);
    expect((often?.llr ?? 0) - (once?.llr ?? 0)).toBeGreaterThan(3);
  });

  it('odds are those of what is true, not of what is said', () => {
    const said = outcomes({ harmless: 1_900, genuine: 100 }, 20);
    const chanceAt = (score: number, wrong: number) => {
      const { slope, shift } = fitScaling(said, wrong);
      return 1 / (1 + Math.exp(-(slope * score + shift)));
    };
    expect(chanceAt(-3, 0)).toBeGreaterThan(0.04);
    expect(chanceAt(-3, 0.05)).toBeLessThan(0.01);
    expect(chanceAt(3, 0.05)).toBeGreaterThan(0.9);
  });

  it('one mistake in twenty leaves a model that tells as well as without any', () => {
    const lesson = (isTrue: boolean, n: number): Lesson => ({
      ruleId: `rule ${n % 7}`,
      at: AT,
      firedInHour: 1,
      sensor: 'ids',
      support: 'some',
      values: Array.from({ length: 14 }, (_, index) =>
        Number(index === 0 || (isTrue && index === 5)),
      ),
    });
    const scores = [Number.POSITIVE_INFINITY, 20].map((wrongEvery) => {
      const model = new Model();
      for (let n = 0; n < 2_000; n += 1) {
        const isTrue = n % 25 === 0;
        const isWrong = (n * 7) % wrongEvery === 3;
        model.teach({ lesson: lesson(isTrue, n), given: -1, isGenuine: isTrue !== isWrong });
      }
      const chance = (isTrue: boolean) => {
        const seen = lesson(isTrue, 1);
        const score = model.judge(seen, -1).reduce((sum, { llr }) => sum + llr, -1);
        return 1 / (1 + Math.exp(-score));
      };
      return [chance(true), chance(false)];
    });
    for (const [genuine = 0, harmless = 1] of scores) {
      expect(genuine).toBeGreaterThan(0.8);
      expect(harmless).toBeLessThan(0.02);
    }
  });
});
