import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Counts, gramPlace, textHash } from './counts.ts';

describe('counts in little room', () => {
  it('are never below the true ones', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 3 }), { maxLength: 300 }), (texts) => {
        const counts = new Counts(64);
        for (const text of texts) counts.add(textHash(text));
        for (const text of texts)
          expect(counts.of(textHash(text))).toBeGreaterThanOrEqual(
            texts.filter((each) => each === text).length,
          );
      }),
    );
  });

  it('come back from their text, near enough', () => {
    const counts = new Counts(4_096);
    for (let at = 0; at < 300; at += 1)
      for (let times = 0; times < at; times += 1) counts.add(gramPlace(at * 7));
    const back = Counts.from(counts.toText(), 4_096);
    for (let at = 0; at < 4_096; at += 1) {
      expect(back.of(at)).toBeGreaterThanOrEqual(Math.floor(counts.of(at) * 0.8));
      expect(back.of(at)).toBeLessThanOrEqual(Math.ceil(counts.of(at) * 1.3));
    }
    expect(counts.toText().length).toBeLessThan(2_000);
  });

  it.each(['', '.zz', 'A!?', '.zzzz.zz', '9'.repeat(10_000)])(
    'takes "%s" for what it is',
    (text) => {
      expect(() => Counts.from(text, 64)).not.toThrow();
    },
  );
});
