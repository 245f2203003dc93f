import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chanceText, cut, shouldTell, untold } from './telling.ts';

const DAY_MS = 86_400_000;

describe('telling', () => {
  it.each([
    { name: 'not what is likely', said: [[0.1, 0]], tells: [false] },
    {
      name: 'once a day',
      said: [
        [0.001, 0],
        [0.001, 1],
        [0.001, DAY_MS],
      ],
      tells: [true, false, true],
    },
    {
      name: 'again when it doubled',
      said: [
        [0.001, 0],
        [1e-5, 1],
        [1e-6, 2],
      ],
      tells: [true, false, true],
    },
    { name: 'nothing that is no number', said: [[Number.NaN, 0]], tells: [false] },
  ])('says $name', ({ said, tells }) => {
    const told = untold();
    expect(said.map(([p = 1, time = 0]) => shouldTell(told, p, { time, atMost: 0.01 }))).toEqual(
      tells,
    );
  });

  it('says at most a handful a day, whatever comes', () => {
    const chances = fc.array(fc.double({ min: 1e-300, max: 1, noNaN: true }), { maxLength: 500 });
    fc.assert(
      fc.property(chances, (all) => {
        const told = untold();
        const count = all.filter((p, time) => shouldTell(told, p, { time, atMost: 0.01 })).length;
        expect(count).toBeLessThan(8);
      }),
    );
  });

  it('keeps texts short', () => {
    expect(cut('x'.repeat(100)).length).toBe(80);
    expect([chanceText(0.00231), chanceText(3e-7)]).toEqual(['0.0023', '3e-7']);
  });
});
