import type { CheckView } from '@cordon/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { api, queryClient } from '../../api.ts';

export const useSystems = () =>
  useQuery({
    queryKey: ['systems'],
    queryFn: ({ signal }) => api.listSystems({ signal }),
    refetchInterval: 5_000,
  });

export const useAskCheck = () =>
  useMutation({
    mutationFn: (id: string): Promise<CheckView> => api.askCheck({ params: { id } }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['systems'] }),
  });
