import { useInfiniteQuery } from '@tanstack/react-query';
import { api } from '../../api.ts';
import { known } from '../../parts/choice.ts';
import { ACTION_STATUSES, type ActionFilter } from './action-filter.ts';

const PAGE = 50;

/** The action ledger, newest first. */
export const useActions = (filter: ActionFilter) =>
  useInfiniteQuery({
    queryKey: ['actions', filter],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => {
      const status = known(filter.status, ACTION_STATUSES);
      return api.listActions({
        signal,
        query: {
          limit: PAGE,
          ...(status.length > 0 && { status: [...status] }),
          ...(pageParam && { cursor: pageParam }),
        },
      });
    },
    getNextPageParam: (page) => page.next_cursor,
  });
