import { useInfiniteQuery } from '@tanstack/react-query';
import { api } from '../../api.ts';
import { clearPendingIncidents } from '../../live.ts';
import { known } from '../../parts/choice.ts';
import { PRIORITIES, type QueueFilter, STATUSES } from './queue-filter.ts';

const PAGE = 100;

/** The queue. It stands still while people read it; new things are offered, not pushed in. */
export const useQueue = (filter: QueueFilter) =>
  useInfiniteQuery({
    queryKey: ['incidents', filter],
    staleTime: 0,
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => {
      clearPendingIncidents();
      const status = known(filter.status, STATUSES);
      const priority = known(filter.priority, PRIORITIES);
      return api.listIncidents({
        signal,
        query: {
          limit: PAGE,
          ...(status.length > 0 && { status: [...status] }),
          ...(priority.length > 0 && { priority: [...priority] }),
          ...(filter.text && { text: filter.text }),
          ...(pageParam && { cursor: pageParam }),
        },
      });
    },
    getNextPageParam: (page) => page.next_cursor,
  });
