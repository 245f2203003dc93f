import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { api } from '../../api.ts';
import { known } from '../../parts/choice.ts';
import { ALERT_STATUSES } from './alert-filter.ts';

const PAGE = 100;

/** Alerts, newest first, in any of the given states. */
export const useAlerts = (chosen: string | undefined) =>
  useInfiniteQuery({
    queryKey: ['alerts', chosen],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => {
      const status = known(chosen, ALERT_STATUSES);
      return api.listAlerts({
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

/** One alert with its score. */
export const useAlert = (id: string) =>
  useQuery({
    queryKey: ['alert', id],
    queryFn: ({ signal }) => api.getAlert({ params: { id }, signal }),
  });

/** What closing by itself hid in the last seven days. */
export const useClosing = () =>
  useQuery({
    queryKey: ['alerts', 'closing'],
    queryFn: ({ signal }) => api.getClosing({ query: { days: 7 }, signal }),
  });
