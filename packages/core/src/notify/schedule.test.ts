import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS, type EpochMs, HOUR_MS, toEpochMs } from '../shared/time.ts';
import { quietEndsAt } from './loudness.ts';
import type { Override, Rotation, Schedule } from './roster.ts';
import { dutyEndsAt, listShifts, whoIsOn } from './schedule.ts';
import {
  openZone,
  parseClock,
  parseDay,
  printDay,
  printMoment,
  weekdayOf,
  type Zone,
} from './zone.ts';

const zoneOf = (name: string): Zone => {
  const zone = openZone(name);
  if (!zone) throw new Error(name);
  return zone;
};
const at = (iso: string): EpochMs => toEpochMs(Date.parse(iso));
const iso = (moment: number): string => new Date(moment).toISOString().slice(0, 16);
const rotation = (more: Partial<Rotation> = {}): Rotation => ({
  people: ['ann', 'ben', 'cem'],
  firstDay: parseDay('2026-01-05') ?? 0,
  handover: { hour: 9, minute: 0 },
  everyDays: 7,
  ...more,
});
const schedule = (zone: string, ...rotations: readonly Rotation[]): Schedule => ({
  id: 's',
  title: 'S',
  zone: zoneOf(zone),
  rotations,
});
const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'Africa/Casablanca',
  'Pacific/Apia',
];

