import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toEpochMs } from '../../shared/time.ts';
import { fitScaling } from './calibration.ts';
import type { Lesson } from './facts.ts';
import { type Feature, Ftrl } from './ftrl.ts';
import { Model, type Taught } from './model.ts';
import { Reputation } from './reputation.ts';
import { VerdictLedger } from './verdict-ledger.ts';

const DAY = 86_400_000;
const at = (day: number) => toEpochMs(Date.UTC(2026, 0, 1) + day * DAY);
const feature = (name: string, value: number, leaning: Feature['leaning'] = 'free'): Feature => ({
  name,
  value,
  leaning,
});

describe('weights', () => {
  it('learn what goes with genuine alerts', () => {
    const weights = new Ftrl();
    for (let round = 0; round < 200; round += 1) {
      weights.learn([feature('a', 1)], { given: 0, belief: 1, importance: 1 });
      weights.learn([feature('b', 1)], { given: 0, belief: 0, importance: 1 });
    }
    expect(weights.weight(feature('a', 1))).toBeGreaterThan(1);
    expect(weights.weight(feature('b', 1))).toBeLessThan(-1);
    expect(weights.weight(feature('c', 1))).toBe(0);
  });

  it('never let a risk speak for harmlessness or a comfort for a threat, whatever was taught', () => {
    const verdict = fc.record({
      risk: fc.double({ min: 0, max: 8, noNaN: true }),
      comfort: fc.double({ min: 0, max: 8, noNaN: true }),
      given: fc.double({ min: -6, max: 6, noNaN: true }),
      belief: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(verdict, { maxLength: 60 }), (verdicts) => {
        const weights = new Ftrl();
        for (const { risk, comfort, given, belief } of verdicts)
          weights.learn([feature('r', risk, 'risk'), feature('c', comfort, 'comfort')], {
            given,
            belief,
            importance: 3,
          });
        expect(weights.weight(feature('r', 1, 'risk'))).toBeGreaterThanOrEqual(0);
        expect(weights.weight(feature('c', 1, 'comfort'))).toBeLessThanOrEqual(0);
      }),
    );
  });
});

describe('the standing of a rule', () => {
  it('is that of the average one without verdicts, and moves with them', () => {
    const reputation = new Reputation();
    expect(reputation.of('r', { firedInHour: 1, at: at(0) }, 0).llr).toBe(0);
    for (let n = 0; n < 20; n += 1)
      reputation.teach('noisy', { isGenuine: false, pace: 4, at: at(0) });
    for (let n = 0; n < 3; n += 1)
      reputation.teach('true', { isGenuine: true, pace: 1, at: at(0) });
    expect(reputation.of('noisy', { firedInHour: 4, at: at(0) }, 0).llr).toBeLessThan(-1);
    expect(reputation.of('true', { firedInHour: 1, at: at(0) }, 0).llr).toBeGreaterThan(2);
    expect(reputation.of('other', { firedInHour: 1, at: at(0) }, 0).llr).toBe(0);
  });

  it('fades, so that a rule may change its name', () => {
    const reputation = new Reputation();
    for (let n = 0; n < 20; n += 1) reputation.teach('r', { isGenuine: false, pace: 1, at: at(0) });
    const { llr, verdicts } = reputation.of('r', { firedInHour: 1, at: at(45) }, 0);
    expect(verdicts).toBeCloseTo(10);
    expect(llr).toBeGreaterThan(reputation.of('r', { firedInHour: 1, at: at(0) }, 0).llr);
  });

  it('tells a pace that is out of the usual, from twice the usual on', () => {
    const reputation = new Reputation();
    for (let n = 0; n < 5; n += 1) reputation.teach('r', { isGenuine: false, pace: 4, at: at(0) });
    expect(
      [4, 8, 16, 64].map((fired) => reputation.of('r', { firedInHour: fired, at: at(0) }, 0).pace),
    ).toEqual([0, 0, 1, 3]);
  });
});

describe('calibration', () => {
  it('finds how scores turned out', () => {
    const outcomes = [-6, -4, -2, 0, 2, 4].flatMap((score) => {
      const genuine = Math.round(400 / (1 + Math.exp(-(0.5 * score - 1))));
      return Array.from({ length: 400 }, (_, n): [number, 0 | 1] => [score, n < genuine ? 1 : 0]);
    });
    const { slope, shift } = fitScaling(outcomes, 0);
    expect(slope).toBeCloseTo(0.5, 1);
    expect(shift).toBeCloseTo(-1, 1);
  });

  it('never turns the order around', () => {
    const outcome = fc.tuple(fc.double({ min: -12, max: 12, noNaN: true }), fc.constantFrom(0, 1));
    fc.assert(
      fc.property(fc.array(outcome, { maxLength: 80 }), (outcomes) => {
        const { slope, shift } = fitScaling(outcomes as [number, 0 | 1][], 0);
        expect(slope).toBeGreaterThan(0);
        expect(Number.isFinite(shift)).toBe(true);
      }),
    );
  });
});

const lesson = fc.record({
  ruleId: fc.constantFrom('a', 'b', 'c'),
  at: fc.nat(60).map(at),
  firedInHour: fc.integer({ min: 1, max: 500 }),
  sensor: fc.constantFrom('ids', 'edr'),
  support: fc.constantFrom('none', 'few'),
  values: fc.array(fc.double({ min: -4, max: 6, noNaN: true }), { minLength: 14, maxLength: 14 }),
}) satisfies fc.Arbitrary<Lesson>;
const taught: fc.Arbitrary<Taught> = fc.record({
  lesson,
  given: fc.double({ min: -4, max: 4, noNaN: true }),
  isGenuine: fc.boolean(),
});

describe('verdicts', () => {
  it('taken back leave no trace, and a snapshot brings all back', () => {
    fc.assert(
      fc.property(fc.array(taught, { minLength: 1, maxLength: 30 }), fc.nat(), (all, which) => {
        const gone = which % all.length;
        const ledger = new VerdictLedger();
        for (const [index, one] of all.entries()) ledger.teach(`alert-${index}`, one);
        ledger.takeBack([`alert-${gone}`]);
        const without = new Model();
        for (const [index, one] of all.entries()) if (index !== gone) without.teach(one);
        const asStored = (model: Model) => JSON.parse(JSON.stringify(model.snapshot()));
        expect(asStored(ledger.model)).toEqual(asStored(without));
        const other = new VerdictLedger();
        other.restore(JSON.parse(JSON.stringify(ledger.snapshot())));
        expect(asStored(other.model)).toEqual(asStored(ledger.model));
      }),
      { numRuns: 50 },
    );
  });
});
