import { RE2JS } from 're2js';
import { describe, expect, it } from 'vitest';
import { longestOf, requiredLiterals } from './regex-literal.ts';

describe('the literal that every match of a pattern holds', () => {
  it.each([
    ['abc', '', 'abc'],
    ['ab*cd', '', 'cd'],
    ['ab+cde', '', 'cde'],
    ['ab{0,2}c', '', 'a'],
    ['ab{2}', '', 'ab'],
    ['a|b', '', undefined],
    ['(a|b)xyz', '', 'xyz'],
    ['[abc]xyz\\.exe$', '', 'xyz.exe'],
    ['\\d+foo\\s+barbaz', '', 'barbaz'],
    ['(?i)FOO', '', 'foo'],
    ['FOOsBAR', 'i', 'foo'],
    ['a(?i)bcd', '', undefined],
    ['(?:abc)?', '', undefined],
    ['^.*$', '', undefined],
    ['a{}', '', undefined],
    ['\\x41bc', '', 'bc'],
    ['[]a]bc', '', 'bc'],
  ])('of %s with flags "%s" is %s', (pattern, flags, expected) => {
    expect(longestOf(requiredLiterals(pattern, flags))).toBe(expected);
    expect(() => RE2JS.compile(pattern)).not.toThrow();
  });
});

describe('the least length of a match', () => {
  it.each([
    ['\\s[a-f0-9]{64}\\s[a-f0-9]{16}', 82],
    ['a.c', 3],
    ['ab?c*d+', 2],
    ['a{0,3}b{2,}', 2],
    ['(abc){3}d', 1],
    ['^\\ba\\.b$', 3],
    ['\\x41\\n\\p{L}b', 1],
    ['a|bcd', 0],
    ['[]a]{3}', 3],
  ])('of %s is %s', (pattern, expected) => {
    expect(requiredLiterals(pattern, '').least).toBe(expected);
    expect(() => RE2JS.compile(pattern)).not.toThrow();
  });
});
