import type { AssumptionsView } from '@cordon/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { api, queryClient } from '../../api.ts';

export const useReport = (kind: 'week' | 'month', back: number) =>
  useQuery({
    queryKey: ['report', kind, back],
    queryFn: ({ signal }) => api.getReport({ params: { kind }, query: { back }, signal }),
    refetchInterval: back === 0 ? 60_000 : false,
  });

export const useSetAssumptions = () =>
  useMutation({
    mutationFn: (body: AssumptionsView) => api.setReportAssumptions({ body }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['report'] }),
  });