describe('a zone', () => {
  it.each([
    ['Europe/Berlin', '2026-03-28T12:00Z', 'Sat 2026-03-28 13:00'],
    ['Europe/Berlin', '2026-03-29T01:00Z', 'Sun 2026-03-29 03:00'],
    ['America/New_York', '2026-11-01T06:00Z', 'Sun 2026-11-01 01:00'],
    ['Australia/Lord_Howe', '2026-04-04T15:00Z', 'Sun 2026-04-05 01:30'],
    ['Asia/Kathmandu', '2026-01-01T00:00Z', 'Thu 2026-01-01 05:45'],
  ])('%s shows %s as %s', (name, moment, shown) => {
    expect(printMoment(zoneOf(name), at(moment))).toBe(shown);
  });

  it.each([
    ['an ordinary day', 'Europe/Berlin', '2026-06-01', 9 * 60, '2026-06-01T07:00'],
    [
      'the hour that is skipped: as much later',
      'Europe/Berlin',
      '2026-03-29',
      2 * 60 + 30,
      '2026-03-29T01:30',
    ],
    [
      'the hour that comes twice: the first',
      'Europe/Berlin',
      '2026-10-25',
      2 * 60 + 30,
      '2026-10-25T00:30',
    ],
    [
      'half an hour of summer time',
      'Australia/Lord_Howe',
      '2026-10-04',
      2 * 60 + 15,
      '2026-10-03T15:45',
    ],
  ])('finds %s', (...[, name, day, minutes, moment]) => {
    expect(iso(zoneOf(name).momentOf({ day: parseDay(day) ?? 0, minutes }))).toBe(moment);
  });

  it('finds every moment again that its wall shows once', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...ZONES),
        fc.integer({ min: 0, max: 5 * 365 * 24 * 4 }),
        (name, quarter) => {
          const zone = zoneOf(name);
          const moment = toEpochMs(Date.UTC(2024, 0, 1) + quarter * 900_000);
          const wall = zone.wallOf(moment);
          const found = zone.momentOf(wall);
          expect(zone.wallOf(found)).toEqual(wall);
          expect(Math.abs(found - moment) <= HOUR_MS).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('knows no zones, days or times that there are not', () => {
    expect(openZone('Mars/Base')).toBeUndefined();
    expect(['2026-02-30', '2026-1-1', 'x', '2024-02-29'].map(parseDay)).toEqual([
      undefined,
      undefined,
      undefined,
      19_782,
    ]);
    expect(['24:00', '9:00', '09:60', '09:00'].map(parseClock)).toEqual([
      undefined,
      undefined,
      undefined,
      { hour: 9, minute: 0 },
    ]);
    expect([weekdayOf(0), printDay(0)]).toEqual([4, '1970-01-01']);
  });
});

describe('who is on call', () => {
  it.each([
    ['before the first turn nobody', '2026-01-05T07:59Z', undefined],
    ['from the handover on the first', '2026-01-05T08:00Z', 'ann'],
    ['a week later the second', '2026-01-12T08:00Z', 'ben'],
    ['a minute before still the first', '2026-01-12T07:59Z', 'ann'],
    ['and round again', '2026-01-26T08:00Z', 'ann'],
    ['the handover stays at nine when summer time begins', '2026-03-30T06:59Z', 'cem'],
    ['one hour earlier by the sun', '2026-03-30T07:00Z', 'ann'],
    ['and at nine when it ends', '2026-10-26T07:59Z', 'cem'],
    ['one hour later', '2026-10-26T08:00Z', 'ann'],
  ])('%s', (_, moment, who) => {
    const one = schedule('Europe/Berlin', rotation());
    expect(whoIsOn(one, [], at(moment))?.personId).toBe(who);
  });

  it('a later rotation counts in its hours, over midnight and on its days', () => {
    const night = rotation({
      people: ['dan'],
      only: { days: [5, 6], from: { hour: 22, minute: 0 }, to: { hour: 6, minute: 0 } },
    });
    const one = schedule('UTC', rotation(), night);
    const who = (moment: string) => whoIsOn(one, [], at(moment))?.personId;
    expect(
      [
        '2026-01-09T21:59Z',
        '2026-01-09T22:00Z',
        '2026-01-10T05:59Z',
        '2026-01-10T06:00Z',
        '2026-01-11T23:00Z',
      ].map(who),
    ).toEqual(['ann', 'dan', 'dan', 'ann', 'ann']);
  });

  it('who stands in counts before the rotation, of two the one made last', () => {
    const stand = (personId: string, from: string, to: string): Override => ({
      id: personId,
      scheduleId: 's',
      personId,
      from: at(from),
      to: at(to),
      by: 'x',
    });
    const one = schedule('UTC', rotation());
    const all = [
      stand('ben', '2026-01-06T00:00Z', '2026-01-07T00:00Z'),
      stand('cem', '2026-01-06T12:00Z', '2026-01-06T13:00Z'),
    ];
    const shifts = listShifts(one, all, {
      from: at('2026-01-05T10:00Z'),
      to: at('2026-01-07T10:00Z'),
    });
    expect(shifts.map(({ from, duty }) => [iso(from), duty?.personId])).toEqual([
      ['2026-01-05T10:00', 'ann'],
      ['2026-01-06T00:00', 'ben'],
      ['2026-01-06T12:00', 'cem'],
      ['2026-01-06T13:00', 'ben'],
      ['2026-01-07T00:00', 'ann'],
    ]);
    expect(dutyEndsAt(one, all, at('2026-01-06T12:30Z'))).toBe(at('2026-01-06T13:00Z'));
  });

  it('shifts leave no hole, and agree with who is on at every moment, over every change of clocks', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...ZONES),
        fc.integer({ min: 0, max: 900 }),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 0, max: 23 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (...[name, firstDay, everyDays, hour, part]) => {
          const one = schedule(
            name,
            rotation({ everyDays, handover: { hour, minute: 30 } }),
            rotation({
              people: ['dan'],
              only: { days: [1, 3, 7], from: { hour: 22, minute: 0 }, to: { hour: 2, minute: 30 } },
            }),
          );
          const from = toEpochMs(Date.UTC(2026, 0, 1) + firstDay * DAY_MS);
          const to = toEpochMs(from + 20 * DAY_MS);
          const shifts = listShifts(one, [], { from, to });
          expect([shifts[0]?.from, shifts.at(-1)?.to]).toEqual([from, to]);
          for (const [index, shift] of shifts.slice(1).entries())
            expect(shift.from).toBe(shifts[index]?.to);
          const moment = toEpochMs(Math.floor(from + part * (to - from - 1)));
          const found = shifts.find((shift) => shift.from <= moment && moment < shift.to);
          expect(found?.duty?.personId).toBe(whoIsOn(one, [], moment)?.personId);
        },
      ),
      { numRuns: 100 },
    );
  });
});

it.each([
  ['within the day', '13:00', '15:00', '2026-01-01T14:00Z', '2026-01-01T15:00'],
  ['over midnight, before it', '22:00', '07:00', '2026-01-01T23:00Z', '2026-01-02T07:00'],
  ['over midnight, after it', '22:00', '07:00', '2026-01-02T03:00Z', '2026-01-02T07:00'],
  ['not in them', '22:00', '07:00', '2026-01-02T12:00Z', undefined],
])('quiet hours end: %s', (...[, from, to, moment, ends]) => {
  const quiet = {
    from: parseClock(from) ?? { hour: 0, minute: 0 },
    to: parseClock(to) ?? { hour: 0, minute: 0 },
  };
  const found = quietEndsAt(zoneOf('UTC'), quiet, at(moment));
  expect(found && iso(found)).toBe(ends);
});
