// Records of every bundled parser, changed, cut and mixed: each is read or set aside, in proportion.
import process from 'node:process';
import { createNormaliser, toEpochMs } from '@cordon/core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { loadParsers } from '../../packages/server/src/content/parsers.ts';
import { PARSERS_DIR, readParserRecords } from '../parser-records.ts';

/** More runs when asked for. */
const RUNS = Number(process.env['CORDON_FUZZ_RUNS'] ?? 300);
/** An event repeats its record in a few forms: fields, observables, attributes. */
const GROWTH = 24;
const SLACK = 6_000;
const { values: parsers } = await loadParsers(PARSERS_DIR);

const RECORDS = readParserRecords();

const record = fc.constantFrom(...RECORDS);
const piece = fc.oneof(
  fc.constantFrom(
    '"',
    '\\',
    '=',
    '|',
    '<',
    '>',
    '&',
    '%',
    '\t',
    '\n',
    '[',
    ']',
    '{',
    '}',
    ',',
    ' ',
  ),
  fc.constantFrom('\u0000', '\uFFFD', '\u202e', '__proto__', '-1', '99999999999999999999', 'NaN'),
  fc.string({ unit: 'binary', maxLength: 12 }),
);
const changed = fc
  .tuple(record, fc.array(fc.tuple(fc.nat(1_000), fc.nat(6), piece), { maxLength: 6 }))
  .map(([text, changes]) =>
    changes.reduce((line, [at, length, put]) => {
      const place = at % (line.length + 1);
      return line.slice(0, place) + put + line.slice(place + length);
    }, text),
  );
const cut = fc
  .tuple(record, fc.nat(2_000))
  .map(([text, end]) => text.slice(0, end % (text.length + 1)));
const mixed = fc
  .tuple(record, record, fc.nat(2_000))
  .map(([a, b, at]) => a.slice(0, at % (a.length + 1)) + b.slice(at % (b.length + 1)));
const repeated = fc
  .tuple(record, fc.nat(1_000), fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 200 }))
  .map(([text, at, length, count]) => {
    const place = at % (text.length + 1);
    const part = text.slice(place, place + length);
    return (text.slice(0, place) + part.repeat(count) + text.slice(place)).slice(0, 20_000);
  });

it('whatever a record holds, the parsers answer, in proportion', () => {
  const normaliser = createNormaliser({ parsers });
  let offset = 0;
  fc.assert(
    fc.property(fc.oneof(changed, cut, mixed, repeated), (text) => {
      offset += 1;
      const receivedAt = toEpochMs(1_772_636_400_000);
      const outcome = normaliser.normalise({ offset, sourceId: 'fuzz', receivedAt, text });
      expect(['parsed', 'unparsed', 'skipped']).toContain(outcome.kind);
      if (outcome.kind !== 'parsed') return;
      const { event } = outcome;
      expect(Number.isFinite(event.time)).toBe(true);
      expect(event.provenance.offset).toBe(offset);
      const { provenance: _, ...said } = event;
      expect(JSON.stringify(said).length).toBeLessThanOrEqual(SLACK + GROWTH * text.length);
    }),
    { numRuns: RUNS },
  );
});
