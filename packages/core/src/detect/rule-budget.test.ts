import { expect, it } from 'vitest';
import { RuleBudget } from './rule-budget.ts';

/** Each number: the processor time of the rule between two looks a second apart, in milliseconds. */
function looks(ms: readonly number[]): readonly boolean[] {
  const budget = new RuleBudget();
  let asked = 0;
  return ms.map((each) => {
    asked += each;
    const costs = [
      { ruleId: 'it', asked, matched: 0, microseconds: 1_000 },
      { ruleId: 'other', asked: asked + 1, matched: 0, microseconds: 0.5 },
    ];
    return budget.look(costs, 1_000).some(({ ruleId }) => ruleId === 'it');
  });
}

it.each([
  ['a rule that is always over it', [200, 200, 200], [false, false, true]],
  ['not a burst', [900, 20, 900, 20], [false, false, false, false]],
  [
    'one that stays between the two shares after two strikes',
    [200, 200, 70, 200],
    [false, false, false, true],
  ],
  ['not one that is always between', [70, 70, 70, 70], [false, false, false, false]],
])('names %s', (_, ms, expected) => {
  expect(looks(ms)).toEqual(expected);
});

it('counts anew when another engine does', () => {
  const budget = new RuleBudget({ share: 0.1, forgivenShare: 0.05, strikes: 1 });
  const cost = (asked: number) => [{ ruleId: 'it', asked, matched: 0, microseconds: 1_000 }];
  expect(budget.look(cost(5_000), 100_000)).toEqual([]);
  expect(budget.look(cost(10), 1_000)).toEqual([]);
  expect(budget.look(cost(510), 1_000)).toEqual([
    { ruleId: 'it', share: 0.5, microseconds: 1_000 },
  ]);
});
