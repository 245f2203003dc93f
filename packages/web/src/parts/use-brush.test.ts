import { describe, expect, it } from 'vitest';
import { isWithin, placeUnder } from './use-brush.ts';

describe('the bar under the pointer', () => {
  const edges = [10, 20, 30];
  it.each([
    ['the first', 0, 0],
    ['the first, at its end', 9.9, 0],
    ['the second', 10, 1],
    ['the last', 29, 2],
    ['left of all', -5, 0],
    ['right of all', 140, 2],
  ])('is %s', (_, x, place) => {
    expect(placeUnder(x, edges)).toBe(place);
  });

  it('is the first where there is none', () => {
    expect(placeUnder(5, [])).toBe(0);
  });
});

it('counts both ends in', () => {
  const span = { from: 2, to: 4 };
  expect([1, 2, 3, 4, 5].filter((place) => isWithin(place, span))).toEqual([2, 3, 4]);
  expect(isWithin(2, undefined)).toBe(false);
});
