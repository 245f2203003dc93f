import fc from 'fast-check';
import { expect, it } from 'vitest';
import { guessType } from './canonical.ts';
import { readJsonRows, readTable } from './delimited.ts';
import type { Indicator } from './indicator.ts';
import { IndicatorIndex } from './indicator-index.ts';
import { fromIndicatorLine, IndicatorSet, toIndicatorLine } from './merge.ts';
import { readMispEvents } from './misp-event.ts';
import { readReport } from './report-text.ts';
import { readStix, readStixObjects } from './stix-bundle.ts';
import { readStixPattern } from './stix-pattern.ts';
import { toUrlForm } from './url-form.ts';
import { readWarninglist } from './warninglist.ts';
import { WarninglistBook } from './warninglist-book.ts';

const context = { where: 'x', confidence: 50, label: 'x' };
const bad = (type: Indicator['type'], value: string): Indicator => ({
  type,
  value,
  label: 'x',
  confidence: 50,
  role: 'bad',
});

const label = fc.constantFrom('a', 'b', 'evil', 'example', 'ü', 'x'.repeat(40));
const name = fc.array(label, { minLength: 2, maxLength: 4 }).map((parts) => parts.join('.'));
const octet = fc.integer({ min: 0, max: 3 });
const ip = fc.tuple(octet, octet, octet, octet).map((parts) => parts.join('.'));
const bits = fc.integer({ min: 4, max: 31 });

const toInt = (text: string): number =>
  text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
const maskOf = (length: number): number => (0xffffffff << (32 - length)) >>> 0;

it('finds what a set finds, for names with all below them', () =>
  fc.assert(
    fc.property(fc.array(name), fc.array(name), fc.integer(), (listed, asked, seed) => {
      const index = new IndicatorIndex({ seed });
      for (const value of listed) index.add('f', bad('domain', value));
      index.seal();
      for (const value of asked) {
        const naive = listed.filter((domain) => value === domain || value.endsWith(`.${domain}`));
        const found = index.findName(value).map((entry) => entry.value);
        expect(found.toSorted()).toEqual(naive.toSorted());
      }
    }),
  ));

it('finds what a set finds, for addresses and ranges inside one another', () =>
  fc.assert(
    fc.property(
      fc.array(ip),
      fc.array(fc.tuple(ip, bits)),
      fc.array(ip),
      (listed, ranges, asked) => {
        const index = new IndicatorIndex();
        for (const value of listed) index.add('f', bad('ip', value));
        const networks = ranges.map(([base, length]) => {
          const first = (toInt(base) & maskOf(length)) >>> 0;
          const text = [24, 16, 8, 0].map((shift) => (first >>> shift) & 255).join('.');
          return { first, length, text: `${text}/${length}` };
        });
        for (const { text } of networks) index.add('f', bad('cidr', text));
        index.seal();
        for (const value of asked) {
          const inside = networks.filter(
            ({ first, length }) => (toInt(value) & maskOf(length)) >>> 0 === first,
          );
          const naive = [
            ...listed.filter((one) => one === value),
            ...inside.map(({ text }) => text),
          ];
          const found = index.findAddress(value).map((entry) => entry.value);
          expect(found.toSorted()).toEqual(naive.toSorted());
        }
      },
    ),
  ));

it('keeps any text, and its origin, through growing and sealing', () =>
  fc.assert(
    fc.property(fc.uniqueArray(fc.string({ unit: 'binary', maxLength: 60 })), (values) => {
      const index = new IndicatorIndex();
      for (const [at, value] of values.entries())
        index.add(`f${at % 3}`, { ...bad('mutex', value), reference: `r${at}` });
      index.seal();
      for (const [at, value] of values.entries())
        expect(index.find('mutex', value)).toMatchObject([
          { value, feed: `f${at % 3}`, reference: `r${at}` },
        ]);
      expect(index.find('hash', values[0] ?? '')).toEqual([]);
    }),
  ));

it('finds six-part ranges of the long kind of address', () => {
  const index = new IndicatorIndex();
  for (const value of ['2001:db8::/32', '2001:db8:1::/48', '2001:db9::/32'])
    index.add('f', bad('cidr', value));
  index.seal();
  expect(index.findAddress('2001:db8:1::7').map(({ value }) => value)).toEqual([
    '2001:db8:1::/48',
    '2001:db8::/32',
  ]);
  expect(index.findAddress('2001:dba::1')).toEqual([]);
});

