import { type Static, Type } from 'typebox';
import { PriorityLevel } from './incident.ts';
import { defineRoute } from './route.ts';
import { EntityRef, Time, VerdictKind } from './value.ts';

const Count = Type.Integer({ minimum: 0 });
const Seconds = Type.Number({ minimum: 0 });

/** Where a set of times lies; what too few of them would decide is left out. */
export const SpreadView = Type.Object(
  {
    n: Count,
    median_s: Type.Optional(Seconds),
    p90_s: Type.Optional(Seconds),
  },
  { title: 'SpreadView' },
);
export type SpreadView = Static<typeof SpreadView>;

/** `k` of `n`; the share with its interval of 95 % is left out where `n` is too small. */
export const ShareView = Type.Object(
  {
    k: Count,
    n: Count,
    share: Type.Optional(Type.Number()),
    low: Type.Optional(Type.Number()),
    high: Type.Optional(Type.Number()),
  },
  { title: 'ShareView' },
);
export type ShareView = Static<typeof ShareView>;

/** From the first sign to the opening, and from the opening to a person's act, a held effect, a verdict. */
export const ResponseTimesView = Type.Object(
  { detect: SpreadView, acknowledge: SpreadView, contain: SpreadView, resolve: SpreadView },
  { title: 'ResponseTimesView' },
);
export type ResponseTimesView = Static<typeof ResponseTimesView>;

export const GroupTimesView = Type.Object(
  { of: Type.String(), incidents: Count, times: ResponseTimesView },
  { title: 'GroupTimesView' },
);
export type GroupTimesView = Static<typeof GroupTimesView>;

const Minutes = Type.Number({ minimum: 0, maximum: 10_000 });

/** What no book tells; each organisation sets its own. */
export const AssumptionsView = Type.Object(
  {
    minutes_per_alert: Minutes,
    minutes_per_incident: Minutes,
    minutes_per_decision: Minutes,
    minutes_per_action: Minutes,
    hourly_cost: Type.Number({ minimum: 0, maximum: 1_000_000 }),
    currency: Type.String({ pattern: '^[A-Z]{3}$', description: 'ISO 4217' }),
  },
  { title: 'AssumptionsView', additionalProperties: false },
);
export type AssumptionsView = Static<typeof AssumptionsView>;

const CostLines = Type.Array(
  Type.Object({ what: Type.String(), count: Count, minutes_each: Type.Number() }),
);

/** An incident of a report with the times of what was done about it, as far as it was done. */
export const ReportIncident = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    title: Type.String(),
    priority: PriorityLevel,
    type: Type.String(),
    opened_at: Time,
    detect_s: Type.Optional(Seconds),
    acknowledge_s: Type.Optional(Seconds),
    contain_s: Type.Optional(Seconds),
    resolve_s: Type.Optional(Seconds),
    verdict: Type.Optional(VerdictKind),
    techniques: Type.Array(Type.String()),
    targets: Type.Array(Type.String(), { description: '`kind:id` of what it happened to.' }),
  },
  { title: 'ReportIncident' },
);
export type ReportIncident = Static<typeof ReportIncident>;

export const ReportAction = Type.Object(
  {
    id: Type.String(),
    incident_id: Type.Optional(Type.String()),
    verb: Type.String(),
    target: Type.String(),
    at: Time,
    outcome: Type.String({
      description: 'carried_out, observed, refused, rejected, waiting, failed',
    }),
    status: Type.String(),
    is_automatic: Type.Boolean({ description: 'Nobody was asked.' }),
    is_false: Type.Boolean({ description: 'Automatic, and wrong.' }),
  },
  { title: 'ReportAction' },
);
export type ReportAction = Static<typeof ReportAction>;

export const ReportAct = Type.Object(
  {
    at: Time,
    actor: Type.String(),
    what: Type.String(),
    subject: Type.String(),
    incident_id: Type.Optional(Type.String()),
  },
  { title: 'ReportAct' },
);
export type ReportAct = Static<typeof ReportAct>;

/** How an organisation fared over a week or a month, with the rows every figure was made of. */
export const ReportView = Type.Object(
  {
    kind: Type.Union([Type.Literal('week'), Type.Literal('month')]),
    from: Time,
    to: Type.String({ format: 'date-time', description: 'The first moment after it.' }),
    is_over: Type.Boolean(),
    is_cut: Type.Boolean({ description: 'There was more than is read: the newest are counted.' }),
    incidents: Type.Object({
      opened: Count,
      open: Count,
      merged: Count,
      by_day: Type.Array(Type.Object({ at: Time, count: Count })),
    }),
    alerts: Count,
    response: ResponseTimesView,
    by_priority: Type.Array(GroupTimesView),
    by_type: Type.Array(GroupTimesView),
    workload: Type.Object({
      people: Type.Array(Type.Object({ person: Type.String(), acts: Count, incidents: Count })),
      by_hour: Type.Array(Count, { description: 'Acts of people by hour of the day, UTC.' }),
    }),
    automation: Type.Object({
      by_outcome: Type.Record(Type.String(), Count),
      automatic: Count,
      held: Count,
      undone: Count,
      false_automation: ShareView,
    }),
    rules: Type.Array(
      Type.Object({
        rule_id: Type.String(),
        title: Type.String(),
        alerts: Count,
        wrong: ShareView,
      }),
    ),
    entities: Type.Array(
      Type.Object({
        entity: EntityRef,
        incidents: Count,
        worst: PriorityLevel,
        risk: Type.Number(),
      }),
    ),
    techniques: Type.Object({
      covered: Count,
      silent: Count,
      met: Type.Array(Type.Object({ id: Type.String(), incidents: Count })),
    }),
    cost: Type.Object({
      spent: CostLines,
      saved: CostLines,
      spent_minutes: Type.Number(),
      saved_minutes: Type.Number(),
      per_incident: Type.Optional(Type.Number()),
      assumptions: AssumptionsView,
    }),
    rows: Type.Object({
      incidents: Type.Array(ReportIncident),
      actions: Type.Array(ReportAction),
      acts: Type.Array(ReportAct),
      is_cut: Type.Boolean({ description: 'Only the newest thousand of a kind are listed.' }),
    }),
  },
  { title: 'ReportView' },
);
export type ReportView = Static<typeof ReportView>;

export const reportRoutes = {
  getReport: defineRoute({
    method: 'GET',
    path: '/reports/:kind',
    access: 'viewer',
    summary: 'How a calendar week or month went: response times, workload, automation, cost.',
    params: Type.Object({ kind: Type.Union([Type.Literal('week'), Type.Literal('month')]) }),
    query: Type.Object({
      back: Type.Optional(
        Type.Integer({
          minimum: 0,
          maximum: 600,
          description: '0: the one that runs; 1: the one before it …',
        }),
      ),
    }),
    response: ReportView,
  }),
  setReportAssumptions: defineRoute({
    method: 'PUT',
    path: '/report-assumptions',
    access: 'administrator',
    summary: 'Sets what reports assume: minutes for each kind of work, and what an hour costs.',
    body: AssumptionsView,
    response: AssumptionsView,
  }),
};
