import { expect, it } from 'vitest';
import { xmlToJson } from './xml.ts';

it.each<[string, string, unknown]>([
  ['a text', '<a>x &amp; y</a>', { a: 'x & y' }],
  ['nothing', '', ''],
  ['a map', '<a><b>1</b><c/></a>', { a: { b: '1', c: '' } }],
  ['several of one name', '<a><b>1</b><b>2</b><c>3</c></a>', { a: { b: ['1', '2'], c: '3' } }],
  ['a list of one', '<a><member><b>1</b></member></a>', { a: [{ b: '1' }] }],
  ['what is cut off', '<a><b>1</b><c>', { a: { b: '1', c: '' } }],
  [
    'a name that objects have',
    '<a><__proto__>1</__proto__></a>',
    JSON.parse('{"a":{"__proto__":"1"}}'),
  ],
])('%s', (_what, xml, json) => {
  expect(xmlToJson(xml)).toEqual(json);
});

it('has an end however deep it is nested', () => {
  const depth = 100_000;
  const json = xmlToJson(`${'<a>'.repeat(depth)}x${'</a>'.repeat(depth)}`);
  expect(JSON.stringify(json).length).toBeLessThan(1_000);
});

it('takes time in proportion to many of one name', () => {
  const many = 20_000;
  const list = xmlToJson(`<r>${'<member>x</member>'.repeat(many)}</r>`) as { r: unknown[] };
  expect(list.r).toHaveLength(many);
});
