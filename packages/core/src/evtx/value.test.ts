import { describe, expect, it } from 'vitest';
import { toChunkBytes } from './chunk-bytes.ts';
import { crc32 } from './crc32.ts';
import { utf16 } from './fixtures/evtx-writer.ts';
import { readValue } from './value.ts';

const hex = (text: string): Uint8Array =>
  Uint8Array.from(text.replace(/\s/g, '').match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
const ascii = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0));

function read(type: number, bytes: Uint8Array): unknown {
  const padded = new Uint8Array(bytes.length + 3);
  padded.set(bytes, 3);
  return readValue(toChunkBytes(padded), { type, from: 3, size: bytes.length });
}

const SYSTEM = '010500000000000515000000 01000000 02000000 03000000 f4010000';

describe('a value', () => {
  it.each([
    ['null', 0x00, hex(''), null],
    ['a string', 0x01, utf16('Größe 𝄞'), 'Größe 𝄞'],
    ['a string with NULs behind it', 0x01, utf16('a\0b\0\0'), 'a\0b'],
    ['an empty string', 0x01, hex(''), ''],
    ['a lone surrogate', 0x01, hex('00d8'), '\ud800'],
    ['a long string', 0x01, utf16('ab'.repeat(6_000)), 'ab'.repeat(6_000)],
    ['an ANSI string', 0x02, hex('80e4 41 00 ff'), '€äA'],
    ['int8', 0x03, hex('ff'), -1],
    ['uint8', 0x04, hex('ff'), 255],
    ['int16', 0x05, hex('feff'), -2],
    ['uint16', 0x06, hex('feff'), 65_534],
    ['int32', 0x07, hex('00000080'), -2_147_483_648],
    ['uint32', 0x08, hex('ffffffff'), 4_294_967_295],
    ['int64', 0x09, hex('ffffffffffffffff'), -1],
    ['int64 that no number holds', 0x09, hex('0000000000000080'), '-9223372036854775808'],
    ['uint64', 0x0a, hex('0100000001000000'), 4_294_967_297],
    ['uint64 that no number holds', 0x0a, hex('ffffffffffffffff'), '18446744073709551615'],
    ['real32', 0x0b, hex('0000c03f'), 1.5],
    ['real64', 0x0c, hex('9a9999999999b93f'), 0.1],
    ['NaN', 0x0c, hex('000000000000f87f'), 'NaN'],
    ['infinity', 0x0b, hex('000080ff'), '-Infinity'],
    ['true', 0x0d, hex('01000000'), true],
    ['false', 0x0d, hex('00000000'), false],
    ['true in one byte', 0x0d, hex('01'), true],
    ['binary', 0x0e, hex('00abff'), '00ABFF'],
    [
      'a GUID',
      0x0f,
      hex('5f387057 2ac2 e043 bf4c 06f5698ffbd9'),
      '5770385F-C22A-43E0-BF4C-06F5698FFBD9',
    ],
    ['SizeT of 32 bits', 0x10, hex('10000000'), '0x10'],
    ['SizeT of 64 bits', 0x10, hex('1000000000000000'), '0x10'],
    ['FILETIME', 0x11, hex('00803ed5deb19d01'), '1970-01-01T00:00:00.000000Z'],
    ['FILETIME zero', 0x11, hex('0000000000000000'), '1601-01-01T00:00:00.000000Z'],
    ['FILETIME with microseconds', 0x11, hex('0b803ed5deb19d01'), '1970-01-01T00:00:00.000001Z'],
    ['FILETIME past all calendars', 0x11, hex('ffffffffffffffff'), '18446744073709551615'],
    [
      'SYSTEMTIME',
      0x12,
      hex('ea07 0300 0300 0400 0e00 0500 0900 7b00'),
      '2026-03-04T14:05:09.123000Z',
    ],
    ['a SID', 0x13, hex(SYSTEM), 'S-1-5-21-1-2-3-500'],
    ['a SID whose count lies', 0x13, hex('01ff000000000005'), '01FF000000000005'],
    ['hex32', 0x14, hex('10040000'), '0x410'],
    ['hex64', 0x15, hex('0000000000002080'), '0x8020000000000000'],
    ['a handle', 0x20, hex('01020304'), '01020304'],
    ['XML as text', 0x23, utf16('<a/>'), '<a/>'],
    ['strings', 0x81, utf16('a\0bc\0'), ['a', 'bc']],
    ['strings, the last without end', 0x81, utf16('\0bc'), ['', 'bc']],
    ['ANSI strings', 0x82, ascii('a\0bc'), ['a', 'bc']],
    ['int8s', 0x83, hex('ff01'), [-1, 1]],
    ['uint8s', 0x84, hex('ff01'), [255, 1]],
    ['int16s', 0x85, hex('ffff0100'), [-1, 1]],
    ['uint16s', 0x86, hex('ffff0100'), [65_535, 1]],
    ['int32s', 0x87, hex('ffffffff01000000'), [-1, 1]],
    ['uint32s', 0x88, hex('ffffffff01000000'), [4_294_967_295, 1]],
    ['int64s', 0x89, hex('ffffffffffffffff'), [-1]],
    ['uint64s', 0x8a, hex('0100000000000000'), [1]],
    ['real32s', 0x8b, hex('0000c03f0000c0bf'), [1.5, -1.5]],
    ['real64s', 0x8c, hex('000000000000f83f'), [1.5]],
    ['booleans', 0x8d, hex('0100000000000000'), [true, false]],
    ['binaries, which nobody can tell apart', 0x8e, hex('0102'), '0102'],
    ['GUIDs', 0x8f, hex('00'.repeat(16)), ['00000000-0000-0000-0000-000000000000']],
    ['SizeTs', 0x90, hex('0100000000000000'), ['0x1']],
    ['FILETIMEs', 0x91, hex('00803ed5deb19d01'), ['1970-01-01T00:00:00.000000Z']],
    [
      'SYSTEMTIMEs',
      0x92,
      hex('ea07 0300 0300 0400 0e00 0500 0900 7b00'),
      ['2026-03-04T14:05:09.123000Z'],
    ],
    [
      'SIDs',
      0x93,
      hex('0101000000000005120000000101000000000005 13000000'),
      ['S-1-5-18', 'S-1-5-19'],
    ],
    ['SIDs that end early', 0x93, hex('01010000000000051200'), '01010000000000051200'],
    ['hex32s', 0x94, hex('0a00000000000000'), ['0xa', '0x0']],
    ['hex64s', 0x95, hex('0a00000000000000'), ['0xa']],
    ['an array whose size does not fit', 0x88, hex('0102030405'), '0102030405'],
    ['a number of another size', 0x08, hex('0102'), '0102'],
    ['nothing where a number should be', 0x08, hex(''), null],
  ] as const)('reads %s', (...[, type, bytes, expected]) => {
    expect(read(type, bytes)).toEqual(expected);
  });

  it('refuses a type that does not exist', () => {
    expect(() => read(0x5f, hex('00'))).toThrow('no type of value 0x5f');
  });
});

describe('crc32', () => {
  it.each([
    ['', 0],
    ['123456789', 0xcbf43926],
    ['The quick brown fox jumps over the lazy dog', 0x414fa339],
  ])('of "%s"', (text, sum) => {
    expect(crc32(ascii(text))).toBe(sum);
    expect(crc32(ascii(text.slice(0, 5)), ascii(text.slice(5)))).toBe(sum);
  });
});
