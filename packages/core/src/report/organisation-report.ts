import { DAY_MS, type EpochMs, toEpochMs } from '../shared/time.ts';
import type { PriorityLevel } from '../triage/priority.ts';
import { type Automation, automationOf, type JudgedAction, judgeAction } from './automation.ts';
import { type Act, type Books, verdictOf } from './books.ts';
import { type Cost, costOf } from './cost.ts';
import { type EntityAtRisk, entitiesAtRisk } from './entities-at-risk.ts';
import { groupBy } from './group-by.ts';
import type { Period } from './period.ts';
import {
  type GroupTimes,
  type HandledIncident,
  handledOf,
  levelOf,
  type ResponseTimes,
  timesBy,
  timesOf,
} from './response-times.ts';
import { type RuleVerdicts, ruleVerdictsOf } from './rule-verdicts.ts';
import { type Workload, workloadOf } from './workload.ts';

/** How an organisation fared over a week or a month, and the rows every figure was made of. */
export interface OrganisationReport {
  readonly period: Period;
  readonly incidents: {
    readonly opened: number;
    readonly open: number;
    readonly merged: number;
    readonly byDay: readonly { readonly at: EpochMs; readonly count: number }[];
  };
  readonly alerts: number;
  readonly response: ResponseTimes;
  readonly byPriority: readonly GroupTimes<PriorityLevel>[];
  /** The most frequent type first. */
  readonly byType: readonly GroupTimes[];
  readonly workload: Workload;
  readonly automation: Automation;
  readonly rules: readonly RuleVerdicts[];
  readonly entities: readonly EntityAtRisk[];
  readonly techniques: TechniqueSummary;
  readonly cost: Cost;
  readonly rows: {
    readonly incidents: readonly HandledIncident[];
    readonly actions: readonly JudgedAction[];
    readonly acts: readonly Act[];
  };
}

/** Techniques of ATT&CK: what rules in force can see, what they cannot, what was really met. */
export interface TechniqueSummary {
  /** Some rule that speaks of it has its data. */
  readonly covered: number;
  /** Rules speak of it, and none of them has its data. */
  readonly silent: number;
  /** Met in incidents, the most frequent first. */
  readonly met: readonly { readonly id: string; readonly incidents: number }[];
}

/** Folds the books of a period into a report. */
export function reportOf(books: Books): OrganisationReport {
  const { period, opened } = books;
  const handled = handledOf(books);
  const verdicts = new Map([
    ...books.verdicts,
    ...opened.flatMap(({ incident }) => {
      const verdict = verdictOf(incident);
      return verdict ? [[incident.id, verdict] as const] : [];
    }),
  ]);
  const judged = books.actions
    .filter(({ createdAt }) => createdAt < period.to)
    .map((action) =>
      judgeAction(action, action.incidentId ? verdicts.get(action.incidentId) : undefined),
    );
  const acts = books.acts.filter(({ at }) => at < period.to);
  return {
    period,
    incidents: {
      opened: handled.length,
      open: handled.filter(({ verdict }) => verdict === undefined).length,
      merged: opened.length - handled.length,
      byDay: countByDay(period, handled),
    },
    alerts: books.alerts.length,
    response: timesOf(handled),
    byPriority: timesBy(handled, levelOf),
    byType: timesBy(handled, ({ type }) => type),
    workload: workloadOf(acts),
    automation: automationOf(judged),
    rules: ruleVerdictsOf(books.alerts, verdicts),
    entities: entitiesAtRisk(handled),
    techniques: summariseTechniques(books, handled),
    cost: costOf({
      books,
      incidents: handled.length,
      acknowledged: handled.filter(({ timesMs }) => timesMs.acknowledge !== undefined).length,
      judged,
    }),
    rows: { incidents: handled, actions: judged, acts },
  };
}

function countByDay({ from, to }: Period, handled: readonly HandledIncident[]) {
  const days = groupBy(handled, ({ openedAt }) => Math.floor((openedAt - from) / DAY_MS));
  return Array.from({ length: Math.round((to - from) / DAY_MS) }, (_, day) => ({
    at: toEpochMs(from + day * DAY_MS),
    count: days.get(day)?.length ?? 0,
  }));
}

function summariseTechniques(
  { coverage }: Books,
  handled: readonly HandledIncident[],
): TechniqueSummary {
  const met = groupBy(
    handled.flatMap(({ incident }) => [...new Set(incident.techniques)]),
    (id) => id,
  );
  return {
    covered: coverage.techniques.filter(({ rules }) => rules > 0).length,
    silent: coverage.techniques.filter(({ rules }) => rules === 0).length,
    met: [...met]
      .map(([id, all]) => ({ id, incidents: all.length }))
      .sort((a, b) => b.incidents - a.incidents || a.id.localeCompare(b.id)),
  };
}
