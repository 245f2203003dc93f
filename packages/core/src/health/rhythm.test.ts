import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../shared/time.ts';
import { Rhythm, type RhythmState } from './rhythm.ts';

/** A Monday, midnight UTC. */
const MONDAY = Date.UTC(2026, 0, 5);

/** The same chance for every run. */
function createChance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

interface Plan {
  readonly days: number;
  /** Mean time between records at that moment; undefined: none in that hour. */
  readonly meanMs: (at: number) => number | undefined;
  readonly seed?: number;
}

/** Plays a source minute by minute; says how many minutes an alarm stood. */
function play(rhythm: Rhythm, from: number, { days, meanMs, seed = 1 }: Plan): number {
  const chance = createChance(seed);
  let alarms = 0;
  for (let at = from; at < from + days * DAY_MS; at += MINUTE_MS) {
    const mean = meanMs(at);
    if (mean !== undefined && chance() < 1 - Math.exp(-MINUTE_MS / mean)) rhythm.observe(at);
    if (rhythm.check(at)) alarms += 1;
  }
  return alarms;
}

const hourOfDay = (at: number): number => Math.floor((at % DAY_MS) / HOUR_MS);
const isWeekend = (at: number): boolean => [0, 6].includes(new Date(at).getUTCDay());
const office = (at: number): number | undefined =>
  isWeekend(at) || hourOfDay(at) < 8 || hourOfDay(at) >= 18 ? undefined : 2 * MINUTE_MS;

describe('the rhythm of a source', () => {
  it.each([
    ['one that speaks all day', () => 20 * SECOND_MS],
    ['one that speaks every few minutes', () => 4 * MINUTE_MS],
    ['an office that is quiet at night and at weekends', office],
    ['one that speaks about every five hours', () => 5 * HOUR_MS],
    ['one that speaks about every three days', () => 3 * DAY_MS],
    ['a nightly job', (at: number) => (hourOfDay(at) === 2 ? 3 * SECOND_MS : undefined)],
  ])('never alarms on %s', (_, meanMs) => {
    for (const seed of [1, 2, 3]) {
      const rhythm = new Rhythm(MONDAY);
      expect(play(rhythm, MONDAY, { days: 42, meanMs, seed })).toBe(0);
    }
  });

  it('alarms within minutes on one that speaks all day, says why, and clears with the next record', () => {
    const rhythm = new Rhythm(MONDAY);
    play(rhythm, MONDAY, { days: 14, meanMs: () => 20 * SECOND_MS });
    const silentFrom = MONDAY + 14 * DAY_MS;
    expect(rhythm.check(silentFrom + 4 * MINUTE_MS)).toBeUndefined();
    const finding = rhythm.check(silentFrom + 12 * MINUTE_MS);
    expect(finding?.text).toMatch(/^No record for 1[23] min; at this hour its longest silence/);
    rhythm.observe(silentFrom + 13 * MINUTE_MS);
    expect(rhythm.check(silentFrom + 14 * MINUTE_MS)).toBeUndefined();
  });

  it('alarms on an office source in the morning, not at night, and stands over the next night', () => {
    const rhythm = new Rhythm(MONDAY);
    play(rhythm, MONDAY, { days: 21, meanMs: office });
    const dead = { days: 1, meanMs: () => undefined };
    const monday = MONDAY + 21 * DAY_MS;
    expect(rhythm.check(monday + 7 * HOUR_MS)).toBeUndefined();
    expect(play(rhythm, monday, dead)).toBeGreaterThan(12 * 60);
    expect(rhythm.check(monday + 26 * HOUR_MS)).toBeDefined();
  });

  it('on the first day knows only a source that never paused', () => {
    const steady = new Rhythm(MONDAY);
    const calm = new Rhythm(MONDAY);
    for (let at = 0; at < 20 * MINUTE_MS; at += SECOND_MS) steady.observe(MONDAY + at);
    for (let at = 0; at < 20 * MINUTE_MS; at += 2 * MINUTE_MS) calm.observe(MONDAY + at);
    const later = MONDAY + 32 * MINUTE_MS;
    expect(steady.check(later)?.text).toContain('never paused for longer than 1 s');
    expect(calm.check(later)).toBeUndefined();
  });

  it('does not take the time it was not watched for silence', () => {
    const rhythm = new Rhythm(MONDAY);
    play(rhythm, MONDAY, { days: 14, meanMs: () => 20 * SECOND_MS });
    const saved = JSON.parse(JSON.stringify(rhythm.snapshot())) as RhythmState;
    const back = MONDAY + 20 * DAY_MS;
    const again = new Rhythm(back, saved);
    expect(again.check(back + MINUTE_MS)).toBeUndefined();
    expect(again.check(back + 20 * MINUTE_MS)).toBeDefined();
  });

  it('stays small and quick whatever the clock does', () => {
    const rhythm = new Rhythm(0);
    rhythm.observe(1e15);
    rhythm.observe(5);
    rhythm.check(2e15);
    expect(JSON.stringify(rhythm.snapshot()).length).toBeLessThan(20_000);
  });
});
