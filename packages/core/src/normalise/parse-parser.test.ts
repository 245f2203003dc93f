import { describe, expect, it } from 'vitest';
import { printProblem } from '../shared/problem.ts';
import { parseParser } from './parse-parser.ts';

const yaml = (message: string): string =>
  `id: demo\ntitle: Demo\nread: text\nmessages:\n  - name: one\n${message}\n`;

describe('a parser with a mistake', () => {
  it.each([
    [
      'an attribute that OCSF does not have',
      '    class: 3002\n    set: {src_endpoint.ipp: $x}',
      'd.yml:7:11',
      'parser_unknown_attribute',
      'src_endpoint.ip',
    ],
    ['a class that OCSF does not have', '    class: 3999', 'd.yml:6:5', 'parser_unknown_class', ''],
    ['no class at all', '    kv: true', 'd.yml:5:5', 'parser_unknown_class', ''],
    [
      'a key with a typo',
      '    class: 0\n    patern: x',
      'd.yml:7:5',
      'parser_bad_shape',
      'pattern',
    ],
    [
      'two captures side by side',
      "    class: 0\n    pattern: '{a}{b}'",
      'd.yml:7:5',
      'parser_bad_pattern',
      '',
    ],
    [
      'two longest captures',
      "    class: 0\n    pattern: '{a*} {b*}'",
      'd.yml:7:5',
      'parser_bad_pattern',
      '',
    ],
    [
      'a pattern that RE2 does not have',
      "    class: 0\n    regex: '(a)\\1'",
      'd.yml:7:5',
      'parser_bad_pattern',
      '',
    ],
    [
      'an unknown conversion',
      '    class: 0\n    set: {message: {from: a, convert: up}}',
      'd.yml:7:26',
      'parser_bad_shape',
      'upper',
    ],
  ])('%s is located and named', (_, ...row) => {
    const [message, place, code, hint] = row;
    const { values, problems } = parseParser(yaml(message), 'd.yml');
    expect(values).toEqual([]);
    expect(problems.map((problem) => problem.code)).toContain(code);
    const shown = problems.map(printProblem).join('\n');
    expect(shown).toContain(place.split(':').slice(0, 2).join(':'));
    expect(shown).toContain(hint);
  });

  it('that is no YAML is located', () => {
    const { problems } = parseParser('id: [demo\ntitle: x', 'd.yml');
    expect(problems[0]).toMatchObject({ code: 'parser_syntax', at: { file: 'd.yml' } });
  });
});
