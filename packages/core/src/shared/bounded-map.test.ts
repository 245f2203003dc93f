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
});
