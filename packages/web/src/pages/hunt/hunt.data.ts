import type { HuntEvent, Severity } from '@cordon/contract';
import { useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query';
import { api, queryClient } from '../../api.ts';

const PAGE = 100;
const KEPT_MS = 60_000;

export const useHuntEvents = (q: string) =>
  useInfiniteQuery({
    queryKey: ['hunt', 'events', q],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      api.huntEvents({
        signal,
        query: { q, limit: PAGE, ...(pageParam && { cursor: pageParam }) },
      }),
    getNextPageParam: (page) => page.next_cursor,
    staleTime: KEPT_MS,
    retry: false,
  });

export const useHuntBars = (q: string) =>
  useQuery({
    queryKey: ['hunt', 'bars', q],
    queryFn: ({ signal }) => api.huntBars({ query: { q }, signal }),
    staleTime: KEPT_MS,
    retry: false,
  });

export const useHuntTop = (q: string, field: string) =>
  useQuery({
    queryKey: ['hunt', 'top', q, field],
    queryFn: async ({ signal }) =>
      (await api.huntTop({ query: { q, field, limit: 10 }, signal })).items,
    staleTime: KEPT_MS,
    retry: false,
  });

export const useHuntFields = () =>
  useQuery({
    queryKey: ['hunt', 'fields'],
    queryFn: async ({ signal }) => (await api.listHuntFields({ signal })).items,
    staleTime: Number.POSITIVE_INFINITY,
  });

export const useMakeRule = () =>
  useMutation({
    mutationFn: (body: {
      readonly q: string;
      readonly title: string;
      readonly level: Exclude<Severity, 'unknown'>;
    }) => api.makeHuntRule({ body }),
  });

export const useWriteRule = () =>
  useMutation({
    mutationFn: (body: {
      readonly text: string;
      readonly q: string;
      readonly is_shadow: boolean;
      readonly reason: string;
    }) => api.writeRule({ body }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['rules'] }),
  });

export type Found = HuntEvent;
