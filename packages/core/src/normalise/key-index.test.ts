import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compileParser } from './compile-parser.ts';
import { createKeyIndex } from './key-index.ts';
import { hasKey } from './map-attributes.ts';
import type { ParserDefinition } from './parser.ts';

const parserOf = (keys: readonly string[], at: number): ParserDefinition => ({
  id: `p${at}`,
  title: 'p',
  reader: at % 5 === 4 ? 'windows' : 'json',
  programs: [],
  keys,
  isGeneric: false,
  heads: [],
  time: [],
  logsource: {},
  messages: [],
});

const name = fc.constantFrom('a', 'b', 'c', 'a.b', 'a.b.c', 'b.c');
const keys = fc.array(
  fc.array(name, { minLength: 1, maxLength: 2 }).map((names) => names.join('|')),
  { maxLength: 3 },
);
const leaf = fc.constantFrom<unknown>('x', 0, '', null, { b: 1 }, { 'b.c': 1 }, { b: { c: 1 } });
const json = fc.dictionary(fc.oneof(name, fc.constant('other')), leaf);

it('finds every parser whose keys an object has, in their order, and each of another reader', () => {
  fc.assert(
    fc.property(fc.array(keys, { maxLength: 10 }), json, (list, object) => {
      const parsers = list.map(parserOf).map(compileParser);
      const found = createKeyIndex(parsers)(object);
      const able = parsers.filter(
        ({ definition }) =>
          definition.reader !== 'json' || definition.keys.every((key) => hasKey(object, key)),
      );
      expect(found.filter((parser) => able.includes(parser))).toEqual(able);
      expect(found).toEqual(parsers.filter((parser) => found.includes(parser)));
    }),
  );
});

it('leaves out who asks for other names', () => {
  const parsers = [['a', 'b'], ['c'], ['a.b|c']].map(parserOf).map(compileParser);
  const ids = (object: object) =>
    createKeyIndex(parsers)({ ...object }).map(({ definition }) => definition.id);
  expect(ids({ c: 1 })).toEqual(['p1', 'p2']);
  expect(ids({ b: 1 })).toEqual(['p0']);
  expect(ids({ d: 1 })).toEqual([]);
  expect(createKeyIndex(parsers)(undefined)).toEqual([]);
});
