import type { RoomView, roomRoutes } from '@cordon/contract';
import { checkRecurrence, findSimilar, type Incident } from '@cordon/core';
import { tellHeld, tellOnCall, tellTasks, tellWaiting } from '../../room/handover.ts';
import type { ApiDeps } from '../deps.ts';
import type { Handlers } from '../handler.ts';
import { readPages } from '../page.ts';
import { compact, toTime } from '../present/present.ts';
import { presentEvidence, presentLine, presentRoom, readAct } from '../present/room.ts';
import { valueOrRefuse } from '../problem-json.ts';
import { getIncident } from './incident.ts';

/** Only the newest of a long history are compared. */
const MAX_COMPARED = 2_000;
const MAX_ALIKE = 50;

type Telling =
  | 'draftUpdate'
  | 'getHandover'
  | 'checkRecurrence'
  | 'listRoomLines'
  | 'getEvidenceManifest';

/** What people do in the rooms of incidents, and what stands there. */
export const createRoomHandlers = (deps: ApiDeps): Handlers<keyof typeof roomRoutes> => ({
  ...createDoing(deps),
  ...createTelling(deps),
});

function createDoing(deps: ApiDeps): Handlers<Exclude<keyof typeof roomRoutes, Telling>> {
  const { rooms } = deps;
  return {
    getRoom: async ({ params }) => readView(deps, await getIncident(deps, params.id)),
    actInRoom: async ({ params, body, who }) => {
      const { id } = await getIncident(deps, params.id);
      const line = valueOrRefuse(await rooms.act(id, readAct(body.act), who.name));
      return { line: line.number };
    },
    useRoomTemplate: async ({ params, body, who }) => {
      const incident = await getIncident(deps, params.id);
      valueOrRefuse(await rooms.useTemplate(incident.id, body.template_id, who.name));
      return readView(deps, incident);
    },
    keepRecords: async ({ params, body, who }) => {
      const { id } = await getIncident(deps, params.id);
      const line = valueOrRefuse(await rooms.keepRecords(id, body, who.name));
      return { line: line.number };
    },
    askAffected: async ({ params, body, who }) => {
      const incident = await getIncident(deps, params.id);
      const line = valueOrRefuse(await rooms.ask(incident, body, who.name));
      return { line: line.number };
    },
    inviteGuest: async ({ params, body, who }) => {
      const { id } = await getIncident(deps, params.id);
      return { url: valueOrRefuse(await rooms.invite(id, body, who.name)) };
    },
  };
}

function createTelling(deps: ApiDeps): Handlers<Telling> {
  const { rooms, store, now } = deps;
  return {
    draftUpdate: async ({ params, query }) =>
      valueOrRefuse(await rooms.draft(await getIncident(deps, params.id), query.audience)),
    listRoomLines: async ({ params }) => {
      const { id } = await getIncident(deps, params.id);
      return { items: (await store.readRoom(id)).map(presentLine) };
    },
    getEvidenceManifest: async ({ params, who }) => {
      const incident = await getIncident(deps, params.id);
      const { room, head, broken } = await rooms.read(incident.id);
      return compact({
        incident: `INC-${incident.number}`,
        title: incident.title,
        made_at: toTime(now()),
        made_by: who.name,
        is_intact: broken === undefined,
        head,
        evidence: room.evidence.map(presentEvidence),
      });
    },
    getHandover: async ({ params }) => readHandover(deps, await getIncident(deps, params.id)),
    checkRecurrence: async ({ params }) => {
      const incident = await getIncident(deps, params.id);
      return readRecurrence(deps, incident);
    },
  };
}

async function readView({ rooms, store, onCall }: ApiDeps, incident: Incident): Promise<RoomView> {
  const [read, standing, users] = await Promise.all([
    rooms.read(incident.id),
    rooms.standing(incident),
    store.listUsers(),
  ]);
  const roster = [...(onCall?.roster.people.values() ?? [])];
  const named = new Set(roster.map(({ account }) => account));
  const others = users.filter(({ name, isDisabled }) => !isDisabled && !named.has(name));
  return presentRoom(read.room, {
    lines: read.lines.length,
    isIntact: read.broken === undefined,
    targets: standing.targets,
    people: [
      ...roster.map(({ id, name }) => ({ id, name })),
      ...others.map(({ name }) => ({ id: name, name })),
    ],
    templates: rooms
      .templates(incident)
      .map(({ id, title, tasks }) => ({ id, title, tasks: tasks.length })),
    canMail: onCall?.mail !== undefined,
  });
}

async function readHandover({ rooms, onCall, now }: ApiDeps, incident: Incident) {
  const [{ room }, { actions, targets }, overrides] = await Promise.all([
    rooms.read(incident.id),
    rooms.standing(incident),
    onCall?.overrides() ?? [],
  ]);
  return {
    open_tasks: [...tellTasks(room)],
    waiting: [...tellWaiting(actions)],
    held: [...tellHeld(actions)],
    targets: targets.map(({ target, dueAt, status }) => `${target}: ${status}, ${toTime(dueAt)}`),
    on_call: onCall ? [...tellOnCall(onCall.roster, { overrides, now: now() })] : [],
  };
}

async function readRecurrence({ rooms, store }: ApiDeps, incident: Incident) {
  const [{ room }, others] = await Promise.all([
    rooms.read(incident.id),
    readPages((page) => store.listIncidents(page), MAX_COMPARED),
  ]);
  const byId = new Map(others.map((other) => [other.id, other]));
  const alike = findSimilar(incident, others, MAX_ALIKE).flatMap((one) => {
    const other = byId.get(one.incidentId);
    return other ? [{ ...one, incident: other }] : [];
  });
  const check = checkRecurrence(incident, room, alike);
  return {
    text: check.text,
    corrective_open: check.correctiveOpen,
    corrective_done: check.correctiveDone,
    found: check.found.map(({ incident: other, likeness }) => ({
      id: other.id,
      name: `INC-${other.number}`,
      title: other.title,
      first_at: toTime(other.firstAt),
      likeness,
    })),
  };
}
