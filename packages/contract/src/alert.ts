import { type Static, Type } from 'typebox';
import { ActChanges } from './act-changes.ts';
import { defineRoute, IdParams } from './route.ts';
import {
  AlertStatus,
  EntityRef,
  pageOf,
  pageQuery,
  Reason,
  ScoreView,
  Severity,
  Time,
  VerdictKind,
  VerdictView,
} from './value.ts';

export const RuleView = Type.Object(
  {
    id: Type.String(),
    title: Type.String(),
    author: Type.Optional(Type.String()),
    license: Type.Optional(Type.String()),
    source: Type.Optional(
      Type.String({ description: 'The import it came with; absent: it comes along with Cordon.' }),
    ),
    techniques: Type.Array(Type.String()),
    tactics: Type.Array(Type.String()),
    falsepositives: Type.Array(Type.String()),
    behaviour: Type.String(),
  },
  { title: 'RuleView' },
);
export type RuleView = Static<typeof RuleView>;

export const SignalView = Type.Object(
  {
    id: Type.String(),
    rule: RuleView,
    severity: Severity,
    severity_id: Type.Integer(),
    at: Time,
    since: Time,
    count: Type.Integer(),
    text: Type.String(),
    entities: Type.Array(EntityRef),
    matched: Type.Record(Type.String(), Type.String()),
    offsets: Type.Array(Type.Integer()),
  },
  { title: 'SignalView' },
);
export type SignalView = Static<typeof SignalView>;

const summary = {
  id: Type.String(),
  title: Type.String({ description: 'The title of the rule.' }),
  text: Type.String(),
  rule: RuleView,
  severity: Severity,
  severity_id: Type.Integer(),
  first_at: Time,
  last_at: Time,
  signal_count: Type.Integer(),
  event_count: Type.Integer(),
  entities: Type.Array(EntityRef),
  matched: Type.Record(Type.String(), Type.String()),
  offsets: Type.Array(Type.Integer(), { description: 'The last records it rests on.' }),
  status: AlertStatus,
  why: Type.String({ description: 'Why it is in this state.' }),
  incident_id: Type.Optional(Type.String()),
  verdict: Type.Optional(VerdictView),
  p: Type.Number(),
};

export const AlertSummary = Type.Object(summary, { title: 'AlertSummary' });
export type AlertSummary = Static<typeof AlertSummary>;

export const AlertDetail = Type.Object(
  { ...summary, score: ScoreView, signals: Type.Array(SignalView) },
  { title: 'AlertDetail' },
);
export type AlertDetail = Static<typeof AlertDetail>;

/** An alert after a person's act, with what the act moved. */
export const ActedAlert = Type.Object({ ...summary, changes: ActChanges }, { title: 'ActedAlert' });
export type ActedAlert = Static<typeof ActedAlert>;

export const alertRoutes = {
  listAlerts: defineRoute({
    method: 'GET',
    path: '/alerts',
    access: 'viewer',
    summary: 'Alerts, newest first.',
    query: Type.Object({
      ...pageQuery,
      status: Type.Optional(Type.Array(AlertStatus)),
      incident_id: Type.Optional(Type.String({ maxLength: 128 })),
    }),
    response: pageOf(AlertSummary),
  }),
  getAlert: defineRoute({
    method: 'GET',
    path: '/alerts/:id',
    access: 'viewer',
    summary: 'One alert with its score and signals.',
    params: IdParams,
    response: AlertDetail,
  }),
  closeAlert: defineRoute({
    method: 'POST',
    path: '/alerts/:id/close',
    access: 'responder',
    summary: 'Closes an alert with a verdict.',
    params: IdParams,
    body: Type.Object({ verdict: VerdictKind, reason: Reason }, { additionalProperties: false }),
    response: ActedAlert,
  }),
  reopenAlert: defineRoute({
    method: 'POST',
    path: '/alerts/:id/reopen',
    access: 'responder',
    summary: 'Opens a closed alert again.',
    params: IdParams,
    body: Type.Object({ reason: Reason }, { additionalProperties: false }),
    response: ActedAlert,
  }),
};
