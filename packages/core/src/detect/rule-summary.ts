import type { RuleMeta } from '../sigma/rule.ts';
import type { RuleSummary } from './signal.ts';

/** What a signal tells of its rule. */
export function toSummary(rule: RuleMeta): RuleSummary {
  const { id, title, author, license, source, status, techniques, tactics } = rule;
  const { falsepositives, behaviour } = rule;
  return {
    id,
    title,
    techniques,
    tactics,
    falsepositives,
    behaviour,
    ...(author ? { author } : {}),
    ...(license ? { license } : {}),
    ...(source ? { source } : {}),
    ...(status ? { status } : {}),
  };
}
