import type { incidentRoutes } from '@cordon/contract';
import type { Alert, DeskCommand, Event, Incident, IncidentId, JsonObject } from '@cordon/core';
import type { ApiDeps } from '../deps.ts';
import type { Handlers } from '../handler.ts';
import { readPages, toId, toPageQuery } from '../page.ts';
import { presentChanges } from '../present/act-changes.ts';
import { presentRun } from '../present/action.ts';
import { presentIncident, presentIncidentDetail } from '../present/incident.ts';
import { compact } from '../present/present.ts';
import { notFound, valueOrRefuse } from '../problem-json.ts';

const MAX_ALERTS = 1000;
const MAX_ACTIONS = 500;
const MAX_RUNS = 100;
const MAX_EVENTS = 200;

/** Actions of an incident, newest first, as far as a page can show them. */
export const actionsOf = (store: ApiDeps['store'], incidentId: IncidentId) =>
  readPages((page) => store.listActions({ ...page, incidentId }), MAX_ACTIONS);

/** Incidents and what people do with them. */
export function createIncidentHandlers(deps: ApiDeps): Handlers<keyof typeof incidentRoutes> {
  const { store, desk } = deps;
  const present = async (incident: Incident) =>
    presentIncident(incident, await actionsOf(store, incident.id));
  const act = async (command: DeskCommand & { incidentId: IncidentId }, actor: string) => {
    await getIncident(deps, command.incidentId);
    const { incident, changes } = valueOrRefuse(await desk.act(command, actor));
    const changed = await present(incident ?? (await getIncident(deps, command.incidentId)));
    return { ...changed, changes: presentChanges(changes) };
  };
  return {
    listIncidents: async ({ query }) => {
      const { status, priority, text } = query;
      const page = await store.listIncidents({
        ...toPageQuery(query),
        ...compact({ status, priority, text }),
      });
      return {
        items: await Promise.all(page.items.map(present)),
        ...(page.nextCursor === undefined ? {} : { next_cursor: page.nextCursor }),
      };
    },
    getIncident: async ({ params }) => readDetail(deps, await getIncident(deps, params.id)),
    closeIncident: async ({ params, body, who }) =>
      act({ kind: 'close_incident', incidentId: toId('inc', params.id), ...body }, who.name),
    reopenIncident: async ({ params, body, who }) =>
      act({ kind: 'reopen_incident', incidentId: toId('inc', params.id), ...body }, who.name),
    assignIncident: async ({ params, body, who }) =>
      act({ kind: 'assign_incident', incidentId: toId('inc', params.id), ...body }, who.name),
    unassignIncident: async ({ params, who }) =>
      act({ kind: 'unassign_incident', incidentId: toId('inc', params.id) }, who.name),
    mergeIncident: async ({ params, body: { from_id, reason }, who }) => {
      const { id: from } = await getIncident(deps, from_id);
      return act(
        { kind: 'merge_incidents', incidentId: toId('inc', params.id), from, reason },
        who.name,
      );
    },
    splitIncident: async ({ params, body: { alert_ids, reason }, who }) => {
      const alertIds = alert_ids.map((id) => toId('alr', id));
      return act(
        { kind: 'split_incident', incidentId: toId('inc', params.id), alertIds, reason },
        who.name,
      );
    },
    startRun: async ({ params, body, who }) => {
      const { id } = await getIncident(deps, params.id);
      const inputs = (body.inputs ?? {}) as JsonObject;
      return presentRun(
        valueOrRefuse(await deps.actions.start(body.playbook_id, id, inputs, who.name)),
      );
    },
  };
}

/** The incident of that id; refuses where there is none. */
export async function getIncident(
  { store }: { readonly store: Pick<ApiDeps['store'], 'getIncident'> },
  id: string,
): Promise<Incident> {
  const incident = await store.getIncident(toId('inc', id));
  if (!incident) throw notFound('such incident');
  return incident;
}

/** What the newest records of its alerts told; the event store may lag, or have let go of them. */
function eventsOf({ events }: ApiDeps, alerts: readonly Alert[]): Promise<readonly Event[]> {
  const ends = new Set(alerts.flatMap((alert) => alert.offsets.slice(-3)));
  const offsets = [...ends].toSorted((a, b) => a - b).slice(-MAX_EVENTS);
  return offsets.length === 0 ? Promise.resolve([]) : events.find({ offsets, limit: MAX_EVENTS });
}

async function readDetail(deps: ApiDeps, incident: Incident) {
  const { store, storyTeller } = deps;
  const incidentId = incident.id;
  const [alerts, actions, runs, timeline] = await Promise.all([
    readPages((page) => store.listAlerts({ ...page, incidentId }), MAX_ALERTS),
    actionsOf(store, incidentId),
    readPages((page) => store.listRuns({ ...page, incidentId }), MAX_RUNS),
    storyTeller.timeline(incidentId),
  ]);
  const events = await eventsOf(deps, alerts);
  return presentIncidentDetail(incident, { alerts, actions, runs, timeline, events });
}
