import { describe, expect, it } from 'vitest';
import type { ValueTest } from './ast.ts';
import { mergeTexts } from './text-list.ts';
import { readTokens } from './token.ts';

const test = (text: string, cased = false): ValueTest => ({
  type: 'string',
  value: readTokens(text),
  cased,
});

const INSIDE = Array.from({ length: 8 }, (_, at) => test(`*Word${at}*`));
const ENDS = ['cmd', 'pwsh', 'wscript', 'mshta'].map((name) => test(`*\\\\${name}.exe`));

describe('a list of texts', () => {
  it.each([
    ['a word inside', 'xx word3 yy', true],
    ['the end of a path', 'c:\\windows\\cmd.exe', true],
    ['the end of a path after another separator', 'c:/windows/cmd.exe', false],
    ['the end of a longer name', 'c:\\xcmd.exe', false],
    ['an end that is not the last', 'c:\\cmd.exe\\x', false],
    ['none of them', 'word', false],
  ])('is one test: %s', (_, value, expected) => {
    const { tests, rest } = mergeTexts([...INSIDE, ...ENDS]);
    expect([tests.length, rest.length]).toEqual([2, 0]);
    expect(tests.some((one) => one(value))).toBe(expected);
  });

  it('leaves short lists, short texts and what minds case as they are', () => {
    const others = [test('*ab*'), test('*Abcdef*', true), test('a*b'), ...INSIDE.slice(1)];
    const { tests, rest } = mergeTexts(others);
    expect([tests.length, rest.length]).toEqual([0, others.length]);
  });
});
