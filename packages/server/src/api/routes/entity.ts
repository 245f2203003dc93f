import type { EntityView as EntityAnswer, entityRoutes } from '@cordon/contract';
import { type EntityView, splitEntityKey, toEpochMs } from '@cordon/core';
import type { ApiDeps } from '../deps.ts';
import type { Handlers } from '../handler.ts';
import { compact, toTime } from '../present/present.ts';

/** Things that events spoke of, as they were at a time. */
export const createEntityHandlers = ({
  entities,
  now,
}: Pick<ApiDeps, 'entities' | 'now'>): Handlers<keyof typeof entityRoutes> => ({
  getEntity: async ({ params: { kind, id }, query: { at } }) => {
    const time = at === undefined ? now() : toEpochMs(Date.parse(at));
    return presentEntity(await entities.describe({ kind, id, at: time }));
  },
});

function presentEntity(view: EntityView): EntityAnswer {
  const { ref, at, confidence, by, asset, identity, reach } = view;
  return compact({
    kind: ref.kind,
    id: ref.id,
    at: toTime(at),
    confidence,
    by,
    first_seen: view.firstAt === undefined ? undefined : toTime(view.firstAt),
    last_seen: view.lastAt === undefined ? undefined : toTime(view.lastAt),
    criticality: asset?.criticality,
    owner: asset?.owner,
    privilege: identity?.privilege,
    names: view.names.map(({ from, until, ...span }) =>
      compact({
        ...span,
        from: toTime(from),
        until: until === undefined ? undefined : toTime(until),
      }),
    ),
    links: view.links.map(({ from, relation, to, firstAt, lastAt }) => ({
      from: splitEntityKey(from),
      relation,
      to: splitEntityKey(to),
      first_seen: toTime(firstAt),
      last_seen: toTime(lastAt),
    })),
    reach: reach && { accounts: [...reach.accounts], machines: [...reach.machines] },
  });
}
