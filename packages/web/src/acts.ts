import type { ActChanges, VerdictKind } from '@cordon/contract';
import { useQuery } from '@tanstack/react-query';
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

const MOVED = ['what-changed'];

/** Keeps what the act moved for whoever shows it. */
async function tell(answer: Promise<{ readonly changes: ActChanges }>): Promise<ActChanges> {
  const { changes } = await answer;
  queryClient.setQueryData<ActChanges>(MOVED, changes);
  await refresh();
  return changes;
}

/** What the last act moved, until it is put away. */
export const useWhatChanged = () =>
  useQuery<ActChanges | null>({ queryKey: MOVED, queryFn: () => null, staleTime: Infinity }).data;
export const putAwayWhatChanged = () => queryClient.setQueryData(MOVED, null);

/** People's acts; each resolves when the page shows the result. */
export const acts = {
  closeIncident: (id: string, body: Closing) => tell(api.closeIncident({ params: { id }, body })),
  reopenIncident: (id: string, reason: string) =>
    tell(api.reopenIncident({ params: { id }, body: { reason } })),
  assign: (id: string, assignee: string) =>
    tell(api.assignIncident({ params: { id }, body: { assignee } })),
  unassign: (id: string) => tell(api.unassignIncident({ params: { id } })),
  merge: (id: string, fromId: string, reason: string) =>
    tell(api.mergeIncident({ params: { id }, body: { from_id: fromId, reason } })),
  split: (id: string, alertIds: readonly string[], reason: string) =>
    tell(api.splitIncident({ params: { id }, body: { alert_ids: [...alertIds], reason } })),
  closeAlert: (id: string, body: Closing) => tell(api.closeAlert({ params: { id }, body })),
  reopenAlert: (id: string, reason: string) =>
    tell(api.reopenAlert({ params: { id }, body: { reason } })),
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
