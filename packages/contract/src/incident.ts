import { type Static, Type } from 'typebox';
import { ActChanges } from './act-changes.ts';
import { ActionView, RunView } from './action.ts';
import { AlertSummary } from './alert.ts';
import { defineRoute, IdParams } from './route.ts';
import {
  EntityRef,
  IncidentStatus,
  pageOf,
  pageQuery,
  Reason,
  ScoreView,
  Severity,
  Time,
  VerdictKind,
  VerdictView,
} from './value.ts';

export const PriorityLevel = Type.Union(
  [Type.Literal('P1'), Type.Literal('P2'), Type.Literal('P3'), Type.Literal('P4')],
  { title: 'PriorityLevel' },
);
export type PriorityLevel = Static<typeof PriorityLevel>;

/** Three axes from 0 to 1, the score from 0 to 100, and why. */
export const PriorityView = Type.Object(
  {
    level: PriorityLevel,
    score: Type.Number(),
    likelihood: Type.Number(),
    impact: Type.Number(),
    urgency: Type.Number(),
    why: Type.String(),
    factors: Type.Array(
      Type.Object({ axis: Type.String(), text: Type.String(), value: Type.Number() }),
    ),
  },
  { title: 'PriorityView' },
);
export type PriorityView = Static<typeof PriorityView>;

/** Where it began: ranked hypotheses, or unseen with what would settle it. */
export const OriginView = Type.Object(
  {
    kind: Type.Union([Type.Literal('found'), Type.Literal('unseen')]),
    text: Type.String(),
    hypotheses: Type.Array(
      Type.Object({
        entity: EntityRef,
        at: Time,
        p: Type.Number(),
        entry_vector: Type.String(),
        supporting: Type.Array(Type.String()),
        contradicting: Type.Array(Type.String()),
        process: Type.Optional(
          Type.Object({
            name: Type.String(),
            at: Time,
            user: Type.Optional(Type.String()),
            share: Type.Number({ description: 'Share of the blame on the machine, 0 to 1.' }),
          }),
        ),
        peer: Type.Optional(
          Type.Object({ ip: Type.String(), port: Type.Optional(Type.Integer()) }),
        ),
        offsets: Type.Array(Type.Integer()),
      }),
    ),
    would_settle: Type.Array(Type.String()),
  },
  { title: 'OriginView' },
);
export type OriginView = Static<typeof OriginView>;

/** Entities and what they did to one another; `key`, `from` and `to` are `kind:id`. */
export const GraphView = Type.Object(
  {
    nodes: Type.Array(
      Type.Object({
        key: Type.String(),
        entity: EntityRef,
        first_at: Time,
        last_at: Time,
        alert_ids: Type.Array(Type.String()),
      }),
    ),
    edges: Type.Array(
      Type.Object({
        from: Type.String(),
        to: Type.String(),
        label: Type.String(),
        at: Time,
        count: Type.Integer(),
      }),
    ),
  },
  { title: 'GraphView' },
);
export type GraphView = Static<typeof GraphView>;

export const TimelineView = Type.Object(
  {
    at: Time,
    kind: Type.String({ description: 'event, alert, origin, action, person, state' }),
    text: Type.String(),
    ref_id: Type.Optional(Type.String()),
    offsets: Type.Array(Type.Integer()),
  },
  { title: 'TimelineView' },
);
export type TimelineView = Static<typeof TimelineView>;

/** What an inventory or a directory told of a machine or an account when the events happened. */
export const KnownThing = Type.Object(
  {
    kind: Type.Union([Type.Literal('asset'), Type.Literal('identity')]),
    id: Type.String({ description: 'As the events name it.' }),
    source: Type.String({ description: 'Who told: `inventory`.' }),
    name: Type.Optional(Type.String()),
    owner: Type.Optional(Type.String()),
    criticality: Type.Optional(Type.Integer({ minimum: 1, maximum: 5 })),
    role: Type.Optional(Type.String()),
    department: Type.Optional(Type.String()),
    data_class: Type.Optional(Type.String()),
    is_exposed: Type.Optional(Type.Boolean()),
    privilege: Type.Optional(Type.String()),
    manager: Type.Optional(Type.String()),
  },
  { title: 'KnownThing' },
);
export type KnownThing = Static<typeof KnownThing>;

const summary = {
  id: Type.String(),
  number: Type.Integer(),
  name: Type.String({ description: '`INC-42`' }),
  title: Type.String(),
  story: Type.Array(Type.String()),
  severity: Severity,
  severity_id: Type.Integer(),
  priority: PriorityView,
  p: Type.Number({ description: 'Probability that it is a genuine threat.' }),
  behaviours: Type.Array(Type.String()),
  tactics: Type.Array(Type.String()),
  techniques: Type.Array(Type.String()),
  first_at: Time,
  last_at: Time,
  alert_count: Type.Integer(),
  entities: Type.Array(EntityRef),
  status: IncidentStatus,
  assignee: Type.Optional(Type.String()),
  on_hold_until: Type.Optional(Time),
  verdict: Type.Optional(VerdictView),
  origin_text: Type.String(),
  action_counts: Type.Object({
    total: Type.Integer(),
    awaiting_approval: Type.Integer(),
    held: Type.Integer(),
    failed: Type.Integer({ description: 'failed, uncertain or undo_failed' }),
  }),
  revision: Type.Integer(),
};

