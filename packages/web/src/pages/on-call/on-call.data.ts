import { useMutation, useQuery } from '@tanstack/react-query';
import { api, queryClient } from '../../api.ts';
import { useToast } from '../../parts/toast.tsx';

const REFRESH_MS = 60_000;

export const useOnCall = () =>
  useQuery({
    queryKey: ['on-call'],
    queryFn: ({ signal }) => api.getOnCall({ signal }),
    refetchInterval: REFRESH_MS,
  });

export const usePreview = (team: string | undefined, isOn: boolean) =>
  useQuery({
    queryKey: ['on-call', 'preview', team],
    queryFn: ({ signal }) =>
      api.previewTelling({ signal, query: { priority: 'P1', ...(team ? { team } : {}) } }),
    enabled: isOn,
  });

export const useMatters = () =>
  useQuery({
    queryKey: ['matters'],
    queryFn: ({ signal }) => api.listMatters({ signal, query: { limit: 30 } }),
  });

export const useFatigue = (isOn: boolean) =>
  useQuery({
    queryKey: ['matters', 'fatigue'],
    queryFn: ({ signal }) => api.getFatigue({ signal, query: { days: 30 } }),
    enabled: isOn,
  });

const refresh = () => queryClient.invalidateQueries({ queryKey: ['on-call'] });

/** Somebody stands in; undone by the toast. */
export interface NewOverride {
  readonly schedule_id: string;
  readonly person_id: string;
  readonly from: string;
  readonly to: string;
}

export function useOverrides() {
  const say = useToast();
  const remove = useMutation({
    mutationFn: (id: string) => api.removeOverride({ params: { id } }),
    onSuccess: ({ person, schedule_id, from, to }) =>
      say(`${person.name} does not stand in any more`, () =>
        api
          .addOverride({ body: { schedule_id, person_id: person.id, from, to } })
          .then(() => refresh()),
      ),
    onSettled: refresh,
  });
  const add = useMutation({
    mutationFn: (body: NewOverride) => api.addOverride({ body }),
    onSuccess: ({ id, person }) =>
      say(`${person.name} stands in`, () =>
        api.removeOverride({ params: { id } }).then(() => refresh()),
      ),
    onSettled: refresh,
  });
  return { add, remove };
}

/** Sends a test, and follows what becomes of it. */
export function useTest() {
  const send = useMutation({
    mutationFn: (body: { readonly person_id: string; readonly channel_id?: string }) =>
      api.sendTest({ body }),
  });
  const id = send.data?.id ?? '';
  const sent = useQuery({
    queryKey: ['notification', id],
    queryFn: ({ signal }) => api.getNotification({ signal, params: { id } }),
    enabled: id !== '',
    refetchInterval: ({ state }) =>
      state.data && state.data.status !== 'planned' && state.data.status !== 'sending'
        ? false
        : 1_000,
  });
  return { send, sent };
}
