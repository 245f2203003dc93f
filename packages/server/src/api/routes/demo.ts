import type { demoRoutes } from '@cordon/contract';
import type { ApiDeps } from '../deps.ts';
import type { Handlers } from '../handler.ts';
import { notFound, valueOrRefuse } from '../problem-json.ts';

/** The bundled demo attack. */
export const createDemoHandlers = ({
  demo,
  store,
  now,
}: ApiDeps): Handlers<keyof typeof demoRoutes> => ({
  getDemo: async () => {
    const { playing, fraction, records } = demo?.progress() ?? {
      playing: false,
      fraction: 0,
      records: 0,
    };
    return { available: demo !== undefined, playing, fraction, records };
  },
  startDemo: async ({ who }) => {
    if (!demo) throw notFound('demo attack here');
    const { durationS } = valueOrRefuse(await demo.start(who.name));
    await store.audit({
      at: now(),
      actor: who.name,
      what: 'demo_started',
      subject: 'demo',
      data: { durationS },
    });
    return { duration_s: durationS };
  },
});
