import fc from 'fast-check';
import { expect, it } from 'vitest';
import { toEpochMs } from '../shared/time.ts';
import { readTime } from './read-time.ts';
import { RecentTimes } from './recent-times.ts';

const text = fc.constantFrom('Dec 31 23:59:59', 'Jan  1 00:00:01', '2026-01-01T00:00:00Z', 'never');
const second = fc.integer({ min: 0, max: 99 }).map((at) => `2026-01-01T00:00:01.${at}Z`);
const receivedAt = fc
  .constantFrom('2025-12-30', '2026-01-01', '2026-06-01', '2027-01-02')
  .map((day) => toEpochMs(Date.parse(day)));

it('reads whatever comes in whatever order as if each were read alone', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.oneof(text, second, fc.nat()), receivedAt), { maxLength: 200 }),
      (asked) => {
        const times = new RecentTimes();
        for (const [value, at] of asked) expect(times.read(value, at)).toBe(readTime(value, at));
      },
    ),
  );
});
