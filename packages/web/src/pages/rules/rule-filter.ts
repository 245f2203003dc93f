import type { RuleItem } from '@cordon/contract';
import { known } from '../../parts/choice.ts';

export const RULE_STATES = [
  'fired',
  'shadow',
  'suppressed',
  'off',
  'set_aside',
  'no_source',
] as const;
export type RuleState = (typeof RULE_STATES)[number];
export const RULE_SORTS = ['matches', 'cost', 'level', 'title'] as const;
export type RuleSort = (typeof RULE_SORTS)[number];

/** The page as it stands in the address. */
export interface RuleFilter {
  readonly view?: string;
  readonly text?: string;
  readonly state?: string;
  readonly sort?: string;
  readonly rule?: string;
}

/** Reads the address; what is not known is dropped. */
export function readRuleFilter(search: Record<string, unknown>): RuleFilter {
  const word = (name: string, most: number): string => {
    const value = search[name];
    return typeof value === 'string' ? value.slice(0, most) : '';
  };
  const state = known(search['state'], RULE_STATES).join(',');
  const [sort] = known(search['sort'], RULE_SORTS);
  const text = word('text', 200);
  const rule = word('rule', 128);
  return {
    ...(search['view'] === 'coverage' && { view: 'coverage' }),
    ...(text && { text }),
    ...(state && { state }),
    ...(sort && { sort }),
    ...(rule && { rule }),
  };
}

const IS: Readonly<Record<RuleState, (rule: RuleItem) => boolean>> = {
  fired: (rule) => rule.matches_month > 0,
  shadow: (rule) => rule.mode === 'shadow',
  suppressed: (rule) => rule.suppressions > 0,
  off: (rule) => rule.mode === 'off',
  set_aside: (rule) => rule.is_quarantined,
  no_source: (rule) => rule.is_silent,
};

const RANK = ['unknown', 'informational', 'low', 'medium', 'high', 'critical'];
export const costOf = (rule: RuleItem): number => rule.asked * rule.microseconds;

const BY: Readonly<Record<RuleSort, (a: RuleItem, b: RuleItem) => number>> = {
  matches: (a, b) => b.matches_month - a.matches_month || a.title.localeCompare(b.title),
  cost: (a, b) => costOf(b) - costOf(a),
  level: (a, b) => RANK.indexOf(b.level) - RANK.indexOf(a.level) || a.title.localeCompare(b.title),
  title: (a, b) => a.title.localeCompare(b.title),
};

/** The rules that fit, in the order asked for. Every word must stand somewhere in what is said of a rule. */
export function filterRules(
  rules: readonly RuleItem[],
  { text, state, sort }: RuleFilter,
): readonly RuleItem[] {
  const words = (text ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  const states = known(state, RULE_STATES);
  const [by = 'matches'] = known(sort, RULE_SORTS);
  return rules
    .filter((rule) => {
      const said = [
        rule.title,
        rule.id,
        rule.author,
        rule.source ?? 'cordon',
        rule.logsource,
        ...rule.techniques,
        ...rule.tactics,
      ]
        .join('\n')
        .toLowerCase();
      return words.every((word) => said.includes(word)) && states.every((each) => IS[each](rule));
    })
    .toSorted(BY[by]);
}
