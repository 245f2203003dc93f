import fc from 'fast-check';
import { RE2JS } from 're2js';
import { describe, expect, it } from 'vitest';
import { toBoundedRegex } from './bounded-regex.ts';

describe('a pattern for the platform', () => {
  it.each([
    ['\\\\[a-zA-Z0-9]{1,32}\\.[a-zA-Z0-9]{1,6}\\.[ "\']{1}', true],
    ['\\s[a-fA-F0-9]{64}\\s[a-fA-F0-9]{16}', true],
    ['a\\??', true],
    ['x[ab]{1,300}c', true],
    ['\\w{250}c', false],
    ['a?b', false],
    ['ab?b?b?b?c', false],
    ['a[a-z]{9}b', false],
    ['\\w+x', false],
    ['a.b', false],
    ['(a{1,9}){1,9}', false],
    ['a{1,20}a{1,20}', false],
    ['[ab]{1,30}c{0,9}[ab]{9}', false],
    ['a{600}', false],
    ['[^a]', false],
    ['[]a]', false],
    ['[\\s-a]', false],
    ['[[:alpha:]]', false],
    ['(?i)a', false],
    ['a|b', false],
    ['^a$', true],
    ['^[A-Za-z0-9]{16}$', true],
    ['\\\\[a-z]{8}\\.tmp$', true],
    ['^[a-z]?b', true],
    ['^[a-z]{0,9}b', false],
    ['a[0-9]{1,9}$', false],
    ['^', false],
    ['a^', false],
    ['$a', false],
    ['a\\$', true],
    ['a{2}?', false],
    ['é', false],
    ['', false],
  ])('%s: %s', (pattern, isBounded) => {
    expect(toBoundedRegex(pattern) !== undefined).toBe(isBounded);
  });

  it('means what RE2 means by it, in any text', () => {
    const part = fc.constantFrom(
      'a',
      '\\.',
      '\\\\',
      '\\s',
      '\\d',
      '\\w',
      '[a-c]',
      '[\\s.]',
      '[\\w-]',
      '-',
      '[ "]',
    );
    const repeat = fc.constantFrom('', '', '?', '{2}', '{0,2}', '{1,3}');
    const pattern = fc
      .tuple(
        fc.constantFrom('', '', '^'),
        fc.array(fc.tuple(part, repeat), { minLength: 1, maxLength: 4 }),
        fc.constantFrom('', '', '$'),
      )
      .map(([start, parts, end]) => start + parts.flat().join('') + end);
    const char = fc.constantFrom(
      'a',
      'b',
      '.',
      '\\',
      ' ',
      '\u00a0',
      '\v',
      '\n',
      '1',
      '-',
      '"',
      'é',
      '\u{1f600}',
      '\ud800',
    );
    const text = fc.array(char, { maxLength: 12 }).map((list) => list.join(''));
    fc.assert(
      fc.property(pattern, fc.array(text, { minLength: 5, maxLength: 5 }), (source, texts) => {
        const own = toBoundedRegex(source);
        const re2 = RE2JS.compile(source);
        if (own)
          expect(texts.map((one) => own.test(one))).toEqual(texts.map((one) => re2.test(one)));
      }),
      { numRuns: 2_000 },
    );
  });
});
