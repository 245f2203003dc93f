import type { RetryResult } from '@cordon/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { api, queryClient } from '../../api.ts';

export const useSources = () =>
  useQuery({
    queryKey: ['sources'],
    queryFn: ({ signal }) => api.listSources({ signal }),
    refetchInterval: 5_000,
  });

export const useLetterGroups = () =>
  useQuery({
    queryKey: ['dead-letters'],
    queryFn: ({ signal }) => api.listLetterGroups({ signal }),
  });

export const useContent = () =>
  useQuery({ queryKey: ['content'], queryFn: ({ signal }) => api.getContent({ signal }) });

/** The newest record of a source as it is read now. */
export const useSample = (id: string) =>
  useQuery({
    queryKey: ['source-sample', id],
    queryFn: ({ signal }) => api.getSourceSample({ params: { id }, signal }),
    refetchInterval: 5_000,
  });

export const useTrace = (offset: number, isOn: boolean) =>
  useQuery({
    queryKey: ['record-trace', offset],
    queryFn: ({ signal }) => api.traceRecord({ params: { offset }, signal }),
    enabled: isOn,
  });

const refresh = () =>
  Promise.all(
    ['sources', 'dead-letters', 'overview', 'content', 'record-trace', 'source-sample'].map((key) =>
      queryClient.invalidateQueries({ queryKey: [key] }),
    ),
  );

export const useReload = () =>
  useMutation({ mutationFn: () => api.reloadContent(), onSuccess: refresh });

/** Runs dead letters again, call after call until all were asked. */
async function retryAll(body: {
  readonly source_id?: string;
  readonly shape?: string;
}): Promise<RetryResult> {
  let total: RetryResult = { asked: 0, parsed: 0, skipped: 0, unread: 0, gone: 0 };
  let cursor: string | undefined;
  do {
    const done = await api.retryLetters({ body: { ...body, ...(cursor ? { cursor } : {}) } });
    total = {
      asked: total.asked + done.asked,
      parsed: total.parsed + done.parsed,
      skipped: total.skipped + done.skipped,
      unread: total.unread + done.unread,
      gone: total.gone + done.gone,
    };
    cursor = done.next_cursor;
  } while (cursor !== undefined);
  return total;
}

export const useRetry = () => useMutation({ mutationFn: retryAll, onSettled: refresh });
