import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RawRecord } from '../event/record.ts';
import { toEpochMs } from '../shared/time.ts';
import { createNormaliser } from './create-normaliser.ts';
import { parseParser } from './parse-parser.ts';
import type { ParserDefinition } from './parser.ts';

const DEMO = `
id: demo
title: Demo
read: syslog
programs: [demod]
logsource: {product: linux, service: demo}
messages:
  - name: denied
    pattern: 'denied {user*} from {ip}'
    class: 3002
    set: {activity_id: 1, status_id: 2, user.name: $user, src_endpoint.ip: $ip}
`;
const TEXT = `
id: lines
title: Lines
read: text
messages:
  - {name: marked, pattern: 'MARK {rest*}', class: 0, set: {message: $rest}}
`;
const GUESS = `
id: guess
title: Guess
read: guess
messages:
  - {name: log-in, when: {kind: [log_in]}, class: 3002, set: {src_endpoint.ip: $ip}}
`;

function parserOf(yaml: string): ParserDefinition {
  const { values, problems } = parseParser(yaml, 'demo.yml');
  expect(problems).toEqual([]);
  return values[0] as ParserDefinition;
}

const parsers = [parserOf(DEMO), parserOf(TEXT)];

function record(text: string, more: Partial<RawRecord> = {}): RawRecord {
  return { offset: 7, sourceId: 'src', receivedAt: toEpochMs(Date.UTC(2026, 2, 5)), text, ...more };
}

describe('the normaliser', () => {
  it('makes an event with its provenance and its observables', () => {
    const result = createNormaliser({ parsers }).normalise(
      record('<13>Mar  4 10:00:00 box demod[3]: denied bob from 192.0.2.8'),
    );
    expect(result).toEqual({
      kind: 'parsed',
      event: {
        id: 'evt_7',
        time: Date.UTC(2026, 2, 4, 10),
        class_uid: 3002,
        activity_id: 1,
        severity_id: 1,
        status_id: 2,
        device: { hostname: 'box' },
        user: { name: 'bob' },
        src_endpoint: { ip: '192.0.2.8' },
        observables: [
          { name: 'device.hostname', type: 'hostname', value: 'box' },
          { name: 'user.name', type: 'user', value: 'bob' },
          { name: 'src_endpoint.ip', type: 'ip', value: '192.0.2.8' },
        ],
        provenance: {
          offset: 7,
          sourceId: 'src',
          parserId: 'demo',
          logsource: { product: 'linux', service: 'demo', categories: [] },
          fields: {
            timestamp: 'Mar  4 10:00:00',
            hostname: 'box',
            program: 'demod',
            pid: '3',
            message: 'denied bob from 192.0.2.8',
            facility: 1,
            level: 5,
            user: 'bob',
            ip: '192.0.2.8',
          },
        },
      },
    });
  });

  it.each([
    ['Mar  4 10:00:00 box other[3]: x', 'record_unknown_program'],
    ['Mar  4 10:00:00 box demod[3]: x', 'record_unknown_message'],
    ['{"a":', 'record_bad_json'],
    ['{"a":1}', 'record_unknown_form'],
    ['plain words', 'record_unknown_form'],
  ])('says why it does not take %s', (text, code) => {
    const result = createNormaliser({ parsers }).normalise(record(text));
    expect(result).toMatchObject({ kind: 'unparsed', problem: { code, retryable: false } });
    expect(result.kind === 'unparsed' && result.problem.hint).toBeTruthy();
  });

  it('tries only the parsers that the source names', () => {
    const normaliser = createNormaliser({ parsers });
    expect(normaliser.normalise(record('MARK x')).kind).toBe('parsed');
    expect(normaliser.normalise(record('MARK x', { parsers: ['demo'] })).kind).toBe('unparsed');
  });

  it('guesses only at what no other parser takes, and not for a source that names its parsers', () => {
    const normaliser = createNormaliser({ parsers: [parserOf(GUESS), ...parsers] });
    const takenBy = (text: string, more = {}) => {
      const made = normaliser.normalise(record(text, more));
      return made.kind === 'parsed' ? made.event.provenance.parserId : made.kind;
    };
    const unknown = 'Mar  4 10:00:00 box lockbox: login failed from 192.0.2.8';
    expect(takenBy(unknown)).toBe('guess');
    expect(takenBy(unknown, { parsers: ['demo'] })).toBe('unparsed');
    expect(takenBy('Mar  4 10:00:00 box demod: denied login from 192.0.2.8')).toBe('demo');
    expect(takenBy('Mar  4 10:00:00 box lockbox: started')).toBe('unparsed');
  });

  it('parses the head of a text that is too long, and says so', () => {
    const result = createNormaliser({ parsers }).normalise(record(`MARK ${'a'.repeat(1_048_576)}`));
    const event = result.kind === 'parsed' ? result.event : undefined;
    expect(event?.provenance.readChars).toBe(65_536);
    expect(String(event?.provenance.fields['rest']).length).toBe(32_768);
  });

  it('skips a blank line', () => {
    expect(createNormaliser({ parsers }).normalise(record(' \r\n')).kind).toBe('skipped');
  });

  it('keeps NUL bytes and replacement characters as data', () => {
    const result = createNormaliser({ parsers }).normalise(
      record('Mar  4 10:00:00 box demod: denied b\0b\uFFFD from 192.0.2.8', { isLossy: true }),
    );
    expect(result).toMatchObject({ kind: 'parsed', event: { user: { name: 'b\0b\uFFFD' } } });
  });

  it('never throws, and is deterministic, whatever it is given', () => {
    const start = fc.constantFrom(
      '',
      '{',
      '#fields\t',
      '<13>',
      '<13>1 - - - - - [',
      'Mar  4 10:00:00 box demod: denied ',
      '{"__proto__":',
    );
    const text = fc.tuple(start, fc.string({ unit: 'binary' })).map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.array(fc.oneof(text, fc.json()), { maxLength: 8 }), (texts) => {
        const run = (): unknown => {
          const normaliser = createNormaliser({ parsers });
          return texts.map((each) => normaliser.normalise(record(each)));
        };
        expect(run()).toEqual(run());
      }),
    );
  });

  it('does not slow down on a line made to hurt', () => {
    const hostile = ['denied ', ' from '.repeat(20_000), '=" '.repeat(20_000), '['.repeat(60_000)];
    const normaliser = createNormaliser({ parsers });
    for (const text of hostile)
      expect(
        normaliser.normalise(record(`Mar  4 10:00:00 box demod: denied ${text}`)).kind,
      ).toBeDefined();
  });
});
