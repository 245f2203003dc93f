import { expect, it } from 'vitest';
import { toEpochMs } from '../../shared/time.ts';
import { Surroundings } from './surroundings.ts';

const START = Date.UTC(2026, 0, 5);
const at = (minute: number) => toEpochMs(START + minute * 60_000);
const PLACE = { ruleId: 'r', host: 'web-01' };

it('counts five minutes, the hour, and the complete spans of a pace that does not break', () => {
  const around = new Surroundings();
  for (let minute = 0; minute < 60; minute += 1) around.count(PLACE, { at: at(minute), count: 2 });
  const pace = around.count(PLACE, { at: at(60), count: 1 });
  expect(pace).toMatchObject({ firstAt: at(0), now: 1, hour: 111, activeSlots: 13 });
  expect(pace.even).toEqual(Array.from({ length: 12 }, () => 10));
  expect(around.paceOf(PLACE, at(60))).toEqual(pace);
});

it('a pace that broke is none', () => {
  const around = new Surroundings();
  for (const minute of [0, 5, 10, 25, 30]) around.count(PLACE, { at: at(minute), count: 9 });
  expect(around.count(PLACE, { at: at(35), count: 9 }).even).toEqual([]);
});

it('keeps what fired on a machine for two hours, each rule once, and what is striking elsewhere', () => {
  const around = new Surroundings();
  const recent = { isNew: true, strength: 3 };
  const striking = { isNews: true, isStrong: true };
  around.note('a', { ruleId: 'x', at: at(0), ...recent }, striking);
  around.note('a', { ruleId: 'x', at: at(10), ...recent }, striking);
  around.note('a', { ruleId: 'y', at: at(100), ...recent }, { isNews: false, isStrong: true });
  expect(around.recentOn('a', at(110)).map(({ ruleId }) => ruleId)).toEqual(['x', 'y']);
  expect(around.recentOn('a', at(131)).map(({ ruleId }) => ruleId)).toEqual(['y']);
  expect(around.elsewhere('b', at(100), 600_000)).toEqual({ news: 0, strong: 1 });
  expect(around.elsewhere('a', at(100), 600_000)).toEqual({ news: 0, strong: 0 });
});

it('a snapshot brings everything back', () => {
  const around = new Surroundings();
  around.count(PLACE, { at: at(0), count: 2 });
  around.note(
    'web-01',
    { ruleId: 'r', at: at(0), isNew: false, strength: 3 },
    { isNews: true, isStrong: true },
  );
  const other = new Surroundings();
  other.restore(JSON.parse(JSON.stringify(around.snapshot())));
  expect(other.snapshot()).toEqual(around.snapshot());
});
