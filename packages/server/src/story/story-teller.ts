import type { ActionRecord, Alert, Incident, TimelineEntry } from '@cordon/core';
import type { StoryTeller } from '../ports.ts';
import type { StateStore } from '../store/ports.ts';

const MOST = 500;

const ofAlert = (alert: Alert): TimelineEntry => ({
  at: alert.firstAt,
  kind: 'alert',
  text:
    alert.signalCount > 1
      ? `${alert.text} (${alert.signalCount} signals, ${alert.eventCount} events)`
      : alert.text,
  refId: alert.id,
  offsets: alert.offsets,
});

const ofAction = (action: ActionRecord): readonly TimelineEntry[] =>
  action.journal.map((entry) => ({
    at: entry.at,
    kind: entry.phase === 'approve' && entry.by !== undefined ? 'person' : 'action',
    text: `${action.verb} ${action.target.id}, ${entry.phase}: ${entry.text}`,
    refId: action.id,
  }));

function ofOrigin({ origin }: Incident): readonly TimelineEntry[] {
  if (origin.kind === 'unseen') return [];
  const first = origin.hypotheses[0];
  if (first === undefined) return [];
  return [
    {
      at: first.at,
      kind: 'origin',
      text: origin.text,
      refId: first.entity.id,
      offsets: first.offsets,
    },
  ];
}

const ofOriginChanges = ({ originChanges = [] }: Incident): readonly TimelineEntry[] =>
  originChanges.map(({ at, text }) => ({ at, kind: 'origin', text }));

function ofState({ state }: Incident): readonly TimelineEntry[] {
  if (state.status !== 'resolved' && state.status !== 'closed') return [];
  const { verdict } = state;
  return [
    {
      at: verdict.at,
      kind: 'state',
      text: `${state.status} by ${verdict.by} as ${verdict.kind}: ${verdict.reason}`,
    },
  ];
}

/** An incident's dated lines, oldest first: alerts, origin, what was done, who decided. */
export function toTimeline(
  incident: Incident,
  alerts: readonly Alert[],
  actions: readonly ActionRecord[],
): readonly TimelineEntry[] {
  const lines = [
    ...ofOrigin(incident),
    ...ofOriginChanges(incident),
    ...alerts.map(ofAlert),
    ...actions.flatMap(ofAction),
    ...ofState(incident),
  ];
  return lines.sort((a, b) => a.at - b.at);
}

/** Tells timelines from the state store. */
export const createStoryTeller = (state: StateStore): StoryTeller => ({
  async timeline(incidentId) {
    const [incident, alerts, actions] = await Promise.all([
      state.getIncident(incidentId),
      state.listAlerts({ incidentId, limit: MOST }),
      state.listActions({ incidentId, limit: MOST }),
    ]);
    return incident ? toTimeline(incident, alerts.items, actions.items) : [];
  },
});
