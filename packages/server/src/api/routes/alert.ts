import type { alertRoutes } from '@cordon/contract';
import type { Alert, DeskCommand } from '@cordon/core';
import type { ApiDeps } from '../deps.ts';
import type { Handlers } from '../handler.ts';
import { toId, toPageQuery } from '../page.ts';
import { presentChanges } from '../present/act-changes.ts';
import { presentAlert, presentAlertDetail } from '../present/alert.ts';
import { compact, presentPage } from '../present/present.ts';
import { notFound, valueOrRefuse } from '../problem-json.ts';

const SIGNALS_SHOWN = 100;

/** Alerts and what people do with them. */
export function createAlertHandlers({ store, desk }: ApiDeps): Handlers<keyof typeof alertRoutes> {
  const get = async (id: string): Promise<Alert> => {
    const alert = await store.getAlert(toId('alr', id));
    if (!alert) throw notFound('such alert');
    return alert;
  };
  const act = async (command: DeskCommand & { alertId: Alert['id'] }, actor: string) => {
    await get(command.alertId);
    const { changes } = valueOrRefuse(await desk.act(command, actor));
    return { ...presentAlert(await get(command.alertId)), changes: presentChanges(changes) };
  };
  return {
    listAlerts: async ({ query }) => {
      const incidentId =
        query.incident_id === undefined ? undefined : toId('inc', query.incident_id);
      const page = await store.listAlerts({
        ...toPageQuery(query),
        ...compact({ status: query.status, incidentId }),
      });
      return presentPage(page, presentAlert);
    },
    getAlert: async ({ params }) => {
      const alert = await get(params.id);
      const signals = await store.listSignals(alert.id, { limit: SIGNALS_SHOWN });
      return presentAlertDetail(alert, signals.items);
    },
    closeAlert: async ({ params, body, who }) =>
      act({ kind: 'close_alert', alertId: toId('alr', params.id), ...body }, who.name),
    reopenAlert: async ({ params, body, who }) =>
      act({ kind: 'reopen_alert', alertId: toId('alr', params.id), ...body }, who.name),
  };
}
