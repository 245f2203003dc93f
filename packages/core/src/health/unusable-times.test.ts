import { describe, expect, it } from 'vitest';
import { UnusableTimes } from './unusable-times.ts';

const after = (...seen: readonly (readonly [events: number, unusable: number])[]) => {
  const times = new UnusableTimes();
  for (const [events, unusable] of seen) times.observe(events, unusable, 'Feb 30 10:00:00');
  return times;
};

describe('times that cannot be', () => {
  it.each([
    { name: 'none at all', seen: [[500, 0]], alarms: false },
    { name: 'a few', seen: [[500, 9]], alarms: false },
    { name: 'ten of a hundred', seen: [[100, 10]], alarms: true },
    { name: 'ten of very many', seen: [[5_000, 10]], alarms: false },
    {
      name: 'many, long ago',
      seen: [
        [100, 50],
        [90_000, 0],
      ],
      alarms: false,
    },
  ] as const)('$name: $alarms', ({ seen, alarms }) => {
    expect(after(...seen).check() !== undefined).toBe(alarms);
  });

  it('says how many, what stood there, and what was done instead', () => {
    expect(after([200, 50]).check()?.text).toBe(
      '25 % of its last 200 events had a time that cannot be, such as "Feb 30 10:00:00": they are dated by the record before them, or by their receipt.',
    );
  });

  it('stands until it is well below what began it, also over a restart', () => {
    const times = after([1_000, 12]);
    expect(times.check()).toBeDefined();
    times.observe(500, 0);
    const again = new UnusableTimes(JSON.parse(JSON.stringify(times.snapshot())));
    expect(again.check()).toBeDefined();
    again.observe(1_000, 0);
    expect(again.check()).toBeUndefined();
  });
});
