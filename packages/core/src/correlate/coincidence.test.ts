import { describe, expect, it } from 'vitest';
import { at } from '../decide/fixtures/signals.ts';
import { chanceOfAnother, tieByCoincidence } from './coincidence.ts';
import type { Trace } from './trace.ts';

const DAY = 24 * 60;
const trace = (minute: number, more: Partial<Trace> = {}): Trace => ({
  firstAt: at(minute),
  lastAt: at(minute),
  behaviour: 'malware',
  isAddressOnly: false,
  externalIps: [],
  host: `ws-${minute}`,
  fromHosts: [],
  users: [],
  processKeys: [],
  ...more,
});
const watched = (days: number, began: readonly number[] = []) => ({
  watchingSince: at(-days * DAY),
  countIn: (from: number, to: number) =>
    began.map(at).filter((one) => one >= from && one <= to).length,
});

describe('what begins at the same time', () => {
  it.each([
    { name: 'after five quiet days', beginnings: watched(5), apart: 10, ties: true },
    { name: 'not on the first day', beginnings: watched(0.9), apart: 1, ties: false },
    { name: 'not hours apart', beginnings: watched(14), apart: 90, ties: false },
    {
      name: 'not where incidents begin every quarter of an hour',
      beginnings: watched(
        1,
        [-60, -45, -30, -15].flatMap((m) => [m, m - 360, m - 720, m - 1080]),
      ),
      apart: 10,
      ties: false,
    },
  ])('is one attack: $name', ({ beginnings, apart, ties }) => {
    expect(tieByCoincidence(trace(0), trace(apart), beginnings) !== undefined).toBe(ties);
    expect(tieByCoincidence(trace(apart), trace(0), beginnings) !== undefined).toBe(ties);
  });

  it('is none for addresses outside, nor for what has gone on all the time', () => {
    const outside = trace(1, { isAddressOnly: true });
    expect(tieByCoincidence(trace(0), outside, watched(9))).toBeUndefined();
    const longLasting = trace(-600, { lastAt: at(600) });
    expect(tieByCoincidence(longLasting, trace(0), watched(9))).toBeUndefined();
  });

  it('says the chance that it rests on', () => {
    // One imagined beginning in ten days: 1 - e^(-10 / 14,400).
    expect(chanceOfAnother(watched(10), at(0), 10 * 60_000)).toBeCloseTo(0.000694, 6);
    expect(tieByCoincidence(trace(0), trace(10), watched(10))?.why).toBe(
      'Both began within 10 minutes of each other; that something as telling begins here so soon by chance has a likelihood of 0.1 %',
    );
  });
});
