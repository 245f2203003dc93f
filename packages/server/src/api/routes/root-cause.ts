import type { rootCauseRoutes } from '@cordon/contract';
import type { ApiDeps } from '../deps.ts';
import type { Handlers } from '../handler.ts';
import { toTime } from '../present/present.ts';
import { getIncident } from './incident.ts';

/** Where faults began. */
export const createRootCauseHandlers = ({
  store,
  rootCauses,
}: Pick<ApiDeps, 'store' | 'rootCauses'>): Handlers<keyof typeof rootCauseRoutes> => ({
  getRootCause: async ({ params }) => {
    const { id } = await getIncident({ store }, params.id);
    const found = await rootCauses.of(id);
    if (found === undefined) return { status: 'not_searched', causes: [] };
    return {
      status: 'found',
      onset: toTime(found.onset),
      found_at: toTime(found.foundAt),
      unseen: found.unseen,
      causes: found.causes.map(({ clues, ...cause }) => ({
        ...cause,
        clues: clues.map(({ kind, nats, text }) => ({ kind, nats, text })),
      })),
    };
  },
});
