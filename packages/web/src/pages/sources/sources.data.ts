import { useQuery } from '@tanstack/react-query';
import { api } from '../../api.ts';

export const useSources = () =>
  useQuery({
    queryKey: ['sources'],
    queryFn: ({ signal }) => api.listSources({ signal }),
    refetchInterval: 5_000,
  });

export const useDeadLetters = () =>
  useQuery({
    queryKey: ['dead-letters'],
    queryFn: ({ signal }) => api.listDeadLetters({ signal, query: { limit: 50 } }),
  });
