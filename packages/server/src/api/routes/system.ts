import type { CheckView as CheckOut, systemRoutes } from '@cordon/contract';
import { type Check, toDiagnosisTarget } from '@cordon/core';
import type { CheckView } from '../../checks/check-desk.ts';
import type { ApiDeps } from '../deps.ts';
import type { Handlers } from '../handler.ts';
import { compact, toTime } from '../present/present.ts';
import { notFound } from '../problem-json.ts';
import { summarise } from './diagnosis.ts';

/** Worst first. */
const ORDER = ['fail', 'warn', 'unknown', 'ok'] as const;

/** What is watched and how it stands. */
export const createSystemHandlers = ({
  checks,
}: Pick<ApiDeps, 'checks'>): Handlers<keyof typeof systemRoutes> => ({
  listSystems: async () => {
    const all = checks.list();
    const items = [...new Set(all.map(({ check }) => check.asset))].map((asset) => {
      const own = all.filter(({ check }) => check.asset === asset);
      const state = ORDER.find((one) => own.some((view) => view.state === one)) ?? 'unknown';
      return { asset, state, checks: own.map(presentCheck) };
    });
    return { items: items.sort((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state)) };
  },
  askCheck: async ({ params }) => {
    const asked = await checks.askNow(params.id);
    if (asked === undefined) throw notFound('such check');
    return presentCheck(asked);
  },
});

function presentCheck({ check, since, diagnosis, ...view }: CheckView): CheckOut {
  return compact({
    id: check.id,
    kind: check.kind,
    target: toText(check),
    every_s: check.everyMs / 1_000,
    depends_on: [...check.dependsOn],
    state: view.state,
    since: since && toTime(since),
    is_flapping: view.isFlapping,
    blocked_by: view.blockedBy,
    readings: view.readings.map(({ at, ...reading }) => ({ at: toTime(at), ...reading })),
    can_be_diagnosed: toDiagnosisTarget(check) !== undefined,
    diagnosis: diagnosis && {
      ...summarise(diagnosis),
      causes: (diagnosis.diagnosis?.faults ?? []).map(({ title }) => title),
    },
  });
}

/** As the doctor reads it. */
function toText(check: Check): string {
  const target = toDiagnosisTarget(check);
  if (target === undefined) return check.host;
  const { host, port, service, path } = target;
  const authority = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const scheme = service === 'tcp' ? '' : `${service}://`;
  return `${scheme}${authority}${path === '/' ? '' : path}`;
}
