import { useMutation, useQuery } from '@tanstack/react-query';
import { api, queryClient } from '../../api.ts';

const POLL_MS = 1_000;

/** How far the demo is, while it plays. */
export const useDemo = () =>
  useQuery({
    queryKey: ['demo'],
    queryFn: ({ signal }) => api.getDemo({ signal }),
    refetchInterval: (query) => (query.state.data?.playing ? POLL_MS : false),
  });

export const useStartDemo = () =>
  useMutation({
    mutationFn: () => api.startDemo(),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['demo'] }),
  });
