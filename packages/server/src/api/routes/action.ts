import type { actionRoutes } from '@cordon/contract';
import { type ActionRecord, type JsonObject, SECOND_MS } from '@cordon/core';
import type { ApiDeps } from '../deps.ts';
import type { Handlers } from '../handler.ts';
import { toId, toPageQuery } from '../page.ts';
import { presentAction, presentKillSwitch } from '../present/action.ts';
import { compact, presentPage } from '../present/present.ts';
import { notFound, valueOrRefuse } from '../problem-json.ts';

type ActionHandlers = Handlers<keyof typeof actionRoutes>;

/** The action ledger and what people decide on it. */
export function createActionHandlers({ store, actions }: ApiDeps): ActionHandlers {
  const get = async (id: string): Promise<ActionRecord> => {
    const action = await store.getAction(toId('act', id));
    if (!action) throw notFound('such action');
    return action;
  };
  const decide =
    (approved: boolean): ActionHandlers['approveAction'] =>
    async ({ params, body, who }) => {
      const { id } = await get(params.id);
      const decision = { approved, reason: body.reason, planHash: body.plan_hash };
      return presentAction(valueOrRefuse(await actions.decide(id, decision, who.name)));
    };
  return {
    listActions: async ({ query }) => {
      const incidentId =
        query.incident_id === undefined ? undefined : toId('inc', query.incident_id);
      const page = await store.listActions({
        ...toPageQuery(query),
        ...compact({ status: query.status, incidentId }),
      });
      return presentPage(page, presentAction);
    },
    getAction: async ({ params }) => presentAction(await get(params.id)),
    approveAction: decide(true),
    rejectAction: decide(false),
    undoAction: async ({ params, body, who }) => {
      const { id } = await get(params.id);
      return presentAction(valueOrRefuse(await actions.undo(id, body.reason, who.name)));
    },
    proposeAction: async ({ body, who }) => {
      const { incident_id, verb, reason, ttl_s } = body;
      const proposed = await actions.propose(
        {
          incidentId: toId('inc', incident_id),
          verb,
          params: body.params as JsonObject,
          reason,
          ...(ttl_s === undefined ? {} : { ttlMs: ttl_s * SECOND_MS }),
        },
        who.name,
      );
      return presentAction(valueOrRefuse(proposed));
    },
    getKillSwitch: async () => presentKillSwitch(actions.killSwitch()),
    setKillSwitch: async ({ body, who }) => {
      await actions.setKillSwitch(body.engaged, body.reason, who.name);
      return presentKillSwitch(actions.killSwitch());
    },
    listNeverTouch: async () => ({
      items: actions.neverTouch().map(({ value, why }) => ({ value, why })),
    }),
  };
}
