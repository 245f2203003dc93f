import { describe, expect, it } from 'vitest';
import { witnessOf } from './witness.ts';

describe('a witness', () => {
  it.each([
    ['^user "(?P<u>[^"]*)" was not found', '" was not found'],
    ['abc', 'abc'],
    ['ab?cd', 'cd'],
    ['ab*', 'a'],
    ['a{0,3}bc', 'bc'],
    ['x+yz', 'yz'],
    ['\\[client (?P<c>\\S+)\\] denied', '[client '],
    ['\\d\\d/foo', '/foo'],
    ['(?:abc)?de', 'de'],
    ['[a-z]bc', 'bc'],
    ['([)]x)bcd', 'bcd'],
    ['one|three', ''],
    ['(?i)abc', ''],
    ['(a|b)', ''],
    ['', ''],
  ])('of %j is %j', (pattern, witness) => {
    expect(witnessOf(pattern)).toBe(witness);
  });
});
