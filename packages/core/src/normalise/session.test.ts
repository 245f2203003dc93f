import { describe, expect, it } from 'vitest';
import type { RawRecord } from '../event/record.ts';
import { MINUTE_MS, toEpochMs } from '../shared/time.ts';
import { createNormaliser } from './create-normaliser.ts';
import { parseParser } from './parse-parser.ts';

const YAML = `
id: gate
title: Gate
read: text
session: {by: [unit, visit], keep: [ip, user], minutes: 5}
set: {src_endpoint.ip: $ip, user.name: $user}
messages:
  - {name: named, regex: '^(?:(?P<unit>\\w+) )?#(?P<visit>\\d+)(?: from (?P<ip>[\\d.]+))?(?: as (?P<user>\\S+))?$', class: 3002}
  - {name: nameless, pattern: 'quiet {what*}', class: 3002}`;
const { values: parsers } = parseParser(YAML, 'x.yml');

/** Address and user of every record; `-` what it does not have. */
function read(...records: readonly (string | Partial<RawRecord>)[]) {
  const normaliser = createNormaliser({ parsers });
  return records.map((given, offset) => {
    const more = typeof given === 'string' ? { text: given } : given;
    const record = { offset, sourceId: 's', receivedAt: toEpochMs(1_000), text: '', ...more };
    const made = normaliser.normalise(record);
    if (made.kind !== 'parsed') return made.kind;
    const { src_endpoint, user, provenance } = made.event;
    const added = provenance.fromSession ? ` +${provenance.fromSession.join(',')}` : '';
    return `${src_endpoint?.ip ?? '-'} ${user?.name ?? '-'}${added}`;
  });
}

const FIRST = 'a #1 from 192.0.2.1 as ada';

describe('records of one session', () => {
  it('know what the earlier ones said, and say what they know from them', () => {
    expect(read(FIRST, 'a #1')).toEqual(['192.0.2.1 ada', '192.0.2.1 ada +ip,user']);
  });

  it('count what they say themselves, and it holds from then on', () => {
    expect(read(FIRST, 'a #1 from 192.0.2.9', 'a #1')).toEqual([
      '192.0.2.1 ada',
      '192.0.2.9 ada +user',
      '192.0.2.9 ada +ip,user',
    ]);
  });

  it('do not tell what was said before a value that is too long to be kept', () => {
    const long = 'x'.repeat(600);
    expect(read(FIRST, `a #1 as ${long}`, 'a #1').at(-1)).toBe('192.0.2.1 - +ip');
  });

  it.each([
    { name: 'another number', other: 'a #2' },
    { name: 'another unit', other: 'b #1' },
    { name: 'no unit', other: '#1' },
    { name: 'a unit too long for a name', other: `${'b'.repeat(600)} #1` },
    { name: 'no number at all', other: 'quiet please' },
    { name: 'another source', other: { text: 'a #1', sourceId: 'other' } },
    { name: 'a long silence', other: { text: 'a #1', receivedAt: toEpochMs(6 * MINUTE_MS) } },
  ])('are not those of $name', ({ other }) => {
    expect(read(FIRST, other)[1]).toBe('- -');
  });

  it('are forgotten beyond a bound, the oldest first', () => {
    const many = Array.from({ length: 8_192 }, (_, at) => `a #${at + 2} from 192.0.2.2`);
    const all = read(FIRST, ...many, 'a #1', 'a #8193');
    expect(all.slice(-2)).toEqual(['- -', '192.0.2.2 - +ip']);
  });
});

it.each(['{by: [a]}', '{by: [a], keep: [b], minutes: 0}', 'often', '{by: [a], kept: [b]}'])(
  'a parser does not take the session %s',
  (session) => {
    const { problems } = parseParser(
      YAML.replace(/session: \{.*\}/, `session: ${session}`),
      'x.yml',
    );
    expect(problems.map(({ code }) => code)).toContain('parser_bad_shape');
  },
);