const indicator = fc.record({
  type: fc.constantFrom('ip' as const, 'domain' as const),
  value: fc.constantFrom('a', 'b', 'c'),
  label: fc.constantFrom('x', 'y'),
  confidence: fc.integer({ min: 0, max: 100 }),
  role: fc.constantFrom('bad' as const, 'context' as const),
});

it('is the same whatever the order, and the same again', () =>
  fc.assert(
    fc.property(fc.array(indicator), (all) => {
      const linesOf = (list: readonly Indicator[]) => {
        const set = new IndicatorSet();
        for (const one of list) set.keep(one);
        return set.lines();
      };
      const lines = linesOf(all);
      expect(linesOf(all.toReversed())).toEqual(lines);
      expect(linesOf([...all, ...all])).toEqual(lines);
      expect(linesOf(lines.map(fromIndicatorLine))).toEqual(lines);
      expect(lines.map(fromIndicatorLine).map(toIndicatorLine)).toEqual(lines);
    }),
  ));

const PIECES = [
  '[',
  ']',
  '(',
  ')',
  "'",
  '\\',
  ' AND ',
  ' OR ',
  ' NOT ',
  'ipv4-addr:value',
  '=',
  "'203.0.113.7'",
  ' IN ',
  ',',
  ' FOLLOWEDBY ',
  ' WITHIN 5 SECONDS',
  ' START ',
  "t'x'",
  '.',
  '*',
  '"',
  '\n',
  '#',
  '{',
  '}',
  '{"Event":',
  '"Attribute":[',
  ':',
  '1',
  'null',
  ' ',
];
const noise = fc.oneof(
  fc.array(fc.constantFrom(...PIECES), { maxLength: 60 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 200 }),
);

it('takes whatever it is sent without falling over', () =>
  fc.assert(
    fc.property(noise, (text) => {
      const sink = new IndicatorSet();
      readStixPattern(text);
      readTable(text, { shape: { value: 2, separator: ',' }, context, sink });
      readJsonRows(text, { shape: { value: 'x' }, context, sink });
      readMispEvents(text, context, sink);
      readWarninglist(text, 'x', 'x');
      readReport(text, context, sink);
      guessType(text);
      toUrlForm(text);
      for (const type of ['stix', undefined, 7]) {
        const objects = [
          { type: 'indicator', pattern: text, pattern_type: type, object_marking_refs: text },
        ];
        const read = readStixObjects(JSON.stringify({ objects }), 'x');
        if (read.ok) readStix(read.value, context, sink);
      }
    }),
    { numRuns: 500 },
  ));

const json = fc.jsonValue({ maxDepth: 4 });
it('takes JSON of any shape without falling over', () =>
  fc.assert(
    fc.property(json, json, (one, two) => {
      const sink = new IndicatorSet();
      const text = JSON.stringify({
        response: [{ Event: { uuid: 'x', Attribute: one, Object: two } }],
      });
      readMispEvents(text, context, sink);
      readMispEvents(
        JSON.stringify({ Event: { info: one, Attribute: [two, { type: one, value: two }] } }),
        context,
        sink,
      );
      readWarninglist(JSON.stringify({ type: 'string', list: one, name: two }), 'x', 'x');
      readStixObjects(JSON.stringify(one), 'x');
    }),
  ));

it.each([
  ['string', ['8.8.8.8'], ['ip-dst'], '8.8.8[.]8', true],
  ['string', ['8.8.8.8'], ['domain'], '8.8.8.8', false],
  ['hostname', ['.example.com'], ['domain', 'hostname', 'url'], 'https://www.example.com/x', true],
  ['hostname', ['example.com'], ['domain', 'hostname'], 'notexample.com', false],
  ['cidr', ['198.51.100.0/24'], ['ip-src'], '198.51.100.9', true],
  ['cidr', ['2001:db8::/32'], [], '2001:db8::9', true],
  ['substring', ['mailer.example'], ['email-src'], 'a@x.mailer.example', true],
  ['regex', ['/^(soc|abuse)\\@.*$/i'], ['email-src'], 'SOC@example.com', true],
  ['regex', ['/(a+)+$/'], ['domain'], `${'a'.repeat(50)}.example`, false],
])('a warninglist of %s: %j for %j and %s', (...[kind, list, attributes, text, isListed]) => {
  const read = readWarninglist(
    JSON.stringify({ name: 'Known', type: kind, list, matching_attributes: attributes }),
    'x',
    'known',
  );
  const book = new WarninglistBook(read.ok ? [read.value] : []);
  expect(book.floor(text)?.name).toBe(isListed ? 'Known' : undefined);
});
