import { describe, expect, it } from 'vitest';
import { KeyedState } from './keyed-state.ts';

const create = (capacity = 3) =>
  new KeyedState({ capacity, fresh: (time) => ({ since: time, seen: [] as number[] }) });

describe('keyed state', () => {
  it('lets the key go that was asked for longest ago, and counts it', () => {
    const states = create();
    for (const key of ['a', 'b', 'c', 'a', 'd']) states.at(key, 1).seen.push(1);
    expect(states.peek('b')).toBeUndefined();
    expect(states.peek('a')?.seen).toEqual([1, 1]);
    expect(states.stats()).toEqual({ keys: 3, evicted: 1 });
  });

  it('is the same after a snapshot, which does not change behind its back', () => {
    const states = create();
    states.at('a', 5).seen.push(7);
    const saved = states.snapshot();
    states.at('a', 6).seen.push(8);
    const other = create();
    other.restore(saved);
    expect(other.peek('a')).toEqual({ since: 5, seen: [7] });
  });

  it.each([
    { name: 'another form', entry: ['a', { since: 'x', seen: [] }] },
    { name: 'a member missing', entry: ['a', { since: 1 }] },
    { name: 'lists of something else', entry: ['a', { since: 1, seen: [null] }] },
    { name: 'no key', entry: [1, { since: 1, seen: [] }] },
  ])('leaves out entries with $name', ({ entry }) => {
    const states = create();
    states.restore([entry, ['good', { since: 1, seen: [] }]]);
    expect(states.stats().keys).toBe(1);
  });
});
