import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { writeMmdb } from './fixtures/mmdb.ts';
import { joinGeo, readGeoip } from './geoip.ts';

const CITY = writeMmdb({
  '203.0.113.0/24': {
    city: { names: { en: 'Utrecht', nl: 'Utrecht' } },
    country: { iso_code: 'NL' },
    continent: { code: 'EU' },
    location: { latitude: 52.09, longitude: 5.12 },
  },
  '198.51.100.0/25': { country_code: 'FR', asn: 'AS64501', as_name: 'Some Net' },
});
const SYSTEM = writeMmdb({
  '203.0.113.0/25': {
    autonomous_system_number: 64_500,
    autonomous_system_organization: 'Example Net',
  },
});

function open(bytes: Buffer) {
  const read = readGeoip(bytes, 'x.mmdb');
  if (!read.ok) throw new Error(read.problem.detail);
  return read.value;
}

describe('GeoIP databases', () => {
  it('tell where an address is and who announces it, several as one', () => {
    const geo = joinGeo([open(CITY), open(SYSTEM)]);
    const location = {
      city: 'Utrecht',
      country: 'NL',
      continent: 'EU',
      lat: 52.09,
      long: 5.12,
    };
    expect(geo.find('203.0.113.9')).toEqual({
      location,
      autonomous_system: { number: 64_500, name: 'Example Net' },
    });
    expect(geo.find('203.0.113.200')).toEqual({ location });
    expect(geo.find('198.51.100.1')).toEqual({
      location: { country: 'FR' },
      autonomous_system: { number: 64_501, name: 'Some Net' },
    });
    expect(geo.find('198.51.100.200')).toBeUndefined();
    expect(geo.find('2001:db8::1')).toBeUndefined();
  });

  it('never throw, however damaged they are', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(CITY.length - 1), fc.integer({ min: 0, max: 255 })), {
          minLength: 1,
          maxLength: 8,
        }),
        fc.nat(CITY.length),
        (changes, length) => {
          const bytes = Buffer.from(CITY);
          for (const [at, value] of changes) bytes[at] = value;
          for (const damaged of [bytes, bytes.subarray(0, length)]) {
            const read = readGeoip(damaged, 'x.mmdb');
            if (read.ok) read.value.find('203.0.113.9');
            else expect(read.problem.code).toBe('geoip_broken');
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});
