import { describe, expect, it } from 'vitest';
import { readCsv, toNumbered } from './delimited.ts';

describe('a row of comma-separated values', () => {
  it.each([
    { name: 'bare values', text: 'a,b, c ,d', values: ['a', 'b', 'c', 'd'] },
    { name: 'empty values', text: ',,,', values: ['', '', '', ''] },
    { name: 'a comma inside quotes', text: 'a,"b,c",d,e', values: ['a', 'b,c', 'd', 'e'] },
    { name: 'doubled quotes', text: '"a ""b"" c",d,e,f', values: ['a "b" c', 'd', 'e', 'f'] },
    { name: 'text behind a quote', text: '"a"x,b,c,d', values: ['a"x', 'b', 'c', 'd'] },
    { name: 'a quote that never closes', text: 'a,b,c,"d,e', values: ['a', 'b', 'c', 'd,e'] },
    { name: 'too few values', text: 'a,b,c', values: undefined },
  ])('$name', ({ text, values }) => {
    expect(readCsv(text)).toEqual(values);
  });

  it('has at most 512 values', () => {
    expect(readCsv(','.repeat(2_000))).toHaveLength(512);
  });

  it('numbers its values from one', () => {
    expect(toNumbered(['a', 'b'])).toEqual({ c1: 'a', c2: 'b' });
  });
});
