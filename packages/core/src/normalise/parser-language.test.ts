// What a parser may say beyond fields and messages: heads, texts, rows, pairs, beginnings of programs.
import { describe, expect, it } from 'vitest';
import { toEpochMs } from '../shared/time.ts';
import { createNormaliser } from './create-normaliser.ts';
import type { Normalised } from './normaliser.ts';
import { parseParser } from './parse-parser.ts';

function run(yaml: readonly string[], records: readonly string[]): readonly Normalised[] {
  const parsers = yaml.flatMap((text) => {
    const { values, problems } = parseParser(text, 'parser.yml');
    expect(problems).toEqual([]);
    return values;
  });
  const normaliser = createNormaliser({ parsers });
  return records.map((text, offset) =>
    normaliser.normalise({
      offset,
      sourceId: 'test',
      receivedAt: toEpochMs(Date.UTC(2026, 2, 5)),
      text,
    }),
  );
}

function eventOf(result: Normalised | undefined) {
  if (result?.kind !== 'parsed') throw new Error(JSON.stringify(result));
  return result.event;
}

describe('a head', () => {
  const parser = `
id: door
title: Door
read: text
head: ['^(?P<at>\\S+ \\S+) \\[(?P<level>\\w+)\\] ', '^<(?P<level>\\w+)> ']
time: [at]
messages:
  - {name: opened, pattern: 'opened by {who*}', class: 1008, set: {message: $message, user.name: $who}}
`;
  it('is taken off before the messages are tried', () => {
    const [result] = run([parser], ['2026-03-04 08:15:22 [info] opened by ada']);
    const event = eventOf(result);
    expect(event.message).toBe('opened by ada');
    expect(event.time).toBe(Date.UTC(2026, 2, 4, 8, 15, 22));
    expect(event.provenance.fields).toMatchObject({ level: 'info', who: 'ada' });
  });

  it('may be one of several; without any the parser passes', () => {
    const results = run([parser], ['<warn> opened by ada', 'opened by ada']);
    expect(results.map(({ kind }) => kind)).toEqual(['parsed', 'unparsed']);
  });
});

describe('the text of a record of JSON', () => {
  it('is the field that the parser names', () => {
    const parser = `
id: app
title: App
read: json
keys: [msg]
text: msg
messages:
  - {name: refused, pattern: 'refused {user*} at {ip}', class: 3002, set: {user.name: $user, src_endpoint.ip: $ip}}
`;
    const [result] = run([parser], ['{"msg":"refused x at 198.51.100.1 at 203.0.113.9"}']);
    const event = eventOf(result);
    expect(event.src_endpoint?.ip).toBe('203.0.113.9');
    expect(event.user?.name).toBe('x at 198.51.100.1');
  });
});

describe('a row', () => {
  it('gets the names that the message gives its columns', () => {
    const parser = `
id: rows
title: Rows
read: csv
messages:
  - name: in
    when: {c2: [IN]}
    columns: [when, way, '', ip]
    class: 4001
    set: {src_endpoint.ip: $ip}
`;
    const [taken, other] = run([parser], ['1,IN,x,203.0.113.9', '1,OUT,x,203.0.113.9']);
    const { fields } = eventOf(taken).provenance;
    expect(fields).toMatchObject({ when: '1', way: 'IN', ip: '203.0.113.9' });
    expect(Object.keys(fields).filter((name) => /^c\d/.test(name))).toEqual([]);
    expect(other?.kind).toBe('unparsed');
  });

  it('of a W3C log is read by its header, and the time from two fields', () => {
    const parser = `
id: web
title: Web
read: w3c
time: [date time]
messages:
  - {name: request, class: 4002, set: {src_endpoint.ip: $c-ip, http_request.user_agent: $cs-user-agent}}
`;
    const [header, row, short] = run(
      [parser],
      [
        '#Fields: date time c-ip cs(User-Agent)',
        '2026-03-04 08:15:22 203.0.113.9 curl/8.5',
        '2026-03-04 08:15:22 203.0.113.9',
      ],
    );
    expect(header).toMatchObject({ kind: 'skipped', reason: 'W3C header' });
    const event = eventOf(row);
    expect(event.time).toBe(Date.UTC(2026, 2, 4, 8, 15, 22));
    expect(event.http_request?.user_agent).toBe('curl/8.5');
    expect(short?.kind).toBe('unparsed');
  });
});

