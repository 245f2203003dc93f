import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFilter, filterAt, gramsOf, mayHold, SLICE_BYTES } from './block-filter.ts';

const filterOf = (data: Uint8Array, slice = SLICE_BYTES): Uint8Array => {
  const filter = createFilter(data.length);
  for (let at = 0; at < data.length; at += slice) filter.add(data.subarray(at, at + slice));
  return filter.finish();
};

describe('the filter of a block', () => {
  it('misses no text that is in the block, wherever it stands and however the block was given', () => {
    const given = fc.record({
      data: fc.uint8Array({ minLength: 1, maxLength: 3_000 }),
      from: fc.nat(2_999),
      length: fc.nat(60),
      slice: fc.integer({ min: 1, max: 500 }),
    });
    fc.assert(
      fc.property(given, ({ data, from, length, slice }) => {
        const text = data.subarray(from, from + length);
        expect(mayHold(filterOf(data, slice), gramsOf(text))).toBe(true);
      }),
    );
  });

  it('says nothing of texts under eight bytes, and something of longer ones', () => {
    expect(gramsOf(Buffer.from('1234567'))).toEqual([]);
    expect(gramsOf(Buffer.from('12345678')).length).toBeGreaterThan(0);
  });

  it('rules out most blocks for a value that is in none of them', () => {
    const lines = Array.from(
      { length: 2_000 },
      (_, n) =>
        `<86>1 web-${n % 7} sshd ${n} Failed password for user${n % 90} from 198.51.${n % 250}.${(n * 7) % 250} port ${30_000 + ((n * 37) % 30_000)} ssh2`,
    ).join('\n');
    const data = Buffer.from(lines);
    const filter = filterOf(data);
    expect(filter.length).toBeLessThanOrEqual(data.length / 8);
    const absent = Array.from({ length: 500 }, (_, n) => `203.0.${n % 250}.${(n * 13) % 250} port`);
    const kept = absent.filter((text) => mayHold(filter, gramsOf(Buffer.from(text))));
    expect(kept.length).toBeLessThan(25);
  });

  it('is not believed when it does not fit its checksum', () => {
    const filter = Buffer.from([1, 2, 3, 4]);
    const place = { position: 10, length: 4, crc: crc32(filter) };
    expect(filterAt(Buffer.concat([Buffer.alloc(2), filter]), 8, place)).toEqual(filter);
    expect(filterAt(Buffer.alloc(6), 8, place)).toBeUndefined();
    expect(filterAt(filter, 8, place)).toBeUndefined();
  });
});
