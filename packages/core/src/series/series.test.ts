import { describe, expect, it } from 'vitest';
import { createDice } from '../detect/fixtures/stream.ts';
import type { Json } from '../shared/json.ts';
import { MINUTE_MS } from '../shared/time.ts';
import { beyond, fitParetoTail } from './pareto.ts';
import { SeriesMonitor } from './series-monitor.ts';
import { Tail } from './tail.ts';

const POINTS = 2_000;
const STEP_MS = 5 * MINUTE_MS;
const exponential = (dice: () => number): number => -Math.log(1 - dice());

/** Noise around a day's wave. */
function wave(seed: number, count = POINTS): number[] {
  const dice = createDice(seed);
  return Array.from({ length: count }, (_, at) => {
    const noise = dice() + dice() + dice() - 1.5;
    return 100 + 10 * Math.sin((at * 2 * Math.PI) / 288) + 2 * noise;
  });
}

const alarmsOf = (monitor: SeriesMonitor, values: readonly number[], from = 0): readonly number[] =>
  values.flatMap((value, at) =>
    monitor.observe(value, (from + at) * STEP_MS).isAlarm ? [at] : [],
  );

describe('the tail', () => {
  it('finds scale and shape of an exponential again', () => {
    const dice = createDice(3);
    const { gamma, sigma } = fitParetoTail(
      Array.from({ length: 20_000 }, () => 5 * exponential(dice)),
    );
    expect(gamma).toBeCloseTo(0, 1);
    expect(sigma).toBeGreaterThan(4.6);
    expect(sigma).toBeLessThan(5.4);
  });

  it.each([
    { tail: { gamma: 0, sigma: 2 }, y: 2, chance: Math.exp(-1) },
    { tail: { gamma: 0.5, sigma: 1 }, y: 2, chance: 1 / 4 },
    { tail: { gamma: -0.5, sigma: 1 }, y: 3, chance: 0 },
    { tail: { gamma: 0.3, sigma: 1 }, y: 0, chance: 1 },
  ])('tells the chance beyond $y of $tail', ({ tail, y, chance }) => {
    expect(beyond(tail, y)).toBeCloseTo(chance, 12);
  });

  it('gives p-values that come about as often as they say', () => {
    const dice = createDice(5);
    const tail = new Tail({ learnCount: 1_000, isForgiving: true });
    const decades = Array.from({ length: 50_000 }, () => tail.observe(exponential(dice)));
    const rare = decades.filter((one) => one >= 3).length;
    expect(rare).toBeGreaterThan(20);
    expect(rare).toBeLessThan(110);
  });

  it('is used to a repetition only when it forgives', () => {
    const surpriseOf = (isForgiving: boolean) => {
      const dice = createDice(9);
      const tail = new Tail({ learnCount: 200, isForgiving });
      for (let at = 0; at < 400; at += 1) tail.observe(exponential(dice));
      for (let at = 0; at < 20; at += 1) tail.observe(60);
      return tail.observe(60);
    };
    expect(surpriseOf(false)).toBeGreaterThan(5);
    expect(surpriseOf(true)).toBeLessThan(3);
  });
});

describe('a series', () => {
  it('is nearly silent on waves with noise', () => {
    const seeds = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
    const alarms = seeds.flatMap((seed) =>
      alarmsOf(new SeriesMonitor({ learnCount: 600 }), wave(seed)),
    );
    expect(alarms.length).toBeLessThanOrEqual(6);
  });

  it.each([
    { name: 'a spike', change: (at: number) => (at === 1_500 ? 30 : 0) },
    { name: 'a step', change: (at: number) => (at >= 1_500 ? 30 : 0) },
    { name: 'a dip', change: (at: number) => (at >= 1_500 && at < 1_510 ? -30 : 0) },
  ])('tells $name at once, and once', ({ change }) => {
    const values = wave(2).map((value, at) => value + change(at));
    const alarms = alarmsOf(new SeriesMonitor({ learnCount: 600 }), values);
    expect(alarms.filter((at) => at >= 1_500 && at < 1_700)).toEqual([1_500]);
  });

  it('tells what it rests on', () => {
    const monitor = new SeriesMonitor({ learnCount: 300 });
    alarmsOf(monitor, wave(2, 1_000));
    const reading = monitor.observe(170, 1_000 * STEP_MS);
    expect(reading.isAlarm).toBe(true);
    expect(reading.p).toBeLessThan(1e-4);
    expect(reading.expected).toBeGreaterThan(85);
    expect(reading.expected).toBeLessThan(115);
    expect(reading.leading).toBeDefined();
  });

  it('says nothing while it learns, of constants, and of what is no number', () => {
    const monitor = new SeriesMonitor({ learnCount: 100 });
    expect(alarmsOf(monitor, [1, 1e9, Number.NaN, -1e9, Number.POSITIVE_INFINITY])).toEqual([]);
    expect(alarmsOf(new SeriesMonitor({ learnCount: 60 }), new Array(500).fill(7))).toEqual([]);
  });

  it('goes on from a snapshot, in bounded space', () => {
    const values = wave(4, 3_000).map((value, at) => (at % 700 === 699 ? value * 1.5 : value));
    const whole = alarmsOf(new SeriesMonitor({ learnCount: 300 }), values);
    const first = new SeriesMonitor({ learnCount: 300 });
    const before = alarmsOf(first, values.slice(0, 1_500));
    const text = JSON.stringify(first.snapshot());
    const second = new SeriesMonitor({ learnCount: 300 });
    second.restore(JSON.parse(text) as Json);
    const after = alarmsOf(second, values.slice(1_500), 1_500);
    expect([...before, ...after.map((at) => at + 1_500)]).toEqual(whole);
    expect(whole.length).toBeGreaterThan(0);
    expect(text.length).toBeLessThan(64_000);
  });
});
