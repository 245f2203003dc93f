import type { ConnectorView } from '@cordon/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { api, queryClient } from '../../api.ts';

/** What Cordon can act on. */
export const useConnectors = () =>
  useQuery({
    queryKey: ['connectors'],
    queryFn: ({ signal }) => api.listConnectors({ signal }),
    refetchInterval: 30_000,
  });

/** Asks a product whether it can be used. */
export const useTestConnector = () =>
  useMutation({
    mutationFn: (id: string): Promise<ConnectorView> => api.testConnector({ params: { id } }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['connectors'] }),
  });
