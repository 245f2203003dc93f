import type { narrationRoutes } from '@cordon/contract';
import { toAttackSteps } from '@cordon/core';
import type { ApiDeps } from '../deps.ts';
import type { Handlers } from '../handler.ts';
import { toTime } from '../present/present.ts';
import { refuse, valueOrRefuse } from '../problem-json.ts';
import { readCase } from './incident-file.ts';

/** All that a narration may touch: two ways to read, and the narrator, which has none to write. */
interface NarrationDeps {
  readonly store: Pick<ApiDeps['store'], 'getIncident' | 'listAlerts'>;
  readonly narrator?: ApiDeps['narrator'];
}

const off = () =>
  refuse(404, {
    code: 'narrator_off',
    detail: 'No narrator is configured.',
    hint: 'Set narrator in cordon.yml; the steps of the incident tell the same without one.',
    retryable: false,
  });

/** Incidents as a language model tells them. */
export function createNarrationHandlers({
  store,
  narrator,
}: NarrationDeps): Handlers<keyof typeof narrationRoutes> {
  return {
    getNarrator: async () => (narrator ? { is_on: true, model: narrator.model } : { is_on: false }),
    getNarration: async ({ params }) => {
      if (!narrator) throw off();
      const { incident, alerts } = await readCase({ store }, params.id);
      const steps = toAttackSteps(incident, alerts);
      const told = valueOrRefuse(await narrator.tell(incident.id, steps));
      return {
        model: narrator.model,
        told_at: toTime(told.toldAt),
        sentences: told.sentences.map(({ text, alertIds }) => ({ text, alert_ids: [...alertIds] })),
        dropped: told.dropped,
        is_cut: told.isCut,
        steps_left_out: told.leftOut,
      };
    },
  };
}
