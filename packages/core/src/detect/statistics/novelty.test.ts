import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newShareOf, note, noteInPool, startNovelty, startPool } from './novelty.ts';

describe('novelty', () => {
  it('is the rarer the longer nothing new came', () => {
    const novelty = startNovelty();
    for (let at = 0; at < 95; at += 1) note(novelty, 'same', { most: 64, prior: 1 });
    expect(note(novelty, 'other', { most: 64, prior: 1 })).toBeCloseTo(0.05, 9);
    expect(note(novelty, 'other', { most: 64, prior: 1 })).toBeUndefined();
  });

  it('is a chance, counts what it holds, and stays bounded', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(40), { maxLength: 300 }), (kinds) => {
        const novelty = startNovelty();
        for (const kind of kinds) {
          const chance = note(novelty, `k${kind}`, { most: 16, prior: 0.5 });
          if (chance !== undefined) expect(chance > 0 && chance <= 1).toBe(true);
        }
        expect(novelty.kinds.length).toBeLessThanOrEqual(16);
        expect(novelty.once).toBe(novelty.times.filter((times) => times === 1).length);
      }),
    );
  });

  it('pools what all keys do', () => {
    const pool = startPool();
    for (let at = 0; at < 99; at += 1) noteInPool(pool, at < 9);
    expect(newShareOf(pool)).toBe(0.1);
  });
});
