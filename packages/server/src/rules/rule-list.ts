import type { RuleItem, RuleSort, RuleState } from '@cordon/contract';

/** Which rules are wanted, and in what order. */
export interface RuleWish {
  readonly text: string;
  readonly states: readonly RuleState[];
  readonly sort: RuleSort;
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
const costOf = (rule: RuleItem): number => rule.asked * rule.microseconds;
const byTitle = (a: RuleItem, b: RuleItem): number => a.title.localeCompare(b.title);

const BY: Readonly<Record<RuleSort, (a: RuleItem, b: RuleItem) => number>> = {
  matches: (a, b) => b.matches_month - a.matches_month || byTitle(a, b),
  cost: (a, b) => costOf(b) - costOf(a) || byTitle(a, b),
  level: (a, b) => RANK.indexOf(b.level) - RANK.indexOf(a.level) || byTitle(a, b),
  title: byTitle,
};

/** The rules that fit, in the order asked for. Every word must stand somewhere in what is said of a rule. */
export function pickRules(
  rules: readonly RuleItem[],
  { text, states, sort }: RuleWish,
): readonly RuleItem[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return rules
    .filter(
      (rule) =>
        states.every((state) => IS[state](rule)) &&
        (words.length === 0 || holdsAll(saidOf(rule), words)),
    )
    .toSorted(BY[sort]);
}

const holdsAll = (said: string, words: readonly string[]): boolean =>
  words.every((word) => said.includes(word));

const saidOf = (rule: RuleItem): string =>
  [
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
