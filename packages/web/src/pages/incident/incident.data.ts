import type { VerdictKind } from '@cordon/contract';
import { useQuery } from '@tanstack/react-query';
import { api, queryClient } from '../../api.ts';

/** Everything the incident page shows. */
export const useIncident = (id: string) =>
  useQuery({
    queryKey: ['incident', id],
    queryFn: ({ signal }) => api.getIncident({ params: { id }, signal }),
  });

const refresh = async () => {
  await Promise.all(
    ['incident', 'incidents', 'overview'].map((key) =>
      queryClient.invalidateQueries({ queryKey: [key] }),
    ),
  );
};

/** People's acts on an incident and its actions; each resolves when the page shows the result. */
export const incidentActs = {
  close: (id: string, body: { readonly verdict: VerdictKind; readonly reason: string }) =>
    api.closeIncident({ params: { id }, body }).then(refresh),
  reopen: (id: string, reason: string) =>
    api.reopenIncident({ params: { id }, body: { reason } }).then(refresh),
  assign: (id: string, assignee: string) =>
    api.assignIncident({ params: { id }, body: { assignee } }).then(refresh),
  approve: (id: string, planHash: string, reason: string) =>
    api.approveAction({ params: { id }, body: { plan_hash: planHash, reason } }).then(refresh),
  reject: (id: string, planHash: string, reason: string) =>
    api.rejectAction({ params: { id }, body: { plan_hash: planHash, reason } }).then(refresh),
  undo: (id: string, reason: string) =>
    api.undoAction({ params: { id }, body: { reason } }).then(refresh),
};
