import type { incidentFileRoutes, SimilarView, StixBundle } from '@cordon/contract';
import {
  type ActionRecord,
  type Alert,
  findSimilar,
  type Incident,
  type Similar,
  tellStory,
  toAttackFlow,
  toStixBundle,
} from '@cordon/core';
import type { ApiDeps } from '../deps.ts';
import type { Handlers } from '../handler.ts';
import { readPages } from '../page.ts';
import { presentIncident } from '../present/incident.ts';
import { compact, toTime } from '../present/present.ts';
import { actionsOf, getIncident } from './incident.ts';

const MAX_ALERTS = 1_000;
/** Only the newest of a long history are compared; the comparison itself costs microseconds each. */
const MAX_COMPARED = 2_000;

type Store = Pick<ApiDeps, 'store'>;

/** An incident and the alerts it holds, as far as a page can show them. */
export async function readCase(
  { store }: { readonly store: Pick<ApiDeps['store'], 'getIncident' | 'listAlerts'> },
  id: string,
): Promise<{ readonly incident: Incident; readonly alerts: readonly Alert[] }> {
  const incident = await getIncident({ store }, id);
  const incidentId = incident.id;
  const alerts = await readPages((page) => store.listAlerts({ ...page, incidentId }), MAX_ALERTS);
  return { incident, alerts };
}

const DONE: ReadonlySet<ActionRecord['status']> = new Set(['held', 'done', 'undone']);
const FAILED: ReadonlySet<ActionRecord['status']> = new Set(['failed', 'uncertain', 'undo_failed']);

const actionsIn = (
  actions: readonly ActionRecord[],
  statuses: ReadonlySet<ActionRecord['status']>,
): string[] => [
  ...new Set(
    actions
      .filter(({ status }) => statuses.has(status))
      .map(({ verb, target }) => `${verb} ${target.kind}`),
  ),
];

async function presentSimilar(
  { store }: Store,
  { incidentId, likeness, common }: Similar,
  byId: ReadonlyMap<string, Incident>,
): Promise<readonly SimilarView[]> {
  const other = byId.get(incidentId);
  if (!other) return [];
  const actions = await actionsOf(store, incidentId);
  const { id, name, title, last_at, status, verdict } = presentIncident(other, actions);
  return [
    compact({
      id,
      name,
      title,
      last_at,
      status,
      verdict,
      likeness,
      common: [...common],
      worked: actionsIn(actions, DONE),
      failed: actionsIn(actions, FAILED),
    }),
  ];
}

/** What can be taken out of an incident, and what it can be compared with. */
export function createIncidentFileHandlers(deps: Store): Handlers<keyof typeof incidentFileRoutes> {
  const { store } = deps;
  return {
    getIncidentStix: async ({ params }) => {
      const { incident, alerts } = await readCase(deps, params.id);
      return toStixBundle(incident, alerts) as unknown as StixBundle;
    },
    getIncidentAttackFlow: async ({ params }) => {
      const { incident, alerts } = await readCase(deps, params.id);
      return toAttackFlow(incident, alerts) as unknown as StixBundle;
    },
    listIncidentSteps: async ({ params }) => {
      const { incident, alerts } = await readCase(deps, params.id);
      return {
        items: tellStory(incident, alerts).map((step) => ({
          at: toTime(step.at),
          text: step.text,
          tactic: step.tactic,
          techniques: [...step.techniques],
          alert_ids: [...step.alertIds],
          offsets: [...step.offsets],
        })),
      };
    },
    listSimilarIncidents: async ({ params }) => {
      const incident = await getIncident(deps, params.id);
      const others = await readPages((page) => store.listIncidents(page), MAX_COMPARED);
      const byId = new Map(others.map((other) => [other.id as string, other]));
      const found = findSimilar(incident, others);
      const views = await Promise.all(found.map((one) => presentSimilar(deps, one, byId)));
      return { items: views.flat() };
    },
  };
}
