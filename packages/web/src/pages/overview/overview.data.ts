import { useQuery } from '@tanstack/react-query';
import { api } from '../../api.ts';

/** What is going on; read anew by the live stream and every 15 s. */
export const useOverview = () =>
  useQuery({
    queryKey: ['overview'],
    queryFn: ({ signal }) => api.getOverview({ signal }),
    refetchInterval: 15_000,
  });