/** A row of the queue. */
export const IncidentSummary = Type.Object(summary, { title: 'IncidentSummary' });
export type IncidentSummary = Static<typeof IncidentSummary>;

/** Everything the incident page shows. */
export const IncidentDetail = Type.Object(
  {
    ...summary,
    score: ScoreView,
    origin: OriginView,
    graph: GraphView,
    alerts: Type.Array(AlertSummary),
    actions: Type.Array(ActionView),
    runs: Type.Array(RunView),
    timeline: Type.Array(TimelineView),
    known: Type.Array(KnownThing),
  },
  { title: 'IncidentDetail' },
);
export type IncidentDetail = Static<typeof IncidentDetail>;

/** An incident after a person's act, with what the act moved. */
export const ActedIncident = Type.Object(
  { ...summary, changes: ActChanges },
  { title: 'ActedIncident' },
);
export type ActedIncident = Static<typeof ActedIncident>;

export const CloseBody = Type.Object(
  { verdict: VerdictKind, reason: Reason },
  { title: 'CloseBody', additionalProperties: false },
);
export type CloseBody = Static<typeof CloseBody>;
export const ReasonBody = Type.Object(
  { reason: Reason },
  { title: 'ReasonBody', additionalProperties: false },
);
export type ReasonBody = Static<typeof ReasonBody>;
export const AssignBody = Type.Object(
  { assignee: Type.String({ minLength: 1, maxLength: 64 }) },
  { title: 'AssignBody', additionalProperties: false },
);
export type AssignBody = Static<typeof AssignBody>;
export const MergeBody = Type.Object(
  {
    from_id: Type.String({
      minLength: 1,
      maxLength: 128,
      description: 'The one that is taken in.',
    }),
    reason: Reason,
  },
  { title: 'MergeBody', additionalProperties: false },
);
export type MergeBody = Static<typeof MergeBody>;
export const SplitBody = Type.Object(
  {
    alert_ids: Type.Array(Type.String({ minLength: 1, maxLength: 128 }), {
      minItems: 1,
      maxItems: 500,
    }),
    reason: Reason,
  },
  { title: 'SplitBody', additionalProperties: false },
);
export type SplitBody = Static<typeof SplitBody>;
export const StartRunBody = Type.Object(
  {
    playbook_id: Type.String({ minLength: 1, maxLength: 128 }),
    inputs: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  },
  { title: 'StartRunBody', additionalProperties: false },
);
export type StartRunBody = Static<typeof StartRunBody>;

export const incidentRoutes = {
  listIncidents: defineRoute({
    method: 'GET',
    path: '/incidents',
    access: 'viewer',
    summary: 'Incidents, most urgent and newest first.',
    query: Type.Object({
      ...pageQuery,
      status: Type.Optional(Type.Array(IncidentStatus)),
      priority: Type.Optional(Type.Array(PriorityLevel)),
      text: Type.Optional(Type.String({ maxLength: 200 })),
    }),
    response: pageOf(IncidentSummary),
  }),
  getIncident: defineRoute({
    method: 'GET',
    path: '/incidents/:id',
    access: 'viewer',
    summary: 'One incident with its alerts, actions, timeline, origin, graph and score.',
    params: IdParams,
    response: IncidentDetail,
  }),
  closeIncident: defineRoute({
    method: 'POST',
    path: '/incidents/:id/close',
    access: 'responder',
    summary: 'Closes an incident with a verdict.',
    params: IdParams,
    body: CloseBody,
    response: ActedIncident,
  }),
  reopenIncident: defineRoute({
    method: 'POST',
    path: '/incidents/:id/reopen',
    access: 'responder',
    summary: 'Opens a closed incident again.',
    params: IdParams,
    body: ReasonBody,
    response: ActedIncident,
  }),
  assignIncident: defineRoute({
    method: 'POST',
    path: '/incidents/:id/assign',
    access: 'responder',
    summary: 'Gives an incident to somebody.',
    params: IdParams,
    body: AssignBody,
    response: ActedIncident,
  }),
  unassignIncident: defineRoute({
    method: 'POST',
    path: '/incidents/:id/unassign',
    access: 'responder',
    summary: 'Gives an incident back to the queue.',
    params: IdParams,
    response: ActedIncident,
  }),
  mergeIncident: defineRoute({
    method: 'POST',
    path: '/incidents/:id/merge',
    access: 'responder',
    summary: 'Takes another incident into this one; the other closes as its duplicate.',
    params: IdParams,
    body: MergeBody,
    response: ActedIncident,
  }),
  splitIncident: defineRoute({
    method: 'POST',
    path: '/incidents/:id/split',
    access: 'responder',
    summary: 'Makes some alerts of this incident an incident of their own.',
    params: IdParams,
    body: SplitBody,
    response: ActedIncident,
  }),
  startRun: defineRoute({
    method: 'POST',
    path: '/incidents/:id/runs',
    access: 'responder',
    summary: 'Starts a playbook by hand.',
    params: IdParams,
    body: StartRunBody,
    response: RunView,
    status: 201,
  }),
};
