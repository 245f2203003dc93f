import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { expect, it } from 'vitest';
import { compileRanges } from './address-range.ts';

const RANGES = ['10.0.0.0/8', '172.16.0.0/12', '192.0.2.7', '0.0.0.0/1', 'fc00::/7', '::1'];

/** What ipaddr.js says of one range. */
function isIn(text: string, range: string): boolean {
  const isAddress = text.includes(':')
    ? ipaddr.isValid(text)
    : ipaddr.IPv4.isValidFourPartDecimal(text);
  if (!isAddress) return false;
  const address = ipaddr.process(text);
  const [base, bits] = ipaddr.parseCIDR(
    range.includes('/') ? range : `${range}/${range.includes(':') ? 128 : 32}`,
  );
  return address.kind() === base.kind() && address.match([base, bits]);
}

it('holds a list of ranges to be any of them, as ipaddr.js reads each', () => {
  const octet = fc.oneof(fc.integer({ min: 0, max: 300 }), fc.constantFrom(10, 172, 192));
  const dotted = fc.array(octet, { minLength: 3, maxLength: 5 }).map((octets) => octets.join('.'));
  const odd = fc.string({ unit: fc.constantFrom('1', '0', '.', ':', 'f', 'x'), maxLength: 9 });
  const text = fc.oneof(
    dotted,
    fc.ipV4(),
    fc.ipV6(),
    odd,
    fc.ipV4().map((ip) => `::ffff:${ip}`),
    fc.constantFrom('::1', '::ffff:a00:1', '192.0.2.7', '010.1.2.3', '10.1.2.3 ', ''),
  );
  fc.assert(
    fc.property(fc.uniqueArray(fc.constantFrom(...RANGES)), text, (ranges, one) => {
      // A leading zero is decimal here and an error there.
      fc.pre(!/(^|\.)0\d/.test(one));
      expect(compileRanges(ranges)(one)).toBe(ranges.some((range) => isIn(one, range)));
    }),
    { numRuns: 2_000 },
  );
});

it.each([
  ['010.001.002.003', true],
  ['10.1.2', false],
  ['10.1.2.3.4', false],
  ['10.1.2.0003', false],
  ['10..2.3', false],
  ['10.1.2.256', false],
  ['10.1.2.-1', false],
])('reads %s as an address in 10.0.0.0/8: %s', (text, isInside) => {
  expect(compileRanges(['10.0.0.0/8'])(text)).toBe(isInside);
});
