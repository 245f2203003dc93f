import type { Json } from '@cordon/core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { packSnapshot, piecesOf, unpackSnapshot } from './packed-snapshot.ts';

const json = fc.jsonValue({ maxDepth: 5 }) as fc.Arbitrary<Json>;

it('writes in pieces what JSON writes at once', () => {
  fc.assert(
    fc.property(json, (value) => {
      expect([...piecesOf(value)].join('')).toBe(JSON.stringify(value));
    }),
  );
});

it('cuts long lists into pieces, and leaves out members without a value, as JSON does', () => {
  const rows = Array.from({ length: 1_000 }, (_, n) => [n, { text: `row ${n}` }]);
  const value = { rows, none: undefined, inner: { rows, empty: {}, nothing: [] } };
  const pieces = [...piecesOf(value as unknown as Json)];
  expect(pieces.join('')).toBe(JSON.stringify(value));
  expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(5_000);
});

it('packs small, lets others have their turn while it writes, and unpacks the same', async () => {
  const value = Array.from({ length: 50_000 }, (_, n) => [`key ${n}`, { at: n, text: 'the same' }]);
  let turns = 0;
  let isWriting = true;
  const count = (): void => {
    turns += 1;
    if (isWriting) setImmediate(count);
  };
  setImmediate(count);
  const text = await packSnapshot(value);
  isWriting = false;
  expect(turns).toBeGreaterThan(5);
  expect(text.length).toBeLessThan(JSON.stringify(value).length / 4);
  expect(unpackSnapshot(text)).toEqual(value);
});
