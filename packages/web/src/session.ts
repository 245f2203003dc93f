import { useQuery } from '@tanstack/react-query';
import { api } from './api.ts';

/** The account that is logged in. */
export const useMe = () =>
  useQuery({ queryKey: ['me'], queryFn: ({ signal }) => api.getMe({ signal }), staleTime: 60_000 });

/** Is Cordon set up, and is the demo there? */
export const useStatus = () =>
  useQuery({ queryKey: ['status'], queryFn: ({ signal }) => api.getStatus({ signal }) });

/** May the account act on incidents, alerts and actions? */
export function useMayAct(): boolean {
  const role = useMe().data?.role;
  return role === 'responder' || role === 'administrator';
}

/** May the account change what Cordon does by itself? */
export const useMayAdminister = (): boolean => useMe().data?.role === 'administrator';
