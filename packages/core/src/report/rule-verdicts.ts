import { CORDON } from '../decide/placement.ts';
import type { IncidentId } from '../shared/id.ts';
import type { Alert, Verdict } from '../triage/alert.ts';
import { isHarmless } from './books.ts';
import { type Share, shareOf } from './figure.ts';
import { groupBy } from './group-by.ts';

/** How often the alerts of a rule were wrong, by the word of people. */
export interface RuleVerdicts {
  readonly ruleId: string;
  readonly title: string;
  readonly alerts: number;
  /** False positives and harmless ones, of those a person judged as genuine, false or harmless. */
  readonly wrong: Share;
}

const JUDGED: readonly Verdict['kind'][] = ['true_positive', 'false_positive', 'benign'];

/** The verdict on an alert: its own, or the one on its incident. */
export const verdictOn = (
  { state }: Pick<Alert, 'state'>,
  verdicts: ReadonlyMap<IncidentId, Verdict>,
): Verdict | undefined => {
  if (state.status === 'closed') return state.verdict;
  return state.status === 'in_incident' ? verdicts.get(state.incidentId) : undefined;
};

/** Rules by how many of their alerts were wrong, the worst first. */
export function ruleVerdictsOf(
  alerts: readonly Alert[],
  verdicts: ReadonlyMap<IncidentId, Verdict>,
): readonly RuleVerdicts[] {
  return [...groupBy(alerts, ({ rule }) => rule.id)]
    .map(([ruleId, own]) => {
      const judged = own
        .map((alert) => verdictOn(alert, verdicts))
        .filter((verdict) => verdict && verdict.by !== CORDON && JUDGED.includes(verdict.kind));
      return {
        ruleId,
        title: own[0]?.rule.title ?? ruleId,
        alerts: own.length,
        wrong: shareOf(judged.filter(isHarmless).length, judged.length),
      };
    })
    .sort((a, b) => b.wrong.k - a.wrong.k || b.alerts - a.alerts);
}
