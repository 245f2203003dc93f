import fc from 'fast-check';
import { describe, it } from 'vitest';
import { toEpochMs } from '../shared/time.ts';
import { readAccessLog } from './access-log.ts';
import { readAudit } from './audit.ts';
import { readCarrier } from './carrier.ts';
import { readCef } from './cef.ts';
import { readCsv } from './delimited.ts';
import { matchDissect, parseDissect } from './dissect.ts';
import { readEventXml } from './event-xml.ts';
import { readKeyValue } from './key-value.ts';
import { readLeef } from './leef.ts';
import { unwrapJson } from './unwrap-json.ts';
import { readW3cHeader, readW3cRow, readW3cText } from './w3c.ts';
import { readWindowsText } from './windows-text.ts';

/** More runs when asked for. */
const RUNS = Number(process.env['CORDON_FUZZ_RUNS'] ?? 200);
/** What a reader gives is made of what it was given: escapes and names may add to it, never multiply it. */
const GROWTH = 16;
const SLACK = 2_000;

const w3c = readW3cHeader(undefined, '#Fields: date time c-ip cs-method cs-uri-stem sc-status');
const dissects = ['{a} from {b*} port {c}', '{a*}: {b}', 'x {a+} y {b} z'].map(parseDissect);
const READERS: Readonly<Record<string, (text: string) => unknown>> = {
  access_log: readAccessLog,
  audit: readAudit,
  cef: readCef,
  csv: readCsv,
  key_value: readKeyValue,
  leef: readLeef,
  w3c: (text) => w3c && readW3cRow(w3c, text),
  w3c_text: readW3cText,
  windows_text: readWindowsText,
  xml: readEventXml,
  dissect: (text) => dissects.map((dissect) => dissect && matchDissect(dissect, text)),
};

/** Lines that are meant, to be changed. */
const LINES = [
  '192.0.2.1 - bob [04/Mar/2026:08:15:22 +0000] "GET /a HTTP/1.1" 200 12 "-" "curl/8"',
  'type=EXECVE msg=audit(1772636400.123:7): argc=2 a0="ls" a1=2F746D70',
  'CEF:0|Acme|Wall|1|100|worm\\|x|9|src=192.0.2.1 act=blocked msg=a \\= b cs1Label=x cs1=y',
  'LEEF:2.0|Acme|Wall|1|7|^|src=192.0.2.1^usrName=bob',
  '"a","b ""c""",,4',
  'a=1 b="x y" c:"z" d=',
  '2026-03-04 08:15:22 192.0.2.1 GET /a 200',
  '<Event xmlns="x"><System><EventID>1</EventID></System><EventData><Data Name="a">&lt;b&gt;</Data></EventData></Event>',
  'An account failed to log on.\r\n\r\nSubject:\r\n\tSecurity ID:\tS-1-0-0\r\n',
  'x from y from z port 7',
  'srcaddr dstaddr bytes start\n192.0.2.1 192.0.2.2 40 1772636400',
];
const PIECES = [
  '"',
  '\\',
  '=',
  '|',
  '<',
  '>',
  '&',
  '<a>',
  '</a>',
  '&#x41;',
  '%',
  '\t',
  '\n',
  '[',
  ']',
  ',',
  ' ',
  '\u0000',
];

const changed = fc
  .tuple(
    fc.constantFrom(...LINES),
    fc.array(fc.tuple(fc.nat(200), fc.constantFrom(...PIECES)), { maxLength: 6 }),
    fc.nat(200),
  )
  .map(([line, puts, end]) =>
    puts
      .reduce((text, [at, piece]) => text.slice(0, at) + piece + text.slice(at), line)
      .slice(0, line.length + 8 - (end % 40)),
  );
const repeated = fc
  .tuple(fc.constantFrom(...PIECES, ...LINES), fc.integer({ min: 1, max: 400 }))
  .map(([piece, count]) => piece.repeat(count).slice(0, 8_000));
const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 300 }), changed, repeated);

const isBounded = (value: unknown, given: string): boolean =>
  (JSON.stringify(value)?.length ?? 0) <= SLACK + GROWTH * given.length;

describe('whatever a record holds, its reader answers, in proportion', () => {
  it.each(Object.keys(READERS))('%s', (name) => {
    fc.assert(
      fc.property(text, (given) => isBounded(READERS[name]?.(given), given)),
      { numRuns: RUNS },
    );
  });

  it('the wrappings of shippers', () => {
    const member = fc.constantFrom(
      'message',
      'log',
      'MESSAGE',
      'event',
      'host',
      'records',
      'fields',
      '@timestamp',
    );
    const json = fc.dictionary(member, fc.oneof(fc.jsonValue({ maxDepth: 3 }), text), {
      maxKeys: 6,
    });
    fc.assert(
      fc.property(json, (fields) => {
        readCarrier(fields, toEpochMs(0));
        unwrapJson(fields);
      }),
      { numRuns: RUNS },
    );
  });
});
