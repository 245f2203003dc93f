import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS } from '../shared/time.ts';
import { CountMin, hashOf } from './count-min.ts';

const HALF_LIFE = 7 * DAY_MS;
const hits = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'host:web-01'), fc.nat(200)), {
  maxLength: 60,
});

/** The decayed count, without a sketch. */
const exact = (all: readonly (readonly [string, number])[], key: string, at: number): number =>
  all
    .filter(([other]) => other === key)
    .reduce((sum, [, day]) => sum + 2 ** ((day * DAY_MS - at) / HALF_LIFE), 0);

describe('CountMin', () => {
  it('counts what it was given, halved every half-life, whatever the order', () => {
    fc.assert(
      fc.property(hits, (all) => {
        const sketch = new CountMin(HALF_LIFE);
        const first = all[0]?.[1] ?? 0;
        const given = all.map(([key, day]) => [key, first + day] as const);
        for (const [key, day] of given) sketch.add(hashOf(key), day * DAY_MS);
        const at = 500 * DAY_MS;
        for (const key of ['a', 'b', 'c', 'host:web-01', 'never'])
          expect(sketch.count(hashOf(key), at)).toBeCloseTo(exact(given, key, at), 4);
      }),
      { numRuns: 200 },
    );
  });

  it('is never below the truth and hardly above it when it is crowded', () => {
    const sketch = new CountMin(HALF_LIFE);
    const keys = 20_000;
    for (let at = 0; at < keys; at += 1) sketch.add(hashOf(`ip:${at}`), 0);
    let above = 0;
    for (let at = 0; at < keys; at += 1) {
      const count = sketch.count(hashOf(`ip:${at}`), 0);
      expect(count).toBeGreaterThanOrEqual(1);
      if (count - 1 > (Math.E / 8_192) * keys) above += 1;
    }
    expect(above / keys).toBeLessThan(Math.exp(-4));
  });

  it('goes on for years, and from a snapshot', () => {
    const sketch = new CountMin(HALF_LIFE);
    for (let day = 0; day < 2_000; day += 1) sketch.add(hashOf('daily'), day * DAY_MS);
    const at = 1_999 * DAY_MS;
    const steady = 1 / (1 - 2 ** (-1 / 7));
    expect(sketch.count(hashOf('daily'), at)).toBeCloseTo(steady, 2);
    const other = new CountMin(HALF_LIFE);
    other.restore(JSON.parse(JSON.stringify(sketch.snapshot())));
    expect(other.count(hashOf('daily'), at)).toBe(sketch.count(hashOf('daily'), at));
  });
});
