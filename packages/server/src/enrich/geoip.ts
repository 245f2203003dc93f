import { err, type GeoFacts, type GeoLookup, ok, type Result } from '@cordon/core';
import { Reader } from 'mmdb-lib';

/*
 * GeoIP databases in MaxMind's format, as MaxMind, DB-IP and IPinfo publish them: countries, cities
 * and autonomous systems. Several may be given; the first that tells a member holds.
 */

type Row = Readonly<Record<string, unknown>>;

const rowOf = (value: unknown): Row =>
  typeof value === 'object' && value !== null ? (value as Row) : {};
const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value.slice(0, 128) : undefined;
const numberOf = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined;

/** What is given; undefined when nothing is. */
function given<T extends object>(
  members: { readonly [K in keyof T]: T[K] | undefined },
): T | undefined {
  const kept = Object.entries(members).filter(([, value]) => value !== undefined);
  return kept.length === 0 ? undefined : (Object.fromEntries(kept) as T);
}

/** IPinfo writes `AS64500`. */
const systemNumber = (row: Row): number | undefined =>
  numberOf(row['autonomous_system_number']) ??
  numberOf(Number(textOf(row['asn'])?.replace(/^AS/i, '') ?? Number.NaN));

function toFacts(value: unknown): GeoFacts | undefined {
  const row = rowOf(value);
  const place = rowOf(row['location']);
  const location = given<NonNullable<GeoFacts['location']>>({
    city: textOf(rowOf(rowOf(row['city'])['names'])['en']) ?? textOf(row['city']),
    country: textOf(rowOf(row['country'])['iso_code']) ?? textOf(row['country_code']),
    continent: textOf(rowOf(row['continent'])['code']) ?? textOf(row['continent_code']),
    lat: numberOf(place['latitude']),
    long: numberOf(place['longitude']),
  });
  const system = given<NonNullable<GeoFacts['autonomous_system']>>({
    number: systemNumber(row),
    name: textOf(row['autonomous_system_organization']) ?? textOf(row['as_name']),
  });
  return given<GeoFacts>({ location, autonomous_system: system });
}

/** Opens one database; a damaged one is refused. */
export function readGeoip(bytes: Buffer, file: string): Result<GeoLookup> {
  try {
    const reader = new Reader<never>(bytes);
    // A tree that leads out of the file shows on the first walk.
    reader.get('192.0.2.1');
    return ok({ find: (ip) => lookUp(reader, ip) });
  } catch (error) {
    return err({
      code: 'geoip_broken',
      detail: `It is not a whole database: ${error instanceof Error ? error.message : String(error)}.`,
      hint: 'Give a file in MaxMind DB format (.mmdb), e.g. GeoLite2-City.mmdb.',
      at: { file },
      retryable: false,
    });
  }
}

/** A damaged record is one that says nothing. */
function lookUp(reader: Reader<never>, ip: string): GeoFacts | undefined {
  try {
    return toFacts(reader.get(ip));
  } catch {
    return undefined;
  }
}

/** Several databases as one. */
export const joinGeo = (lookups: readonly GeoLookup[]): GeoLookup => ({
  find(ip) {
    const found = lookups.flatMap((one) => one.find(ip) ?? []).reverse();
    return found.length === 0 ? undefined : (Object.assign({}, ...found) as GeoFacts);
  },
});
