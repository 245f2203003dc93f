import { type RuleSetting, toEpochMs } from '@cordon/core';
import type { RuleCount } from '../lists.ts';
import type { StateStore } from '../ports.ts';
import { hourOf } from '../rule-counts.ts';
import type { Tables, Writers } from './memory-tables.ts';

/** What people set for rules, and what rules brought. */
export function ruleSide(
  tables: Tables,
  write: Writers,
): Pick<
  StateStore,
  | 'listRuleSettings'
  | 'saveRuleSetting'
  | 'ruleCounts'
  | 'ruleHours'
  | 'listMuted'
  | 'listRuleSignals'
  | 'forgetRuleCounts'
> {
  const since = (from: number) =>
    [...tables.ruleCounts.values()].filter(({ hour }) => hourOf(hour) >= hourOf(toEpochMs(from)));
  return {
    listRuleSettings: async () =>
      [...tables.ruleSettings.values()].toSorted((a: RuleSetting, b: RuleSetting) =>
        a.ruleId < b.ruleId ? -1 : 1,
      ),
    async saveRuleSetting(setting, audit) {
      tables.ruleSettings.set(setting.ruleId, setting);
      write.touch('rule', [setting.ruleId]);
      write.audit(audit);
    },
    async ruleCounts(from) {
      const sums = new Map<string, RuleCount>();
      for (const { hour: _hour, ...each } of since(from)) {
        const key = JSON.stringify([each.ruleId, each.cause]);
        const { count, lastAt } = sums.get(key) ?? { count: 0, lastAt: each.lastAt };
        const latest = toEpochMs(Math.max(lastAt, each.lastAt));
        sums.set(key, { ...each, count: count + each.count, lastAt: latest });
      }
      return [...sums.values()];
    },
    ruleHours: async (ruleId, from) =>
      since(from)
        .filter((each) => each.ruleId === ruleId)
        .sort((a, b) => a.hour - b.hour || (a.cause < b.cause ? -1 : 1)),
    listMuted: async (query) =>
      tables.muted.page(
        query,
        ({ signal, cause }) =>
          (query.ruleId === undefined || signal.rule.id === query.ruleId) &&
          (query.cause === undefined || cause === query.cause),
      ),
    listRuleSignals: async (ruleId, query) =>
      tables.signals.page(query, (signal) => signal.rule.id === ruleId),
    async forgetRuleCounts(before) {
      for (const [key, { hour }] of tables.ruleCounts)
        if (hourOf(hour) < hourOf(before)) tables.ruleCounts.delete(key);
    },
  };
}
