import { describe, expect, it } from 'vitest';
import { DAY_MS, toEpochMs } from '../shared/time.ts';
import { type Remembered, weighMemory } from './first-seen.ts';

const NOW = 1_772_636_400_000;
const HOUR = DAY_MS / 24;
const thing = (kind: Remembered['kind'], agoMs: number, count = 1): Remembered => ({
  kind,
  id: 'x.example',
  firstAt: toEpochMs(NOW - agoMs),
  count,
});
const weigh = (remembered: readonly Remembered[], watchedDays = 30) =>
  weighMemory(
    { lastAt: toEpochMs(NOW) },
    { remembered, watchingSince: toEpochMs(NOW - watchedDays * DAY_MS) },
  );

describe('what memory says', () => {
  it.each([
    { name: 'a domain of this hour', things: [thing('domain', 1)], llr: 0.7 },
    { name: 'an account of today', things: [thing('user', 3 * HOUR)], llr: 0.5 },
    {
      name: 'the newest decides',
      things: [thing('ip', 40 * DAY_MS, 999), thing('domain', 1)],
      llr: 0.7,
    },
    { name: 'old and common', things: [thing('domain', 20 * DAY_MS, 500)], llr: -0.5 },
    { name: 'old and rare', things: [thing('domain', 20 * DAY_MS, 5)], llr: undefined },
    {
      name: 'one common of two',
      things: [thing('ip', 20 * DAY_MS, 500), thing('domain', 9 * DAY_MS)],
      llr: undefined,
    },
    {
      name: 'an old account says nothing',
      things: [thing('user', 20 * DAY_MS, 500)],
      llr: undefined,
    },
    { name: 'nothing remembered', things: [], llr: undefined },
  ])('$name', ({ things, llr }) => expect(weigh(things)?.llr).toBe(llr));

  it('calls nothing new in the first week', () => {
    expect(weigh([thing('domain', 1)], 6)).toBeUndefined();
  });

  it('says since when', () => {
    expect(weigh([thing('domain', 3 * HOUR)])?.text).toBe(
      'The domain x.example was seen for the first time 3 hours before, after 29 days of watching.',
    );
    expect(weigh([thing('ip', 20 * DAY_MS, 500.4)])?.text).toBe(
      'The address x.example has been in use here for 20 days, about 500 times lately.',
    );
  });
});
