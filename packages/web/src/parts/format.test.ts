import { describe, expect, it } from 'vitest';
import { roundToSum } from './format.ts';

describe('rounding to a sum', () => {
  it('what is shown adds up to the rounded total exactly', () => {
    const values = [-3.8918, 4.1173, 2.3391, 1.7702, -0.7204];
    const total = values.reduce((sum, value) => sum + value, 0);
    const shown = roundToSum(values, total);
    const sum = shown.reduce((all, value) => all + Math.round(value * 100), 0);
    expect(sum).toBe(Math.round(total * 100));
  });
});
