import { expect, it } from 'vitest';
import { lasting } from './lasting.ts';

it.each([
  [0.04, '0 s'],
  [4.26, '4.3 s'],
  [59, '59 s'],
  [410, '6 min'],
  [3_600, '1 h'],
  [7_199, '2 h'],
  [7_500, '2 h 5 min'],
  [172_800, '2 d'],
])('%d seconds are %s', (seconds, text) => {
  expect(lasting(seconds)).toBe(text);
});
