import type { DryRunBody, PlaybookBody, PlaybookView } from '@cordon/contract';
import { useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query';
import { api, queryClient } from '../../api.ts';

const PAGE = 20;

/** The playbooks that are installed. */
export const usePlaybooks = () =>
  useQuery({ queryKey: ['playbooks'], queryFn: ({ signal }) => api.listPlaybooks({ signal }) });

/** Every version of a playbook that was saved, newest first. */
export const usePlaybookVersions = ({ id, version }: PlaybookView) =>
  useQuery({
    queryKey: ['playbooks', id, version],
    queryFn: ({ signal }) => api.listPlaybookVersions({ signal, params: { id } }),
  });

/** Puts a text of a playbook in force. */
export async function savePlaybook(id: string, body: PlaybookBody): Promise<PlaybookView> {
  const saved = await api.writePlaybook({ params: { id }, body });
  await queryClient.invalidateQueries({ queryKey: ['playbooks'] });
  return saved;
}

/** Runs of playbooks, newest first. */
export const useRuns = () =>
  useInfiniteQuery({
    queryKey: ['runs'],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      api.listRuns({ signal, query: { limit: PAGE, ...(pageParam && { cursor: pageParam }) } }),
    getNextPageParam: (page) => page.next_cursor,
    refetchInterval: 10_000,
  });

/** Incidents to try a playbook on. */
export const useRecentIncidents = () =>
  useQuery({
    queryKey: ['incidents', 'recent'],
    queryFn: ({ signal }) => api.listIncidents({ signal, query: { limit: 50 } }),
  });

/** What a playbook would do about an incident. */
export const useDryRun = () =>
  useMutation({ mutationFn: (body: DryRunBody) => api.dryRunPlaybook({ body }) });

const refreshRuns = () => queryClient.invalidateQueries({ queryKey: ['runs'] });

/** People's acts on runs. */
export const runActs = {
  answer: (id: string, body: { step_id: string; approved: boolean; reason: string }) =>
    api.answerRun({ params: { id }, body }).then(refreshRuns),
  repeat: (id: string, stepId: string) =>
    api.repeatRun({ params: { id }, body: { step_id: stepId } }).then(refreshRuns),
};
