import { describe, expect, it } from 'vitest';
import { linkRules } from '../detect/link-rules.ts';
import { parseSigma } from '../sigma/parse-sigma.ts';
import { coverageOf, type SeenKindOfEvent } from './coverage.ts';

const rule = (id: string, logsource: string, technique = 't1110') =>
  `title: ${id}\nid: ${id}\ntags: [attack.credential-access, attack.${technique}]\nlogsource: {${logsource}}\ndetection: {a: {class_uid: 1}, condition: a}\n`;
const correlation = (id: string, type: string, rules: string) =>
  `title: ${id}\nid: ${id}\ntags: [attack.t1078]\ncorrelation:\n  type: ${type}\n  rules: [${rules}]\n  group-by: [user]\n  timespan: 1m\n${type === 'temporal' ? '' : '  condition: {gte: 2}\n'}`;

const rulesOf = (texts: readonly string[]) => {
  const { values, problems } = parseSigma(texts.join('---\n'), 'r.yml', { isOpen: true });
  expect(problems).toEqual([]);
  return linkRules(values).values;
};
const seen = (
  product: string,
  class_uid: number,
  [count, ...categories]: readonly [number, ...string[]],
): SeenKindOfEvent => ({
  class_uid,
  count,
  lastAt: count,
  provenance: { logsource: { product, categories } },
});

describe('coverage', () => {
  const rules = rulesOf([
    rule('linux', 'product: linux'),
    rule('auth', 'category: authentication', 't1078'),
    rule('windows', 'product: windows, category: process_creation'),
    correlation('any', 'event_count', 'auth, windows'),
    correlation('all', 'temporal', 'auth, windows'),
  ]);
  const coverage = coverageOf(rules, [
    seen('linux', 3002, [5]),
    seen('linux', 3002, [2, 'x']),
    seen('nginx', 4002, [9]),
  ]);

  it('tells of each source that is there how many rules look at it', () => {
    expect(coverage.sources).toEqual([
      { name: 'linux / authentication', events: 7, lastAt: 5, rules: 3 },
      { name: 'nginx / http_activity', events: 9, lastAt: 9, rules: 0 },
    ]);
  });

  it('tells of each technique which rules can fire and on what', () => {
    expect(coverage.techniques).toEqual([
      { id: 'T1078', tactics: ['credential-access'], rules: 2, silent: 1, bySource: [2, 0] },
      { id: 'T1110', tactics: ['credential-access'], rules: 1, silent: 1, bySource: [1, 0] },
    ]);
  });

  it('names the rules that cannot fire and what they wait for', () => {
    expect(coverage.silent.map(({ ruleId, wants }) => [ruleId, wants])).toEqual([
      ['windows', 'windows / process_creation'],
      ['all', 'what auth, windows look at'],
    ]);
  });

  it('is empty where nothing was seen', () => {
    const { sources, silent } = coverageOf(rules, []);
    expect([sources.length, silent.length]).toEqual([0, 5]);
  });
});
