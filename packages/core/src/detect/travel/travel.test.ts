import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toEvent } from '../fixtures/stream.ts';
import { kilometres, travel } from './travel.ts';

const BERLIN = { lat: 52.52, long: 13.4, country: 'DE' };
const POTSDAM = { lat: 52.39, long: 13.06, country: 'DE' };
const SYDNEY = { lat: -33.87, long: 151.2, country: 'AU' };
const VIENNA = { lat: 48.2, long: 16.37, country: 'AT' };

interface Login {
  readonly place: typeof BERLIN;
  readonly hours: number;
}

function textsOf(logins: readonly Login[]): readonly string[] {
  const detector = travel.create({ keys: 100, km_per_hour: 900 });
  return logins.flatMap(({ place, hours }, offset) => {
    const event = toEvent(
      {
        time: 1 + hours * 3_600_000,
        class_uid: 3002,
        activity_id: 1,
        status_id: 1,
        user: { name: 'alice' },
        src_endpoint: { ip: '203.0.113.7', location: place, autonomous_system: { number: 64_500 } },
      },
      offset,
    );
    return detector.observe(event, event.time).map(({ text }) => text);
  });
}

const home = (count: number): readonly Login[] =>
  Array.from({ length: count }, (_, hours) => ({ place: hours % 2 ? BERLIN : POTSDAM, hours }));

describe('travel', () => {
  it.each([
    {
      name: 'a jump',
      logins: [...home(3), { place: SYDNEY, hours: 3 }],
      says: /km from where it was/,
    },
    {
      name: 'a new country',
      logins: [...home(150), { place: VIENNA, hours: 170 }],
      says: /country AT for the first time/,
    },
  ])('sees $name', ({ logins, says }) =>
    expect(textsOf(logins)).toEqual([expect.stringMatching(says)]),
  );

  it.each([
    { name: 'the way to work', logins: home(100) },
    { name: 'a flight that takes its time', logins: [...home(3), { place: SYDNEY, hours: 30 }] },
    { name: 'a first log-in', logins: [{ place: SYDNEY, hours: 0 }] },
  ])('is silent on $name', ({ logins }) => expect(textsOf(logins)).toEqual([]));

  it('measures distances both ways the same, at most half around the earth', () => {
    const place = fc.record({
      lat: fc.double({ min: -90, max: 90, noNaN: true }),
      long: fc.double({ min: -180, max: 180, noNaN: true }),
    });
    fc.assert(
      fc.property(place, place, (from, to) => {
        expect(kilometres(from, to)).toBeCloseTo(kilometres(to, from), 6);
        expect(kilometres(from, to)).toBeLessThanOrEqual(20_016);
      }),
    );
    expect(kilometres(BERLIN, SYDNEY)).toBeCloseTo(16_090, -2);
  });
});
