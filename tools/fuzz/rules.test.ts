// Sigma rules of the bundle, changed: each is read or refused with a place, and what is read runs to an end.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import {
  createDetectionEngine,
  createNormaliser,
  type Event,
  linkRules,
  parseSigma,
  toEpochMs,
} from '@cordon/core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { loadParsers } from '../../packages/server/src/content/parsers.ts';

/** More runs when asked for. */
const RUNS = Number(process.env['CORDON_FUZZ_RUNS'] ?? 150);
const CONTENT = join(import.meta.dirname, '..', '..', 'content');
const RULES = readdirSync(join(CONTENT, 'rules')).flatMap((id) => {
  const file = join(CONTENT, 'rules', id, 'rule.yml');
  return existsSync(file) ? [readFileSync(file, 'utf8')] : [];
});
const LINES = [
  'Mar  4 10:00:00 gate sshd[7]: Failed password for root from 192.0.2.8 port 22 ssh2',
  'type=EXECVE msg=audit(1772636400.123:7): argc=2 a0="curl" a1="http://evil.example/a"',
  '192.0.2.1 - - [04/Mar/2026:08:15:22 +0000] "GET /../../etc/passwd HTTP/1.1" 200 12 "-" "sqlmap"',
];

async function readEvents(): Promise<readonly Event[]> {
  const { values: parsers } = await loadParsers(join(CONTENT, 'parsers'));
  const normaliser = createNormaliser({ parsers });
  const receivedAt = toEpochMs(1_772_636_400_000);
  return LINES.flatMap((text, offset) => {
    const outcome = normaliser.normalise({ offset, sourceId: 'fuzz', receivedAt, text });
    return outcome.kind === 'parsed' ? [outcome.event] : [];
  });
}
const EVENTS = await readEvents();

const word = fc.constantFrom(
  ...'|contains |re |cidr |base64offset |all |windash |gte |fieldref |exists |expand 1 of them not and or ( ) * ? \\ : - {} [] null ~ "" &a *a !!js'.split(
    ' ',
  ),
  ...[
    '(a+)+$',
    '[a-',
    '^(?:x{1,999}){1,999}$',
    '\\u0000',
    '  ',
    '\n',
    '\t',
    '---\n',
    '9'.repeat(30),
  ],
  'timespan: 99999999999d',
  'condition: s | count() > 1',
  'type: value_count',
);
const changed = fc
  .tuple(
    fc.constantFrom(...RULES),
    fc.array(fc.tuple(fc.nat(2_000), fc.nat(8), word), { maxLength: 8 }),
  )
  .map(([text, changes]) =>
    changes.reduce((rule, [at, length, put]) => {
      const place = at % (rule.length + 1);
      return rule.slice(0, place) + put + rule.slice(place + length);
    }, text),
  );
const nested = fc
  .tuple(
    fc.constantFrom('(', 'not ', '[', '{a: ', '- ', 'a and '),
    fc.integer({ min: 1, max: 3_000 }),
  )
  .map(
    ([piece, count]) =>
      `title: x\nid: x\nlogsource: {product: linux}\ndetection:\n  a: {b: c}\n  condition: ${piece.repeat(count)}a\n`,
  );

it('whatever a rule says, it is refused with its place, or runs to an end', () => {
  fc.assert(
    fc.property(fc.oneof({ weight: 8, arbitrary: changed }, nested), (text) => {
      const { values, problems } = parseSigma(text, 'fuzz.yml');
      for (const { code, detail } of problems) expect(code + detail).not.toBe('');
      const linked = linkRules(values);
      const engine = createDetectionEngine({ rules: linked.values });
      for (const event of EVENTS) {
        const signals = engine.evaluate(event);
        expect(signals.length).toBeLessThanOrEqual(linked.values.length);
      }
      engine.finish();
    }),
    { numRuns: RUNS },
  );
});