describe('pairs', () => {
  const parser = `
id: pairs
title: Pairs
read: key_value
keys: [src, dst]
messages:
  - {name: any, class: 4001, set: {src_endpoint.ip: {from: src, convert: host}, src_endpoint.port: {from: src, convert: port}}}
`;
  it('are read with = and with :, and three make a record', () => {
    const results = run(
      [parser],
      [
        'src=203.0.113.9:77 dst=192.0.2.1 act="no more"',
        'src:"203.0.113.9" dst:"192.0.2.1" act:"a"',
        'src=a dst=b',
      ],
    );
    expect(results.map(({ kind }) => kind)).toEqual(['parsed', 'parsed', 'unparsed']);
    expect(eventOf(results[0]).src_endpoint).toEqual({ ip: '203.0.113.9', port: 77 });
  });
});

describe('programs', () => {
  const parser = (id: string, programs: string, more = '') => `
id: ${id}
title: ${id}
read: syslog
programs: ${programs}
${more}
messages:
  - {name: any, class: 1008}
`;
  it('may be named by their beginning', () => {
    const results = run(
      [parser('mail', "['post*']")],
      ['Mar  4 08:15:22 mx postfix/smtpd[7]: hello', 'Mar  4 08:15:22 mx exim[7]: hello'],
    );
    expect(results.map(({ kind }) => kind)).toEqual(['parsed', 'unparsed']);
  });

  it('of a generic parser do not put it before one that knows better', () => {
    const results = run(
      [parser('a-generic', '[kernel]', 'generic: true'), parser('b-knows', '[]')],
      ['Mar  4 08:15:22 box kernel: hello'],
    );
    expect(eventOf(results[0]).provenance.parserId).toBe('b-knows');
  });
});

describe('a header of syslog', () => {
  const parser = `
id: any
title: Any
read: text
messages:
  - {name: any, class: 1008, set: {message: $message, device.hostname: $hostname, process.name: $program}}
`;
  it.each([
    ['without a host', 'Mar  4 08:15:22 imap-login: hello', undefined, 'imap-login', 'hello'],
    [
      'with a verbose BSD facility',
      'Mar  4 08:15:22 <mail.notice> mx sm-mta[7]: hello',
      'mx',
      'sm-mta',
      'hello',
    ],
    ['without a time', 'mx imap-login[7]: hello', 'mx', 'imap-login', 'hello'],
    ['is none without a number', 'mx imap: hello', undefined, undefined, 'mx imap: hello'],
    ['is none behind a level', 'INFO main[7]: hello', undefined, undefined, 'INFO main[7]: hello'],
    [
      'before a mnemonic of Cisco',
      'Mar  4 2026 08:15:22 fw : %ASA-6-1: hello',
      'fw',
      '%ASA-6-1',
      '%ASA-6-1: hello',
    ],
    [
      'before a mnemonic, without a host',
      'Mar  4 08:15:22: %SYS-5-CONFIG_I: hello',
      undefined,
      '%SYS-5-CONFIG_I',
      '%SYS-5-CONFIG_I: hello',
    ],
    [
      'is none where two words follow a date',
      '2026-03-04 08:15:22 no host: hello',
      undefined,
      undefined,
      '2026-03-04 08:15:22 no host: hello',
    ],
    [
      'whose structured data is all there is',
      '<14>1 2026-03-04T08:15:22Z fw RT - - [a@1 b="c"]',
      'fw',
      'RT',
      '[a@1 b="c"]',
    ],
    [
      'whose brackets are no structured data',
      '1 2026-03-04T08:15:22Z fw CP 7 - [action:"Drop"; a:"b"]',
      'fw',
      'CP',
      '[action:"Drop"; a:"b"]',
    ],
  ])('%s', (_, text, ...wanted) => {
    const event = eventOf(run([parser], [text])[0]);
    expect([event.device?.hostname, event.process?.name, event.message]).toEqual(wanted);
  });
});
