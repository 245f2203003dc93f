import { describe, expect, it } from 'vitest';
import type { Event } from '../event/event.ts';
import { idOf } from '../shared/id.ts';
import { toEpochMs } from '../shared/time.ts';
import { compileNode } from './compile.ts';
import { EventView, FieldTable } from './event-view.ts';
import { parseSigma } from './parse-sigma.ts';

const eventWith = (
  fields: Readonly<Record<string, unknown>>,
  attributes: Partial<Event> = {},
): Event => ({
  id: idOf('evt', [1]),
  time: toEpochMs(0),
  class_uid: 0,
  activity_id: 0,
  severity_id: 1,
  observables: [],
  ...attributes,
  provenance: {
    offset: 0,
    sourceId: 's',
    parserId: 'p',
    logsource: { product: 'test', categories: [] },
    fields,
  },
});

const ruleText = (detection: string, logsource = 'product: test'): string =>
  `title: T\nid: t\nlogsource: {${logsource}}\ndetection:\n${detection.replaceAll(/^/gm, '  ')}\n`;

function isMatch(
  detection: string,
  fields: Readonly<Record<string, unknown>>,
  attributes: Partial<Event> = {},
): boolean {
  const { values, problems } = parseSigma(ruleText(detection), 'r.yml');
  expect(problems).toEqual([]);
  const [rule] = values;
  if (rule?.kind !== 'rule') return false;
  const table = new FieldTable();
  const matches = compileNode(rule.detection, table);
  return matches(new EventView(table).show(eventWith(fields, attributes)));
}

const problemsOf = (text: string) =>
  parseSigma(text, 'r.yml').problems.map(({ code, at }) => `${code} ${at?.line}:${at?.column}`);

