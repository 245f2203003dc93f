import type { intelRoutes } from '@cordon/contract';
import type { ApiDeps } from '../deps.ts';
import type { Handlers } from '../handler.ts';
import { presentFeed, presentIntel, presentSearch } from '../present/intel.ts';
import { valueOrRefuse } from '../problem-json.ts';

/** Feeds of threat intelligence and what they know. */
export function createIntelHandlers({
  intel,
  store,
  now,
}: ApiDeps): Handlers<keyof typeof intelRoutes> {
  return {
    getIntel: async () => presentIntel(intel),
    searchIndicator: async ({ query }) => presentSearch(intel.search(query.value), now()),
    refreshFeed: async ({ params, who }) => {
      const feed = valueOrRefuse(await intel.refresh(params.id));
      await store.audit({
        at: now(),
        actor: who.name,
        what: 'feed_refreshed',
        subject: params.id,
        data: { kept: feed.content?.kept ?? 0 },
      });
      return presentFeed(feed);
    },
  };
}
