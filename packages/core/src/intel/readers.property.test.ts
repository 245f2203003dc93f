import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { IndicatorSink } from './indicator.ts';
import { readMispEvents, readMispManifest } from './misp-event.ts';
import { readReport } from './report-text.ts';
import { readStix, readStixObjects } from './stix-bundle.ts';
import { readStixPattern } from './stix-pattern.ts';
import { readWarninglist } from './warninglist.ts';

/** More runs when asked for. */
const RUNS = Number(process.env['CORDON_FUZZ_RUNS'] ?? 200);
const CONTEXT = { where: 'https://feeds.example/x', confidence: 50, label: 'x' };

class CountingSink implements IndicatorSink {
  kept = 0;
  keep(): void {
    this.kept += 1;
  }
  refuse(): void {
    return;
  }
}

const name = fc.constantFrom(
  ...'type id pattern pattern_type objects spec_version revoked valid_from confidence labels source_ref target_ref'.split(
    ' ',
  ),
  ...'Event Attribute Object uuid value to_ids timestamp Tag name list matching_attributes response comment'.split(
    ' ',
  ),
);
const word = fc.constantFrom(
  'bundle',
  'indicator',
  'relationship',
  'sighting',
  'stix',
  "[ipv4-addr:value = '192.0.2.1' OR domain-name:value = 'evil.example']",
  "[file:hashes.'SHA-256' = 'aa']",
  'ip-dst',
  'domain|ip',
  'md5',
  'evil.example|192.0.2.1',
  '2026-03-04T15:00:00Z',
  '-1',
  'hostname',
  'regex',
);
const { document } = fc.letrec((tie) => ({
  document: fc.oneof(
    { maxDepth: 5, depthSize: 'small' },
    word,
    fc.jsonValue({ maxDepth: 1 }),
    fc.array(tie('document'), { maxLength: 4 }),
    fc.dictionary(name, tie('document'), { maxKeys: 6 }),
  ),
}));
const noise = fc.string({ unit: 'binary', maxLength: 300 });
const text = fc.oneof(
  document.map((value) => JSON.stringify(value)),
  fc.tuple(document, fc.nat(400)).map(([value, end]) => JSON.stringify(value).slice(0, end)),
  noise,
);
const piece = fc.constantFrom(
  ..."[ ] ( ) AND OR NOT FOLLOWEDBY = != IN LIKE MATCHES ISSUBSET ' \\ : . , value ipv4-addr WITHIN 5 SECONDS REPEATS TIMES".split(
    ' ',
  ),
  "'192.0.2.1'",
  "[ipv4-addr:value = '192.0.2.1']",
);
const pattern = fc.oneof(
  fc.array(piece, { maxLength: 60 }).map((parts) => parts.join(' ')),
  fc.tuple(piece, fc.integer({ min: 1, max: 2_000 })).map(([part, count]) => part.repeat(count)),
  noise,
);

/** What is kept is bounded by what was given: no indicator without a character of its own. */
function keptOf(given: string, read: (sink: IndicatorSink) => unknown): void {
  const sink = new CountingSink();
  read(sink);
  expect(sink.kept).toBeLessThanOrEqual(given.length);
}

describe('whatever a feed holds, it is read to an end', () => {
  it('STIX', () => {
    fc.assert(
      fc.property(text, (given) => {
        keptOf(given, (sink) => {
          const objects = readStixObjects(given, CONTEXT.where);
          if (objects.ok) readStix(objects.value, CONTEXT, sink);
        });
      }),
      { numRuns: RUNS },
    );
  });

  it('patterns of STIX', () => {
    fc.assert(
      fc.property(pattern, (given) => {
        readStixPattern(given);
      }),
      { numRuns: RUNS },
    );
  });

  it('MISP', () => {
    fc.assert(
      fc.property(text, (given) => {
        keptOf(given, (sink) => readMispEvents(given, CONTEXT, sink));
        readMispManifest(given, CONTEXT.where);
        readWarninglist(given, CONTEXT.where, 'x');
      }),
      { numRuns: RUNS },
    );
  });

  it('reports', () => {
    fc.assert(
      fc.property(fc.oneof(noise, pattern, text), (given) => {
        keptOf(given, (sink) => readReport(given, CONTEXT, sink));
      }),
      { numRuns: RUNS },
    );
  });
});
