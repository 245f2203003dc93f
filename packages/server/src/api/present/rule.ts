import type {
  BacktestView,
  CoverageView,
  RuleDetail,
  RuleItem,
  SuppressionView,
} from '@cordon/contract';
import {
  type Coverage,
  DAY_MS,
  demandText,
  type EpochMs,
  isInForce,
  type Signal,
  type Suppression,
} from '@cordon/core';
import type { BacktestJob } from '../../rules/backtest-desk.ts';
import type { RuleDetailView, RuleView } from '../../rules/rule-desk.ts';
import { presentSignal } from './alert.ts';
import { compact, presentProblem, toTime, toTimeMaybe } from './present.ts';

/** One rule of the list. */
export function presentRuleItem(view: RuleView, at: EpochMs): RuleItem {
  const { rule, matches, cost, setting } = view;
  return compact({
    id: rule.id,
    title: rule.title,
    kind: rule.kind === 'filter' ? ('rule' as const) : rule.kind,
    level: rule.level,
    status: rule.status,
    author: rule.author,
    license: rule.license,
    source: rule.source,
    techniques: [...rule.techniques],
    tactics: [...rule.tactics],
    logsource: 'logsource' in rule ? demandText(rule.logsource) : '',
    mode: view.mode,
    is_quarantined: setting.quarantine !== undefined,
    suppressions: setting.suppressions.filter((each) => isInForce(each, at)).length,
    is_silent: view.isSilent,
    matches_day: matches.day,
    matches_month: matches.month,
    muted_month: matches.shadow + matches.suppressed,
    last_at: toTimeMaybe(matches.lastAt),
    asked: cost?.asked ?? 0,
    matched: cost?.matched ?? 0,
    microseconds: cost?.microseconds ?? 0,
  });
}

/** Everything of one rule. */
export function presentRuleDetail(
  view: RuleDetailView,
  given: { readonly recent: readonly Signal[]; readonly at: EpochMs },
): RuleDetail {
  const { rule, text, file, cases, setting, hidden } = view;
  const { quarantine } = setting;
  return {
    ...presentRuleItem(view, given.at),
    text,
    file,
    falsepositives: [...rule.falsepositives],
    ...searchOf(rule),
    ...(quarantine ? { quarantine: { at: toTime(quarantine.at), reason: quarantine.reason } } : {}),
    suppression_list: setting.suppressions
      .toReversed()
      .map((each) => presentSuppression(each, { at: given.at, hidden: hidden[each.id] ?? 0 })),
    days: toDays(view.hours),
    must_fire: [...(cases?.mustFire ?? [])],
    must_not_fire: [...(cases?.mustNotFire ?? [])],
    recent: given.recent.map(presentSignal),
  };
}

function searchOf(
  rule: RuleDetailView['rule'],
): Pick<RuleDetail, 'conditions' | 'fields' | 'refers_to'> {
  switch (rule.kind) {
    case 'detector':
      return { conditions: [], fields: [], refers_to: [] };
    case 'correlation':
      return { conditions: [], fields: [...rule.groupBy], refers_to: [...rule.rules] };
    case 'rule':
    case 'filter':
      return { conditions: [...rule.conditions], fields: [...rule.fields], refers_to: [] };
  }
}

/** What hid what, and until when. */
export const presentSuppression = (
  suppression: Suppression,
  { at, hidden }: { readonly at: EpochMs; readonly hidden: number },
): SuppressionView =>
  compact({
    id: suppression.id,
    owner: suppression.owner,
    reason: suppression.reason,
    created_at: toTime(suppression.createdAt),
    expires_at: toTime(suppression.expiresAt),
    ended_at: toTimeMaybe(suppression.endedAt),
    is_in_force: isInForce(suppression, at),
    entity: suppression.entity && { kind: suppression.entity.kind, id: suppression.entity.id },
    hidden,
  });

function toDays(hours: RuleDetailView['hours']): RuleDetail['days'] {
  const days = new Map<number, { count: number; muted: number }>();
  for (const { hour, cause, count } of hours) {
    const day = Math.floor(hour / DAY_MS) * DAY_MS;
    const sum = days.get(day) ?? { count: 0, muted: 0 };
    days.set(day, {
      count: sum.count + count,
      muted: sum.muted + (cause === 'fired' ? 0 : count),
    });
  }
  return [...days].map(([at, sum]) => ({ at: toTime(at), ...sum }));
}

/** How far a back-test is. */
export function presentBacktest(job: BacktestJob): BacktestView {
  const { id, title, status, fraction, events, fired, result, problem } = job;
  return {
    id,
    rule_id: job.ruleId,
    title,
    status,
    fraction,
    events,
    fired,
    ...(problem ? { problem: presentProblem(problem) } : {}),
    ...(result
      ? {
          result: {
            from: toTime(result.from),
            to: toTime(result.to),
            days: result.days.map(({ at, count }) => ({ at: toTime(at), count })),
            entities: result.entities.map((entity) => ({ ...entity })),
            entity_count: result.entityCount,
            samples: result.samples.map(presentSignal),
          },
        }
      : {}),
  };
}

/** What the rules see of what is really there. */
export const presentCoverage = ({ sources, techniques, silent }: Coverage): CoverageView => ({
  sources: sources.map(({ name, events, lastAt, rules }) => ({
    name,
    events,
    last_at: toTime(lastAt),
    rules,
  })),
  techniques: techniques.map(({ id, tactics, rules, silent: mute, bySource }) => ({
    id,
    tactics: [...tactics],
    rules,
    silent: mute,
    by_source: [...bySource],
  })),
  silent: silent.map((rule) => ({
    rule_id: rule.ruleId,
    title: rule.title,
    wants: rule.wants,
    techniques: [...rule.techniques],
  })),
});
