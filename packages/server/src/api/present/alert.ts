import type { AlertDetail, AlertSummary, RuleView, SignalView } from '@cordon/contract';
import type { Alert, AlertState, RuleSummary, Signal } from '@cordon/core';
import {
  compact,
  presentEntity,
  presentScore,
  presentSeverity,
  presentVerdict,
  toTime,
} from './present.ts';

export const presentRule = (rule: RuleSummary): RuleView =>
  compact({
    id: rule.id,
    title: rule.title,
    author: rule.author,
    license: rule.license,
    source: rule.source,
    techniques: [...rule.techniques],
    tactics: [...rule.tactics],
    falsepositives: [...rule.falsepositives],
    behaviour: rule.behaviour,
  });

export const presentSignal = (signal: Signal): SignalView => ({
  id: signal.id,
  rule: presentRule(signal.rule),
  severity: presentSeverity(signal.severity_id),
  severity_id: signal.severity_id,
  at: toTime(signal.at),
  since: toTime(signal.since),
  count: signal.count,
  text: signal.text,
  entities: signal.entities.map(presentEntity),
  matched: { ...signal.matched },
  offsets: [...signal.offsets],
});

export const presentAlert = (alert: Alert): AlertSummary => ({
  id: alert.id,
  title: alert.rule.title,
  text: alert.text,
  rule: presentRule(alert.rule),
  severity: presentSeverity(alert.severity_id),
  severity_id: alert.severity_id,
  first_at: toTime(alert.firstAt),
  last_at: toTime(alert.lastAt),
  signal_count: alert.signalCount,
  event_count: alert.eventCount,
  entities: alert.entities.map(presentEntity),
  matched: { ...alert.matched },
  offsets: [...alert.offsets],
  p: alert.score.p,
  ...presentState(alert.state),
});

export const presentAlertDetail = (alert: Alert, signals: readonly Signal[]): AlertDetail => ({
  ...presentAlert(alert),
  score: presentScore(alert.score),
  signals: signals.map(presentSignal),
});

function presentState(
  state: AlertState,
): Pick<AlertSummary, 'status' | 'why' | 'incident_id' | 'verdict'> {
  switch (state.status) {
    case 'open':
      return { status: 'open', why: state.why };
    case 'in_incident':
      return { status: 'in_incident', why: state.why, incident_id: state.incidentId };
    case 'closed':
      return {
        status: 'closed',
        why: state.verdict.reason,
        verdict: presentVerdict(state.verdict),
      };
  }
}
