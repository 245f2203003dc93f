import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fold } from './event-view.ts';
import { GramTable } from './gram-table.ts';

/** Few characters, so that texts are found; some whose lower case is another length or ASCII. */
const chars = fc.constantFrom('a', 'b', 'c', 'A', 'é', 'K', 'İ', 'ß', 'Σ', '\u{1f600}', '.');
const textOf = (minLength: number, maxLength: number) =>
  fc.array(chars, { minLength, maxLength }).map((list) => list.join(''));
const folded = (minLength: number) => textOf(minLength, minLength + 6).map(fold);

const tableOf = (texts: readonly string[]) =>
  new GramTable(new Map(texts.map((text) => [text, text])));

function found(table: GramTable<string>, value: string): readonly string[] {
  const all = new Set<string>();
  table.scan(value, (text) => {
    all.add(text);
    return false;
  });
  return [...all].sort();
}

describe('texts sought in one pass', () => {
  it.each([
    ['of any length', 1],
    ['long ones, by leaps', 6],
  ])('are those that a search for each finds: %s', (_, least) => {
    fc.assert(
      fc.property(
        fc.uniqueArray(folded(least), { minLength: 1, maxLength: 8 }),
        textOf(0, 40),
        fc.nat(),
        (texts, around, pick) => {
          const one = texts[pick % texts.length] ?? '';
          const value = fold(around.slice(0, pick % 20) + one + around.slice(pick % 20));
          const expected = texts.filter((text) => value.includes(text)).sort();
          expect(found(tableOf(texts), value)).toEqual(expected);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('are never missed in a value that was not folded', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(folded(3), { minLength: 1, maxLength: 4 }),
        textOf(0, 30),
        (texts, value) => {
          const holds = texts.some((text) => fold(value).includes(text));
          // Values beyond ASCII are folded before, as the index does for texts beyond ASCII.
          if (holds && texts.every((text) => /^[\0-\x7f]*$/.test(text)))
            expect(tableOf(texts).mayHold(value)).toBe(true);
        },
      ),
      { numRuns: 5_000 },
    );
  });

  it('stops when that is enough', () => {
    let asked = 0;
    const table = tableOf(['abc', 'bcd', 'cde']);
    expect(table.scan('abcde', () => ++asked === 2)).toBe(true);
    expect(asked).toBe(2);
  });
});
