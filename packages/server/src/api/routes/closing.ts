import type { ClosingReportView, closingRoutes } from '@cordon/contract';
import type { ClosingReport } from '@cordon/core';
import { readClosing } from '../../report/read-closing.ts';
import type { ApiDeps } from '../deps.ts';
import type { Handlers } from '../handler.ts';
import { presentAlert } from '../present/alert.ts';
import { compact, toTime } from '../present/present.ts';

/** What closing by itself hides. */
export const createClosingHandlers = ({
  store,
  now,
}: ApiDeps): Handlers<keyof typeof closingRoutes> => ({
  getClosing: async ({ query: { days = 7 } }) =>
    presentClosing(await readClosing(store, { days, now: now() })),
});

function presentClosing({
  since,
  below,
  terms,
  counts,
  missed,
  alerts,
}: ClosingReport): ClosingReportView {
  const { certificate, audits, misses, pausedUntil } = terms;
  return compact({
    since: toTime(since),
    below,
    certificate: certificate && {
      alpha: certificate.alpha,
      confidence: certificate.confidence,
      genuine: certificate.genuine,
    },
    audits,
    misses,
    paused_until: pausedUntil > 0 ? toTime(pausedUntil) : undefined,
    counts: { ...counts },
    missed: { ...missed },
    alerts: alerts.map(({ outcome, alert }) => ({ outcome, alert: presentAlert(alert) })),
  });
}
