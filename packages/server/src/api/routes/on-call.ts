import type { onCallRoutes } from '@cordon/contract';
import { DAY_MS, type Matter, type Notification, previewTelling, toEpochMs } from '@cordon/core';
import type { OnCallDesk } from '../../notify/ports.ts';
import { readFatigue } from '../../notify/read-fatigue.ts';
import type { ApiDeps } from '../deps.ts';
import type { Handlers } from '../handler.ts';
import { toId, toPageQuery } from '../page.ts';
import {
  NO_ON_CALL,
  presentFatigue,
  presentMatter,
  presentNotification,
  presentOnCall,
  presentOverride,
  presentPreview,
} from '../present/on-call.ts';
import { compact } from '../present/present.ts';
import { notFound, refuse, valueOrRefuse } from '../problem-json.ts';

const DEFAULT_DAYS = 30;

type Telling =
  | 'listNotifications'
  | 'getNotification'
  | 'listMatters'
  | 'acknowledgeMatter'
  | 'sendTest';

/** Who is on call, who was told, who answered. */
export const createOnCallHandlers = (deps: ApiDeps): Handlers<keyof typeof onCallRoutes> => ({
  ...createDutyHandlers(deps),
  ...createTellingHandlers(deps),
});

function createDutyHandlers(deps: ApiDeps): Handlers<Exclude<keyof typeof onCallRoutes, Telling>> {
  const { store, onCall, now } = deps;
  return {
    getOnCall: async () =>
      onCall ? presentOnCall(onCall, await readState(deps, onCall)) : NO_ON_CALL,
    previewTelling: async ({ query }) => {
      const desk = needed(onCall);
      const { team, subject, priority } = query;
      if (team !== undefined && !desk.roster.teams.has(team)) throw notFound('such team');
      const state = await readState(deps, desk);
      return presentPreview(
        previewTelling(
          { priority: priority ?? 'P1', teamId: team, subjects: subject ? [subject] : [] },
          { ...state, roster: desk.roster },
        ),
      );
    },
    addOverride: async ({ body, who }) => {
      const desk = needed(onCall);
      const override = {
        scheduleId: body.schedule_id,
        personId: body.person_id,
        from: toEpochMs(Date.parse(body.from)),
        to: toEpochMs(Date.parse(body.to)),
      };
      const added = valueOrRefuse(await desk.addOverride(override, who.name));
      return presentOverride(added, desk.roster);
    },
    removeOverride: async ({ params, who }) => {
      const desk = needed(onCall);
      const removed = valueOrRefuse(await desk.removeOverride(params.id, who.name));
      return presentOverride(removed, desk.roster);
    },
    getFatigue: async ({ query }) => {
      const from = toEpochMs(now() - (query.days ?? DEFAULT_DAYS) * DAY_MS);
      return presentFatigue(await readFatigue(store, from), { roster: onCall?.roster, from });
    },
  };
}

function createTellingHandlers(deps: ApiDeps): Handlers<Telling> {
  const { store, onCall } = deps;
  const roster = onCall?.roster;
  const showMatter = async (matter: Matter) =>
    presentMatter(matter, { roster, told: await store.notificationsOf(matter.id) });
  const showNotification = async (one: Notification) => {
    const found = await Promise.all(one.items.map(({ matterId }) => store.getMatter(matterId)));
    return presentNotification(one, { roster, matters: found.flatMap((matter) => matter ?? []) });
  };
  return {
    sendTest: async ({ body, who }) => {
      const given = { personId: body.person_id, channelId: body.channel_id };
      const id = valueOrRefuse(await needed(onCall).test(given, who.name));
      const sent = await store.getNotification(id);
      if (!sent) throw notFound('such notification');
      return showNotification(sent);
    },
    listNotifications: async ({ query }) => {
      const personId = query.person_id;
      const page = await store.listNotifications({
        ...toPageQuery(query),
        ...compact({ personId }),
      });
      return {
        items: await Promise.all(page.items.map(showNotification)),
        ...compact({ next_cursor: page.nextCursor }),
      };
    },
    getNotification: async ({ params }) => {
      const found = await store.getNotification(toId('ntf', params.id));
      if (!found) throw notFound('such notification');
      return showNotification(found);
    },
    listMatters: async ({ query }) => {
      const incidentId =
        query.incident_id === undefined ? undefined : toId('inc', query.incident_id);
      const filter = compact({ incidentId, status: query.status });
      const page = await store.listMatters({ ...toPageQuery(query), ...filter });
      return {
        items: await Promise.all(page.items.map(showMatter)),
        ...compact({ next_cursor: page.nextCursor }),
      };
    },
    acknowledgeMatter: async ({ params, who }) =>
      showMatter(valueOrRefuse(await needed(onCall).acknowledge(toId('mat', params.id), who.name))),
  };
}

/** The state that a page or a preview is made from. */
async function readState({ store, now }: ApiDeps, desk: OnCallDesk) {
  const windows = [...desk.roster.people.values()].map(({ budget }) => budget.windowMs);
  const at = now();
  const [overrides, sent] = await Promise.all([
    desk.overrides(),
    store.sentSince(toEpochMs(at - Math.max(DAY_MS, ...windows))),
  ]);
  return { overrides, sent, now: at };
}

function needed(desk: OnCallDesk | undefined): OnCallDesk {
  if (desk) return desk;
  throw refuse(409, {
    code: 'nobody_configured',
    detail: 'Nobody is configured who could be told.',
    hint: 'Name people, teams and on_call in cordon.yml.',
    retryable: false,
  });
}
