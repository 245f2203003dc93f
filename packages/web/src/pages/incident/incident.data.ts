import { useQuery } from '@tanstack/react-query';
import { api } from '../../api.ts';

/** Everything the incident page shows. */
export const useIncident = (id: string) =>
  useQuery({
    queryKey: ['incident', id],
    queryFn: ({ signal }) => api.getIncident({ params: { id }, signal }),
  });

/** The playbooks that can be run by hand. */
export const usePlaybooks = () =>
  useQuery({
    queryKey: ['playbooks'],
    queryFn: ({ signal }) => api.listPlaybooks({ signal }),
    staleTime: 60_000,
  });
