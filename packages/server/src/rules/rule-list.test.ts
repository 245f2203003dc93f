import type { RuleItem } from '@cordon/contract';
import { describe, expect, it } from 'vitest';
import { pageOfList } from '../api/page.ts';
import { pickRules } from './rule-list.ts';

const ruleOf = (id: string, more: Partial<RuleItem> = {}): RuleItem => ({
  id,
  title: id,
  kind: 'rule',
  level: 'medium',
  techniques: [],
  tactics: [],
  logsource: '',
  mode: 'on',
  is_quarantined: false,
  suppressions: 0,
  is_silent: false,
  matches_day: 0,
  matches_month: 0,
  muted_month: 0,
  asked: 0,
  matched: 0,
  microseconds: 0,
  ...more,
});
const RULES: readonly RuleItem[] = [
  ruleOf('b', { matches_month: 3, mode: 'shadow', techniques: ['T1110'] }),
  ruleOf('a', { matches_month: 3, level: 'high', source: 'sigmahq' }),
  ruleOf('c', { asked: 10, microseconds: 5, is_silent: true }),
  ruleOf('d', { asked: 90, microseconds: 1, is_quarantined: true, author: 'Ann' }),
];
const wish = { text: '', states: [], sort: 'matches' } as const;
const idsOf = (rules: readonly RuleItem[]): string => rules.map(({ id }) => id).join('');

describe('rules', () => {
  it.each([
    ['those that brought most first', {}, 'abcd'],
    ['those that cost most', { sort: 'cost' }, 'dcab'],
    ['the gravest', { sort: 'level' }, 'abcd'],
    ['by title', { sort: 'title' }, 'abcd'],
    ['that fired', { states: ['fired'] }, 'ab'],
    ['in two states at once', { states: ['fired', 'shadow'] }, 'b'],
    ['set aside', { states: ['set_aside'] }, 'd'],
    ['by a technique, in any case', { text: 't1110' }, 'b'],
    ['by all words', { text: 'cordon ann' }, 'd'],
    ['by their import', { text: 'SigmaHQ' }, 'a'],
  ] as const)('are picked: %s', (_, more, expected) => {
    expect(idsOf(pickRules(RULES, { ...wish, ...more }))).toBe(expected);
  });
});

describe('pages of a list', () => {
  it('hold every item once, whatever their size', () => {
    for (const limit of [1, 2, 3, 4, 9]) {
      let found = '';
      let cursor: string | undefined;
      do {
        const page = pageOfList(RULES, { limit, ...(cursor === undefined ? {} : { cursor }) });
        found += idsOf(page.items);
        cursor = page.nextCursor;
      } while (cursor !== undefined);
      expect(found).toBe(idsOf(RULES));
    }
  });

  it.each(['x', '-3', '99', '1e9'])('take a cursor that is none: %s', (cursor) => {
    expect(pageOfList(RULES, { limit: 2, cursor }).items.length).toBeLessThanOrEqual(2);
  });
});
