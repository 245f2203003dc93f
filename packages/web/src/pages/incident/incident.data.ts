import type { EntityKindName, EntityRef } from '@cordon/contract';
import { useQuery } from '@tanstack/react-query';
import { api } from '../../api.ts';

/** Everything the incident page shows. */
export const useIncident = (id: string) =>
  useQuery({
    queryKey: ['incident', id],
    queryFn: ({ signal }) => api.getIncident({ params: { id }, signal }),
  });

/** The attack step by step. */
export const useSteps = (id: string) =>
  useQuery({
    queryKey: ['incident', id, 'steps'],
    queryFn: ({ signal }) => api.listIncidentSteps({ params: { id }, signal }),
  });

/** What resembles the incident. */
export const useSimilar = (id: string) =>
  useQuery({
    queryKey: ['incident', id, 'similar'],
    queryFn: ({ signal }) => api.listSimilarIncidents({ params: { id }, signal }),
  });

/** Where a fault began. */
export const useRootCause = (id: string) =>
  useQuery({
    queryKey: ['incident', id, 'root-cause'],
    queryFn: ({ signal }) => api.getRootCause({ params: { id }, signal }),
    refetchInterval: 60_000,
  });

/** What is known of a thing as it was at a time. */
export const useEntity = ({ kind, id }: Pick<EntityRef, 'kind' | 'id'>, at: string) =>
  useQuery({
    queryKey: ['entity', kind, id, at],
    queryFn: ({ signal }) =>
      api.getEntity({ params: { kind: kind as EntityKindName, id }, query: { at }, signal }),
  });

/** The playbooks that can be run by hand. */
export const usePlaybooks = () =>
  useQuery({
    queryKey: ['playbooks'],
    queryFn: ({ signal }) => api.listPlaybooks({ signal }),
    staleTime: 60_000,
  });

const OPEN = ['new', 'in_progress', 'on_hold'] as const;
const MOST = 100;

/** Incidents that may still grow, the most urgent first. */
export const useOpenIncidents = () =>
  useQuery({
    queryKey: ['incidents', 'open'],
    queryFn: ({ signal }) =>
      api.listIncidents({ signal, query: { status: [...OPEN], limit: MOST } }),
  });
