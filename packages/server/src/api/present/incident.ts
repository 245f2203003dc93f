import type {
  GraphView,
  IncidentDetail,
  IncidentSummary,
  OriginView,
  PriorityView,
} from '@cordon/contract';
import {
  type ActionRecord,
  type Alert,
  type Event,
  entityKey,
  type Incident,
  type IncidentState,
  type Origin,
  type OriginHypothesis,
  type Priority,
  type Run,
  type TimelineEntry,
} from '@cordon/core';
import { presentAction, presentRun } from './action.ts';
import { presentAlert } from './alert.ts';
import { presentKnown } from './known.ts';
import {
  compact,
  presentEntity,
  presentScore,
  presentSeverity,
  presentVerdict,
  toTime,
  toTimeMaybe,
} from './present.ts';

/** What belongs to an incident and is kept elsewhere. */
export interface IncidentParts {
  readonly alerts: readonly Alert[];
  readonly actions: readonly ActionRecord[];
  readonly runs: readonly Run[];
  readonly timeline: readonly TimelineEntry[];
  /** What it rests on, with what was known when it happened. */
  readonly events: readonly Event[];
}

export const presentIncident = (
  incident: Incident,
  actions: readonly ActionRecord[],
): IncidentSummary => ({
  id: incident.id,
  number: incident.number,
  name: `INC-${incident.number}`,
  title: incident.title,
  story: [...incident.story],
  severity: presentSeverity(incident.severity_id),
  severity_id: incident.severity_id,
  priority: presentPriority(incident.priority),
  p: incident.score.p,
  behaviours: [...incident.behaviours],
  tactics: [...incident.tactics],
  techniques: [...incident.techniques],
  first_at: toTime(incident.firstAt),
  last_at: toTime(incident.lastAt),
  alert_count: incident.alertIds.length,
  entities: incident.entities.map(presentEntity),
  ...presentState(incident.state),
  origin_text: incident.origin.text,
  action_counts: countActions(actions),
  revision: incident.revision,
});

export const presentIncidentDetail = (
  incident: Incident,
  parts: IncidentParts,
): IncidentDetail => ({
  ...presentIncident(incident, parts.actions),
  score: presentScore(incident.score),
  origin: presentOrigin(incident.origin),
  graph: presentGraph(incident.graph),
  alerts: parts.alerts.map(presentAlert),
  actions: parts.actions.map(presentAction),
  runs: parts.runs.map(presentRun),
  timeline: parts.timeline.map(({ at, kind, text, refId, offsets }) =>
    compact({ at: toTime(at), kind, text, ref_id: refId, offsets: [...(offsets ?? [])] }),
  ),
  known: [...presentKnown(parts.events)],
});

const countActions = (actions: readonly ActionRecord[]): IncidentSummary['action_counts'] => ({
  total: actions.length,
  awaiting_approval: actions.filter(({ status }) => status === 'awaiting_approval').length,
  held: actions.filter(({ status }) => status === 'held').length,
  failed: actions.filter(({ status }) => ['failed', 'uncertain', 'undo_failed'].includes(status))
    .length,
});

function presentState(
  state: IncidentState,
): Pick<IncidentSummary, 'status' | 'assignee' | 'on_hold_until' | 'verdict'> {
  switch (state.status) {
    case 'new':
      return { status: 'new' };
    case 'in_progress':
      return { status: 'in_progress', assignee: state.assignee };
    case 'on_hold':
      return compact({
        status: 'on_hold' as const,
        assignee: state.assignee,
        on_hold_until: toTimeMaybe(state.until),
      });
    case 'resolved':
    case 'closed':
      return { status: state.status, verdict: presentVerdict(state.verdict) };
  }
}

const presentPriority = ({ factors, ...rest }: Priority): PriorityView => ({
  level: rest.level,
  score: rest.score,
  likelihood: rest.likelihood,
  impact: rest.impact,
  urgency: rest.urgency,
  why: rest.why,
  factors: factors.map(({ axis, text, value }) => ({ axis, text, value })),
});

function presentOrigin(origin: Origin): OriginView {
  if (origin.kind === 'unseen') {
    return {
      kind: 'unseen',
      text: origin.text,
      hypotheses: [],
      would_settle: [...origin.wouldSettle],
    };
  }
  const hypotheses = origin.hypotheses.map((hypothesis) => ({
    ...presentBeginning(hypothesis),
    entity: presentEntity(hypothesis.entity),
    at: toTime(hypothesis.at),
    p: hypothesis.p,
    entry_vector: hypothesis.entryVector,
    supporting: [...hypothesis.supporting],
    contradicting: [...hypothesis.contradicting],
    offsets: [...hypothesis.offsets],
  }));
  return {
    kind: 'found',
    text: origin.text,
    hypotheses,
    would_settle: [...(origin.wouldSettle ?? [])],
  };
}

/** The process within the machine and whom it talks to, where they are known. */
function presentBeginning({ process, peer }: OriginHypothesis) {
  return compact({
    process:
      process &&
      compact({
        name: process.name,
        at: toTime(process.at),
        user: process.user,
        share: process.share,
      }),
    peer: peer && compact({ ip: peer.ip, port: peer.port }),
  });
}

const presentGraph = ({ nodes, edges }: Incident['graph']): GraphView => ({
  nodes: nodes.map((node) => ({
    key: entityKey(node.entity),
    entity: presentEntity(node.entity),
    first_at: toTime(node.firstAt),
    last_at: toTime(node.lastAt),
    alert_ids: [...node.alertIds],
  })),
  edges: edges.map(({ from, to, label, at, count }) => ({
    from,
    to,
    label,
    at: toTime(at),
    count,
  })),
});
