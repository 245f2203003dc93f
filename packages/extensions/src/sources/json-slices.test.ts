import fc from 'fast-check';
import { expect, it } from 'vitest';
import { sliceItems } from './json-slices.ts';

it('gives the elements as they were written', () => {
  const text = '{ "a": {"Records" : [ {"n":12345678901234567890,"s":"]}\\"" } ,2, "x" , [] ] } }';
  expect(sliceItems(text, ['a', 'Records'])).toEqual([
    '{"n":12345678901234567890,"s":"]}\\"" }',
    '2',
    '"x"',
    '[]',
  ]);
});

it.each([
  ['{"a":1}', ['a']],
  ['{"a":[1]}', ['b']],
  ['[1]', ['a']],
  ['"a"', []],
])('finds no array in %s at %j', (text, path) => expect(sliceItems(text, path)).toBeUndefined());

it('agrees with the parser on whatever is valid', () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue()), fc.jsonValue(), (items, other) => {
      const text = JSON.stringify({ other, value: items, after: other }, undefined, 1);
      const slices = sliceItems(text, ['value'])?.map((slice) => JSON.parse(slice) as unknown);
      expect(slices).toEqual(JSON.parse(JSON.stringify(items)));
    }),
  );
});