describe('a value of a detection', () => {
  it.each([
    ['is compared without case', `f: AbC`, { f: 'aBc' }, true],
    ['is the whole value', `f: ab`, { f: 'abc' }, false],
    ['takes * as any run', `f: 'a*c'`, { f: 'abbc' }, true],
    ['takes ? as one character', `f: 'a?c'`, { f: 'abbc' }, false],
    ['takes ? under endswith', `f|endswith: '1?'`, { f: 'x12' }, true],
    ['takes an escaped star literally', `f: 'a\\*'`, { f: 'a*' }, true],
    ['takes an escaped star as no wildcard', `f: 'a\\*'`, { f: 'abc' }, false],
    ['keeps a single backslash', `f: 'C:\\Windows'`, { f: 'c:\\windows' }, true],
    ['reads \\\\* as backslash and wildcard', `f: 'C:\\\\*'`, { f: 'c:\\x' }, true],
    [
      'does not escape the wildcard of contains by a trailing backslash',
      `f|contains: 'tmp\\'`,
      { f: 'c:\\tmp\\x' },
      true,
    ],
    ['finds a middle part', `f|contains: '*a*b*'`, { f: 'xxaxxbxx' }, true],
    ['compares a number with its text', `f: 4624`, { f: '4624' }, true],
    ['keeps a hexadecimal number as written', `f: 0x17`, { f: '0x17' }, true],
    ['keeps true as text', `f: true`, { f: 'True' }, true],
    ['means any in a list', `f: [a, b]`, { f: 'b' }, true],
    ['means every value with all', `f|contains|all: [a, b]`, { f: 'xa' }, false],
    ['any element of an array is enough', `f: b`, { f: ['a', 'b'] }, true],
    ['follows a dotted path', `f.g: b`, { f: { g: 'b' } }, true],
    ['takes a flat dotted key', `f.g: b`, { 'f.g': 'b' }, true],
    ['null means missing', `f: null`, {}, true],
    ['null is not an empty text', `f: null`, { f: '' }, false],
    ['an empty text means present and empty', `f: ''`, { f: '' }, true],
    ['an empty text is not missing', `f: ''`, {}, false],
    ['exists is true for an empty text', `f|exists: true`, { f: '' }, true],
    ['exists false means not there', `f|exists: false`, { f: 'x' }, false],
    ['cased compares case', `f|cased: Ab`, { f: 'ab' }, false],
    ['a regular expression is a search with case', `f|re: 'b+c'`, { f: 'abbcd' }, true],
    ['a regular expression minds case', `f|re: 'B+c'`, { f: 'abbcd' }, false],
    ['a long line is told by its length', `f|re: '.{4,}'`, { f: 'abc\nabcd' }, true],
    ['short lines are no long line', `f|re: '.{4,}'`, { f: 'abc\nabc' }, false],
    ['a long line has characters, not halves', `f|re: '.{4,}'`, { f: 'a\u{1f600}b' }, false],
    ['a regular expression with i does not', `f|re|i: 'B+c'`, { f: 'abbcd' }, true],
    ['a range holds an address', `f|cidr: 10.0.0.0/8`, { f: '10.2.3.4' }, true],
    ['a range holds a mapped address', `f|cidr: 10.0.0.0/8`, { f: '::ffff:10.2.3.4' }, true],
    ['a range does not hold a text', `f|cidr: 10.0.0.0/8`, { f: 'ten' }, false],
    ['lt compares numbers in texts', `f|lt: 10`, { f: '9' }, true],
    ['gte is false for a text', `f|gte: 1`, { f: 'x' }, false],
    ['windash takes a slash for a dash', `f|windash|contains: ' -ma '`, { f: 'p /ma x' }, true],
    ['windash takes a dash for a slash', `f|windash|contains: ' /ma '`, { f: 'p -ma x' }, true],
    ['base64 encodes', `f|base64: foo`, { f: 'Zm9v' }, true],
    [
      'base64offset finds any offset',
      `f|base64offset|contains: foobar`,
      { f: 'eGZvb2Jhcg==' },
      true,
    ],
    ['wide then base64offset', `f|wide|base64offset|contains: ab`, { f: 'YQBiAA==' }, true],
    ['fieldref compares two fields', `f|fieldref: g`, { f: 'A', g: 'a' }, true],
    ['fieldref with a missing side is false', `f|fieldref: g`, { f: 'A' }, false],
    ['neq is true for another value', `f|neq: a`, { f: 'b' }, true],
    ['a missing field is false', `f|contains: ''`, {}, false],
    ['? is one character beyond the first plane, too', `f: 'a?c'`, { f: 'a\u{1f600}c' }, true],
    ['null may stand among others', `f: [null, a]`, {}, true],
    ['neq of a list means none of them', `f|neq: [a, b]`, { f: 'b' }, false],
    ['neq of a missing field is true', `f|neq: a`, {}, true],
    ['hour reads a part of a date', `f|hour: 3`, { f: '2026-01-02T03:04:05+09:00' }, true],
    ['hour can be compared', `f|hour|gte: 22`, { f: '2026-01-02 23:04:05' }, true],
    ['week is the ISO week', `f|week: 53`, { f: '2027-01-01T00:00:00Z' }, true],
    ['fieldref may be a part', `f|fieldref|contains: g`, { f: 'xAy', g: 'a' }, true],
    ['utf16 carries its byte order mark', `f|utf16|base64: a`, { f: '//5hAA==' }, true],
    ['windash knows long dashes', `f|windash|contains: ' -e'`, { f: 'x \u2015e' }, true],
    ['a dotted key may stand inside', `f.g.h: b`, { f: { 'g.h': 'b' } }, true],
    ['a path goes through arrays', `f.g: b`, { f: [{ g: 'a' }, { g: 'b' }] }, true],
  ] as const)('%s', (...[, item, fields, expected]) => {
    expect(isMatch(`s:\n  ${item}\ncondition: s`, fields)).toBe(expected);
  });

  it('under no field searches the message and every value', () => {
    expect(isMatch('s: [needle, other]\ncondition: s', {}, { message: 'a NEEDLE here' })).toBe(
      true,
    );
    expect(isMatch("s:\n  '|all': [one, two]\ncondition: s", { a: 'has one', b: 'has two' })).toBe(
      true,
    );
    expect(isMatch("s:\n  '|all': [one, two]\ncondition: s", { a: 'has one' })).toBe(false);
  });

  it('of the taxonomy is read from its OCSF attribute', () => {
    expect(
      isMatch('s: {c-ip: 192.0.2.1}\ncondition: s', {}, { src_endpoint: { ip: '192.0.2.1' } }),
    ).toBe(true);
  });
});

