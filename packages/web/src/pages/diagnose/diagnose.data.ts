import { useMutation, useQuery } from '@tanstack/react-query';
import { api, queryClient } from '../../api.ts';

const POLL_MS = 300;

/** The last ones, newest first. */
export const useDiagnoses = () =>
  useQuery({
    queryKey: ['diagnoses'],
    queryFn: async ({ signal }) => (await api.listDiagnoses({ signal })).items,
    refetchInterval: 10_000,
  });

/** One diagnosis from its start to its end; asked for anew while it runs. */
export const useDiagnosis = (id: string) =>
  useQuery({
    queryKey: ['diagnosis', id],
    queryFn: ({ signal }) => api.getDiagnosis({ params: { id }, signal }),
    refetchInterval: ({ state }) => (state.data?.status === 'running' ? POLL_MS : false),
  });

export const useStartDiagnosis = (onStarted: (id: string) => void) =>
  useMutation({
    mutationFn: (body: { readonly target: string; readonly service?: string }) =>
      api.startDiagnosis({ body }),
    onSuccess: (started) => {
      queryClient.setQueryData(['diagnosis', started.id], started);
      void queryClient.invalidateQueries({ queryKey: ['diagnoses'] });
      onStarted(started.id);
    },
  });

/** An action of ours; its key begins as the ledger's does, so that an undo shows at once. */
export const useAction = (id: string) =>
  useQuery({
    queryKey: ['actions', 'one', id],
    queryFn: ({ signal }) => api.getAction({ params: { id }, signal }),
  });
