import { type Static, Type } from 'typebox';
import { KillSwitchView, ResponseMode } from './action.ts';
import { IncidentSummary } from './incident.ts';
import { defineRoute } from './route.ts';
import { Conservation, NoticeView } from './source.ts';
import { ProblemView, Time } from './value.ts';

/** How far the pipeline is. */
export const PipelineStatus = Type.Object(
  {
    head: Type.Integer(),
    committed_offset: Type.Integer(),
    event_store_offset: Type.Integer(),
    lag_records: Type.Integer(),
    is_replaying: Type.Boolean(),
    detection: Type.Object({
      rules: Type.Integer(),
      groups: Type.Integer(),
      evicted: Type.Integer(),
      late: Type.Integer(),
      detectors: Type.Optional(
        Type.Array(
          Type.Object({
            id: Type.String(),
            keys: Type.Integer({ description: 'Held in memory now.' }),
            evicted: Type.Integer({ description: 'Keys that had to go.' }),
            signals: Type.Integer(),
            failed: Type.Integer({ description: 'Events it broke on.' }),
          }),
        ),
      ),
    }),
    problems: Type.Array(ProblemView),
  },
  { title: 'PipelineStatus' },
);
export type PipelineStatus = Static<typeof PipelineStatus>;

/** The first page: what is going on and what needs a person. */
export const OverviewView = Type.Object(
  {
    at: Time,
    mode: ResponseMode,
    is_sandboxed: Type.Boolean({
      description:
        'No connector is configured: actions run for real against sandboxes inside the process, and touch nothing else.',
    }),
    kill_switch: KillSwitchView,
    incidents: Type.Object({
      new: Type.Integer(),
      in_progress: Type.Integer(),
      on_hold: Type.Integer(),
      resolved: Type.Integer(),
      closed: Type.Integer(),
    }),
    alerts: Type.Object({
      open: Type.Integer(),
      in_incident: Type.Integer(),
      closed: Type.Integer(),
    }),
    signals: Type.Object({ promoted: Type.Integer(), folded: Type.Integer() }),
    needs_you: Type.Object({
      approvals: Type.Integer(),
      oldest_approval_at: Type.Optional(Time),
      unassigned: Type.Integer(),
      uncertain: Type.Integer({
        description: 'Actions of which a person must look: uncertain or undo failed.',
      }),
    }),
    priorities: Type.Object({
      P1: Type.Integer(),
      P2: Type.Integer(),
      P3: Type.Integer(),
      P4: Type.Integer(),
    }),
    actions: Type.Record(Type.String(), Type.Integer(), {
      description: 'Actions by status, of the newest 500.',
    }),
    top_incidents: Type.Array(IncidentSummary, { description: 'At most 5 open ones.' }),
    histogram: Type.Array(
      Type.Object({ at: Time, events: Type.Integer(), alerts: Type.Integer() }),
      { description: 'The last 24 hours, an hour each, oldest first.' },
    ),
    sources: Type.Object({
      total: Type.Integer(),
      receiving: Type.Integer(),
      failed: Type.Integer(),
      rate_per_s: Type.Number(),
    }),
    conservation: Conservation,
    notices: Type.Array(NoticeView, { description: 'Alarms about taking in that stand now.' }),
    pipeline: PipelineStatus,
  },
  { title: 'OverviewView' },
);
export type OverviewView = Static<typeof OverviewView>;

export const overviewRoutes = {
  getOverview: defineRoute({
    method: 'GET',
    path: '/overview',
    access: 'viewer',
    summary: 'What is going on and what needs a person.',
    response: OverviewView,
  }),
};
