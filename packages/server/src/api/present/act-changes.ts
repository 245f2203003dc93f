import type { ActChanges as ActChangesView } from '@cordon/contract';
import type { ActChanges } from '@cordon/core';
import { compact } from './present.ts';

export const presentChanges = ({
  alerts,
  moreAlerts,
  incidents,
  rules,
}: ActChanges): ActChangesView => ({
  alerts: alerts.map(({ id, title, p, status }) =>
    compact({
      id,
      title,
      p_before: p.before,
      p_after: p.after,
      status_before: status.before,
      status_after: status.after,
    }),
  ),
  more_alerts: moreAlerts,
  incidents: incidents.map(({ id, number, status, alertCount }) =>
    compact({
      id,
      name: `INC-${number}`,
      status_before: status.before,
      status_after: status.after,
      alerts_before: alertCount.before,
      alerts_after: alertCount.after,
    }),
  ),
  rules: rules.map(({ id, title, counts: { before, after } }) => ({
    id,
    title,
    genuine_before: before?.genuine ?? 0,
    genuine_after: after.genuine,
    verdicts_before: before?.verdicts ?? 0,
    verdicts_after: after.verdicts,
  })),
});
