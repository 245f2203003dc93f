import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileParser, matchMessage } from './compile-parser.ts';
import type { ParserDefinition } from './parser.ts';

type When = Readonly<Record<string, readonly string[]>>;

const parserOf = (whens: readonly When[]): ParserDefinition => ({
  id: 'p',
  title: 'p',
  reader: 'json',
  programs: [],
  keys: [],
  isGeneric: false,
  heads: [],
  time: [],
  logsource: {},
  messages: whens.map((when, at) => ({
    name: `m${at}`,
    when,
    patterns: [],
    regexes: [],
    columns: [],
    isKeyValue: false,
    classUid: 0,
    alias: {},
    set: {},
    isSkipped: false,
  })),
});

/** Two fields with a shared alternative, values with and without a wildcard, and conditions of presence. */
const value = fc.constantFrom('1', '2', '3', 'Add', '4*', '*');
const when: fc.Arbitrary<When> = fc.dictionary(
  fc.constantFrom('id', 'name', 'id|name', 'at.id'),
  fc.array(value, { maxLength: 3 }),
  { maxKeys: 2 },
);
const said = fc.oneof(
  fc.constantFrom('1', 2, 3, 'add', '41', '', '-', null, true),
  fc.constant([1, 'x']),
);
const fields = fc.record(
  { id: said, name: said, at: fc.record({ id: said }) },
  { requiredKeys: [] },
);

describe('messages found by the value of one field', () => {
  it('are among all those that hold, in their order', () => {
    fc.assert(
      fc.property(fc.array(when, { maxLength: 12 }), fields, (whens, given) => {
        const { messages, messagesOf } = compileParser(parserOf(whens));
        const holding = messages.filter((message) => matchMessage(message, given, ''));
        const asked = messagesOf(given);
        expect(asked.filter((message) => matchMessage(message, given, ''))).toEqual(holding);
        expect(asked).toEqual(messages.filter((message) => asked.includes(message)));
      }),
    );
  });

  it('are only those of the value and those that take any', () => {
    const whens = [{ id: ['1'] }, { id: ['2'] }, { id: ['3'] }, { id: ['4'], name: ['x'] }, {}];
    const { messagesOf } = compileParser(parserOf(whens));
    const names = (given: object) => messagesOf({ ...given }).map(({ name }) => name);
    expect(names({ id: 2 })).toEqual(['m1', 'm4']);
    expect(names({ id: 9 })).toEqual(['m4']);
    expect(names({})).toEqual(['m4']);
    expect(names({ id: [1, 2] })).toHaveLength(5);
  });
});
