import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BoundedMap } from './bounded-map.ts';

describe('BoundedMap', () => {
  it('lets go of what was written longest ago, and counts it', () => {
    const map = new BoundedMap<string, number>(2);
    map.set('a', 1);
    map.set('b', 2);
    map.set('a', 3);
    map.set('c', 4);
    expect(map.entries()).toEqual([
      ['a', 3],
      ['c', 4],
    ]);
    expect(map.evicted).toBe(1);
  });

  it('comes back from its entries as it was, in the same order', () => {
    const map = new BoundedMap<string, number>(3);
    for (const key of ['a', 'b', 'c', 'a']) map.set(key, map.size);
    const again = new BoundedMap<string, number>(3);
    again.fill(map.entries());
    expect(again.entries()).toEqual(map.entries());
  });

  it('keeps what a list would keep, whatever is written and however often it is filled anew', () => {
    const step = fc.oneof(
      { weight: 20, arbitrary: fc.nat(30).map((key) => ({ kind: 'set' as const, key })) },
      { weight: 1, arbitrary: fc.constant({ kind: 'refill' as const, key: 0 }) },
    );
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 8 }),
        fc.array(step, { maxLength: 200 }),
        (cap, steps) => {
          const map = new BoundedMap<number, number>(cap);
          let list: (readonly [number, number])[] = [];
          for (const [at, { kind, key }] of steps.entries()) {
            if (kind === 'refill') map.fill(map.entries());
            else {
              map.set(key, at);
              list = [...list.filter(([other]) => other !== key), [key, at] as const];
              if (list.length > cap) list.shift();
            }
            expect(map.entries()).toEqual(list);
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});
