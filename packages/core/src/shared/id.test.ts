import fc from 'fast-check';
import { expect, it } from 'vitest';
import { idOf } from './id.ts';

it('gives the same id for the same parts', () => {
  expect(idOf('sig', ['ssh-bruteforce', '203.0.113.7', 41])).toBe(
    idOf('sig', ['ssh-bruteforce', '203.0.113.7', 41]),
  );
});

it('reads as prefix and 26 characters of Crockford base 32', () => {
  expect(idOf('inc', ['x'])).toMatch(/^inc_[0-9a-hjkmnp-tv-z]{26}$/);
});

it('tells apart lists of parts that join to the same text', () => {
  expect(idOf('alr', ['ab', 'c'])).not.toBe(idOf('alr', ['a', 'bc']));
});

it('gives different ids for different parts', () => {
  const parts = fc.array(fc.string(), { maxLength: 4 });
  fc.assert(
    fc.property(
      parts,
      parts,
      (a, b) => (idOf('evd', a) === idOf('evd', b)) === (JSON.stringify(a) === JSON.stringify(b)),
    ),
  );
});
