import type { VerdictKind } from '@cordon/contract';
import { api, queryClient } from './api.ts';

const STALE = ['incident', 'incidents', 'overview', 'alerts', 'alert', 'actions'] as const;

const refresh = async () => {
  await Promise.all(STALE.map((key) => queryClient.invalidateQueries({ queryKey: [key] })));
};

/** A verdict with its reason. */
export interface Closing {
  readonly verdict: VerdictKind;
  readonly reason: string;
}

/** People's acts; each resolves when the page shows the result. */
export const acts = {
  closeIncident: (id: string, body: Closing) =>
    api.closeIncident({ params: { id }, body }).then(refresh),
  reopenIncident: (id: string, reason: string) =>
    api.reopenIncident({ params: { id }, body: { reason } }).then(refresh),
  assign: (id: string, assignee: string) =>
    api.assignIncident({ params: { id }, body: { assignee } }).then(refresh),
  unassign: (id: string) => api.unassignIncident({ params: { id } }).then(refresh),
  closeAlert: (id: string, body: Closing) => api.closeAlert({ params: { id }, body }).then(refresh),
  reopenAlert: (id: string, reason: string) =>
    api.reopenAlert({ params: { id }, body: { reason } }).then(refresh),
  approve: (id: string, planHash: string, reason: string) =>
    api.approveAction({ params: { id }, body: { plan_hash: planHash, reason } }).then(refresh),
  reject: (id: string, planHash: string, reason: string) =>
    api.rejectAction({ params: { id }, body: { plan_hash: planHash, reason } }).then(refresh),
  undo: (id: string, reason: string) =>
    api.undoAction({ params: { id }, body: { reason } }).then(refresh),
  startRun: async (
    incidentId: string,
    body: { readonly playbook_id: string; readonly inputs?: Record<string, unknown> },
  ) => {
    const run = await api.startRun({ params: { id: incidentId }, body });
    await refresh();
    return run;
  },
};
