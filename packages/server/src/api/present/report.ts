import type {
  AssumptionsView,
  GroupTimesView,
  ReportView,
  ResponseTimesView,
  ShareView,
  SpreadView,
} from '@cordon/contract';
import type {
  Act,
  Assumptions,
  CostLine,
  GroupTimes,
  HandledIncident,
  JudgedAction,
  OrganisationReport,
  ResponseTimes,
  Share,
  Spread,
} from '@cordon/core';
import { compact, toTime } from './present.ts';

const MAX_ROWS = 1_000;
const MAX_RULES = 50;
const MAX_TECHNIQUES = 30;

/** A report as the API, the command line and the pages show it: times in seconds. */
export function presentReport(
  report: OrganisationReport,
  { at, isCut }: { readonly at: number; readonly isCut: boolean },
): ReportView {
  const { period, incidents, rows, automation, techniques } = report;
  const { byOutcome, automatic, held, undone, falseAutomation } = automation;
  const [newest, actions, acts] = [rows.incidents, rows.actions, rows.acts.toReversed()];
  return {
    kind: period.kind,
    from: toTime(period.from),
    to: toTime(period.to),
    is_over: at >= period.to,
    is_cut: isCut,
    incidents: {
      opened: incidents.opened,
      open: incidents.open,
      merged: incidents.merged,
      by_day: incidents.byDay.map((day) => ({ at: toTime(day.at), count: day.count })),
    },
    alerts: report.alerts,
    response: presentTimes(report.response),
    by_priority: report.byPriority.map(presentGroup),
    by_type: report.byType.map(presentGroup),
    workload: {
      people: report.workload.people.map((one) => ({ ...one })),
      by_hour: [...report.workload.byHour],
    },
    automation: {
      by_outcome: { ...byOutcome },
      automatic,
      held,
      undone,
      false_automation: presentShare(falseAutomation),
    },
    rules: report.rules.slice(0, MAX_RULES).map(({ ruleId, title, alerts, wrong }) => ({
      rule_id: ruleId,
      title,
      alerts,
      wrong: presentShare(wrong),
    })),
    entities: report.entities.map(({ entity, ...rest }) => ({
      ...rest,
      entity: { ...entity, role: 'target' },
    })),
    techniques: {
      covered: techniques.covered,
      silent: techniques.silent,
      met: techniques.met.slice(0, MAX_TECHNIQUES).map((one) => ({ ...one })),
    },
    cost: presentCost(report.cost),
    rows: {
      incidents: newest.slice(0, MAX_ROWS).map(presentHandled),
      actions: actions.slice(0, MAX_ROWS).map(presentJudged),
      acts: acts.slice(0, MAX_ROWS).map(presentAct),
      is_cut: [newest, actions, acts].some(({ length }) => length > MAX_ROWS),
    },
  };
}

const toSeconds = (ms: number | undefined): number | undefined =>
  ms === undefined ? undefined : ms / 1_000;

const presentSpread = ({ n, median, p90 }: Spread): SpreadView =>
  compact({ n, median_s: toSeconds(median), p90_s: toSeconds(p90) });

const presentShare = (share: Share): ShareView => ({ ...share });

const presentTimes = ({
  detect,
  acknowledge,
  contain,
  resolve,
}: ResponseTimes): ResponseTimesView => ({
  detect: presentSpread(detect),
  acknowledge: presentSpread(acknowledge),
  contain: presentSpread(contain),
  resolve: presentSpread(resolve),
});

const presentGroup = ({ of, incidents, times }: GroupTimes): GroupTimesView => ({
  of,
  incidents,
  times: presentTimes(times),
});

const presentLine = ({ what, count, minutesEach }: CostLine) => ({
  what,
  count,
  minutes_each: minutesEach,
});

const presentCost = ({
  spent,
  saved,
  spentMinutes,
  savedMinutes,
  perIncident,
  assumptions,
}: OrganisationReport['cost']): ReportView['cost'] =>
  compact({
    spent: spent.map(presentLine),
    saved: saved.map(presentLine),
    spent_minutes: spentMinutes,
    saved_minutes: savedMinutes,
    per_incident: perIncident,
    assumptions: presentAssumptions(assumptions),
  });

export const presentAssumptions = (assumptions: Assumptions): AssumptionsView => ({
  minutes_per_alert: assumptions.minutesPerAlert,
  minutes_per_incident: assumptions.minutesPerIncident,
  minutes_per_decision: assumptions.minutesPerDecision,
  minutes_per_action: assumptions.minutesPerAction,
  hourly_cost: assumptions.hourlyCost,
  currency: assumptions.currency,
});

export const readAssumptionsView = (view: AssumptionsView): Assumptions => ({
  minutesPerAlert: view.minutes_per_alert,
  minutesPerIncident: view.minutes_per_incident,
  minutesPerDecision: view.minutes_per_decision,
  minutesPerAction: view.minutes_per_action,
  hourlyCost: view.hourly_cost,
  currency: view.currency,
});

const presentHandled = ({ incident, openedAt, type, verdict, timesMs }: HandledIncident) =>
  compact({
    id: incident.id,
    name: `INC-${incident.number}`,
    title: incident.title,
    priority: incident.priority.level,
    type,
    opened_at: toTime(openedAt),
    detect_s: toSeconds(timesMs.detect),
    acknowledge_s: toSeconds(timesMs.acknowledge),
    contain_s: toSeconds(timesMs.contain),
    resolve_s: toSeconds(timesMs.resolve),
    verdict: verdict?.kind,
    techniques: [...incident.techniques],
    targets: incident.entities
      .filter(({ role }) => role === 'target')
      .map(({ kind, id }) => `${kind}:${id}`),
  });

const presentJudged = ({ action, outcome, isAutomatic, isFalse }: JudgedAction) =>
  compact({
    id: action.id,
    incident_id: action.incidentId,
    verb: action.verb,
    target: action.target.id,
    at: toTime(action.createdAt),
    outcome,
    status: action.status,
    is_automatic: isAutomatic,
    is_false: isFalse,
  });

const presentAct = ({ at, actor, what, subject, incidentId }: Act) =>
  compact({ at: toTime(at), actor, what, subject, incident_id: incidentId });
