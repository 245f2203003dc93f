import { useMutation, useQuery } from '@tanstack/react-query';
import { api, queryClient } from '../../api.ts';

export const useIntel = () =>
  useQuery({
    queryKey: ['intel'],
    queryFn: ({ signal }) => api.getIntel({ signal }),
    refetchInterval: 10_000,
  });

export const useIndicator = (value: string) =>
  useQuery({
    queryKey: ['indicator', value],
    queryFn: ({ signal }) => api.searchIndicator({ signal, query: { value } }),
    enabled: value !== '',
  });

export const useRefresh = () =>
  useMutation({
    mutationFn: (id: string) => api.refreshFeed({ params: { id } }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['intel'] }),
  });