describe('the derived field cordon.source_network', () => {
  it.each([
    ['203.0.113.77', '203.0.113.0/24'],
    ['::ffff:203.0.113.77', '203.0.113.0/24'],
    ['2001:db8:7:9::5', '2001:db8:7::/48'],
    ['255.255.255.255', '255.255.255.0/24'],
    ['fe80::1%eth0', 'fe80::/48'],
  ])('of %s is %s', (ip, network) => {
    const text = `s: {cordon.source_network: '${network}'}\ncondition: s`;
    expect(isMatch(text, {}, { src_endpoint: { ip } })).toBe(true);
  });

  it.each(['', 'not-an-ip', '999.1.1.1', '1.2.3', ':'])('of %j is none', (ip) => {
    const text = 's: {cordon.source_network|exists: true}\ncondition: s';
    expect(isMatch(text, {}, { src_endpoint: { ip } })).toBe(false);
  });
});

describe('a condition', () => {
  const detection = 'a: {f: 1}\nb: {g: 1}\n_c: {h: 1}\ncondition: ';
  it.each([
    ['a and not b', { f: 1 }, true],
    ['not a or b', { f: 1, g: 1 }, true],
    ['not (a or b)', { g: 1 }, false],
    ['1 of them', { h: 1 }, false],
    ['1 of _*', { h: 1 }, true],
    ['all of them', { f: 1, g: 1 }, true],
    ['a or b and _c', { f: 1 }, true],
    ['NOT a', {}, true],
  ] as const)('%s', (condition, fields, expected) => {
    expect(isMatch(detection + condition, fields)).toBe(expected);
  });
});

describe('a problem of a rule is located', () => {
  it.each([
    [
      'an identifier that is not defined',
      ruleText('s: {f: 1}\ncondition: s and x'),
      'rule_bad_condition 6:20',
    ],
    [
      'a pattern that names nothing',
      ruleText('s: {f: 1}\ncondition: 1 of x*'),
      'rule_bad_condition 6:19',
    ],
    ['a parenthesis left open', ruleText('s: {f: 1}\ncondition: (s'), 'rule_bad_condition 6:14'],
    [
      'an unknown modifier',
      ruleText('s: {f|contain: 1}\ncondition: s'),
      'rule_unknown_modifier 5:7',
    ],
    [
      'an unknown field',
      ruleText('s: {CommandLin: x}\ncondition: s', 'product: windows'),
      'rule_unknown_field 5:7',
    ],
    [
      'a pattern with a back-reference',
      ruleText("s: {f|re: '(a)\\1'}\ncondition: s"),
      'rule_bad_value 5:7',
    ],
    ['a bad range', ruleText('s: {f|cidr: 10/8}\ncondition: s'), 'rule_bad_value 5:7'],
    [
      'a range with bits behind its prefix',
      ruleText('s: {f|cidr: 10.0.0.1/8}\ncondition: s'),
      'rule_bad_value 5:7',
    ],
    ['exists in quotes', ruleText("s: {f|exists: 'true'}\ncondition: s"), 'rule_bad_value 5:7'],
    ['i without re', ruleText('s: {f|i: a}\ncondition: s'), 'rule_bad_value 5:7'],
    ['re behind another', ruleText('s: {f|contains|re: a}\ncondition: s'), 'rule_bad_value 5:7'],
    ['a comparison with text', ruleText("s: {f|gt: '1'}\ncondition: s"), 'rule_bad_value 5:7'],
    [
      'a placeholder without values',
      ruleText('s: {f|expand: "%admins%"}\ncondition: s'),
      'rule_bad_value 5:7',
    ],
    [
      'no log source',
      'title: T\nid: t\ndetection: {s: {f: 1}, condition: s}\n',
      'rule_missing_part 1:1',
    ],
    ['an alias', 'title: &a T\nid: t\nx: *a\n', 'rule_syntax 3:4'],
  ])('%s', (_, text, expected) => {
    const problems = problemsOf(text);
    expect(problems).toEqual([expected]);
  });

  it('names the nearest field', () => {
    const [problem] = parseSigma(
      ruleText('s: {CommandLin: x}\ncondition: s', 'product: windows'),
      'r.yml',
    ).problems;
    expect(problem?.hint).toContain('CommandLine');
  });

  it('and does not stop the other documents', () => {
    const { values, problems } = parseSigma(
      `${ruleText('s: {f: 1}\ncondition: x')}---\n${ruleText('s: {f: 1}\ncondition: s')}`,
      'r.yml',
    );
    expect(values).toHaveLength(1);
    expect(problems).toHaveLength(1);
  });

  it('even when the file is no YAML', () => {
    expect(parseSigma('a: [1\nb: }', 'r.yml').problems[0]?.code).toBe('rule_syntax');
  });
});
