import { RULE_SORTS, RULE_STATES, type RuleDetail, type RuleMode } from '@cordon/contract';
import { keepPreviousData, useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query';
import { api, queryClient } from '../../api.ts';
import { known } from '../../parts/choice.ts';
import type { RuleFilter } from './rule-filter.ts';

const PAGE = 100;

const POLL_MS = 400;

/** The rules that fit, a page at a time; what was found before stays until the next is there. */
export const useRules = ({ text, state, sort }: RuleFilter) =>
  useInfiniteQuery({
    queryKey: ['rules', text, state, sort],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => {
      const states = known(state, RULE_STATES);
      const [by] = known(sort, RULE_SORTS);
      return api.listRules({
        signal,
        query: {
          limit: PAGE,
          ...(text && { text }),
          ...(states.length > 0 && { state: [...states] }),
          ...(by && { sort: by }),
          ...(pageParam && { cursor: pageParam }),
        },
      });
    },
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: keepPreviousData,
    refetchInterval: 60_000,
  });

export const useRule = (id: string) =>
  useQuery({
    queryKey: ['rule', id],
    queryFn: ({ signal }) => api.getRule({ params: { id }, signal }),
  });

/** What was recorded of a rule and never alerted. */
export const useMuted = (ruleId: string) =>
  useQuery({
    queryKey: ['rule', ruleId, 'muted'],
    queryFn: async ({ signal }) =>
      (await api.listMuted({ query: { rule_id: ruleId, limit: 20 }, signal })).items,
  });

export const useCoverage = () =>
  useQuery({ queryKey: ['coverage'], queryFn: ({ signal }) => api.getCoverage({ signal }) });

/** A back-test from its start to its end; polled while it runs. */
export function useBacktest() {
  const start = useMutation({
    mutationFn: (body: {
      readonly rule_id?: string;
      readonly text?: string;
      readonly days: number;
    }) => api.startBacktest({ body }),
  });
  const id = start.data?.id ?? '';
  const job = useQuery({
    queryKey: ['backtest', id],
    queryFn: ({ signal }) => api.getBacktest({ params: { id }, signal }),
    enabled: id !== '',
    refetchInterval: ({ state }) =>
      state.data === undefined || isOpen(state.data.status) ? POLL_MS : false,
  });
  return {
    start: start.mutate,
    cancel: () => api.cancelBacktest({ params: { id } }).then(() => job.refetch()),
    error: start.error ?? job.error,
    job: job.data ?? start.data,
    isRunning: start.isPending || (start.isSuccess && isOpen((job.data ?? start.data).status)),
  };
}

const isOpen = (status: string): boolean => status === 'waiting' || status === 'running';

const refresh = async () => {
  await Promise.all(
    ['rules', 'rule', 'coverage'].map((key) => queryClient.invalidateQueries({ queryKey: [key] })),
  );
};

/** What people set for a rule; each resolves when the page shows it. */
export const ruleActs = {
  setMode: (id: string, mode: RuleMode, reason: string) =>
    api.setRuleMode({ params: { id }, body: { mode, reason } }).then(refresh),
  suppress: async (id: string, body: Parameters<typeof api.suppressRule>[0]['body']) => {
    const made = await api.suppressRule({ params: { id }, body });
    await refresh();
    return made;
  },
  endSuppression: (id: string, suppression_id: string, reason: string) =>
    api.endSuppression({ params: { id, suppression_id }, body: { reason } }).then(refresh),
  lift: (id: string, reason: string) =>
    api.liftQuarantine({ params: { id }, body: { reason } }).then(refresh),
};

export type Rule = RuleDetail;
