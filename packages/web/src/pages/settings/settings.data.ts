import type { NewTokenBody, NewUserBody } from '@cordon/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { api, queryClient } from '../../api.ts';

const again = (key: string) => () => queryClient.invalidateQueries({ queryKey: [key] });

export const useTokens = () =>
  useQuery({ queryKey: ['tokens'], queryFn: ({ signal }) => api.listTokens({ signal }) });
export const useUsers = () =>
  useQuery({ queryKey: ['users'], queryFn: ({ signal }) => api.listUsers({ signal }) });
export const useNeverTouch = () =>
  useQuery({ queryKey: ['never-touch'], queryFn: ({ signal }) => api.listNeverTouch({ signal }) });
export const useKillSwitch = () =>
  useQuery({ queryKey: ['kill-switch'], queryFn: ({ signal }) => api.getKillSwitch({ signal }) });
export const useAudit = () =>
  useQuery({
    queryKey: ['audit'],
    queryFn: ({ signal }) => api.listAudit({ signal, query: { limit: 15 } }),
  });

export const useCreateToken = () =>
  useMutation({
    mutationFn: (body: NewTokenBody) => api.createToken({ body }),
    onSuccess: again('tokens'),
  });
export const useDeleteToken = () =>
  useMutation({
    mutationFn: (id: string) => api.deleteToken({ params: { id } }),
    onSuccess: again('tokens'),
  });
export const useCreateUser = () =>
  useMutation({
    mutationFn: (body: NewUserBody) => api.createUser({ body }),
    onSuccess: again('users'),
  });
export const useVerifyAudit = () => useMutation({ mutationFn: () => api.verifyAudit() });

/** Engages or releases the kill switch. */
export const setKillSwitch = (engaged: boolean, reason: string) =>
  api.setKillSwitch({ body: { engaged, reason } }).then(again('kill-switch'));
