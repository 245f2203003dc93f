import { expect, it } from 'vitest';
import type { Json } from '../shared/json.ts';
import { packRule, unpackRule } from './pack-rule.ts';
import { parseSigma } from './parse-sigma.ts';

const RULES = `
title: Wildcards, lists and keywords
id: one
logsource: {product: test}
detection:
  a: {f|contains: ['x', 'y?z*'], g|re: 'a.+b', h: null}
  b_1: ['word', 4688]
  b_2: {ip|cidr: 10.0.0.0/8, n|gte: 5, '|all': [p, q]}
  _hidden: {f|exists: true}
  condition: [a and not 1 of b_*, all of them]
level: high
---
title: Filter
id: two
logsource: {product: test}
filter: {rules: [one], s: {f: x}, condition: not s}
---
title: Correlation
id: three
correlation: {type: temporal, rules: [one], group-by: [f], timespan: 5m}
level: low
`;

it('is read back as it was', () => {
  const { values, problems } = parseSigma(RULES, 'r.yml');
  expect(problems).toEqual([]);
  const kept = JSON.parse(JSON.stringify(values.map(packRule))) as readonly Json[];
  const back = kept.map(unpackRule);
  expect(back).toEqual(values);
  expect(back.map((rule) => rule?.kind)).toEqual(['rule', 'filter', 'correlation']);
});

it('keeps the identity of wildcards', () => {
  const [rule] = parseSigma(RULES, 'r.yml').values;
  const back = unpackRule(JSON.parse(JSON.stringify(rule && packRule(rule))) as Json);
  const wildcards = (one: typeof back) =>
    [...JSON.stringify(one).matchAll(/"kind":"(?:any|one)"/g)].length;
  expect(wildcards(back)).toBe(wildcards(rule));
  expect(wildcards(back)).toBeGreaterThan(3);
});
