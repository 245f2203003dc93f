import type { reportRoutes } from '@cordon/contract';
import { periodAt, reportOf } from '@cordon/core';
import { ASSUMPTIONS_SETTING, readReportBooks } from '../../report/read-books.ts';
import type { ApiDeps } from '../deps.ts';
import type { Handlers } from '../handler.ts';
import { presentAssumptions, presentReport, readAssumptionsView } from '../present/report.ts';

/** How weeks and months went, from the books. */
export function createReportHandlers({
  store,
  rules,
  now,
}: Pick<ApiDeps, 'store' | 'rules' | 'now'>): Handlers<keyof typeof reportRoutes> {
  return {
    getReport: async ({ params, query }) => {
      const at = now();
      const period = periodAt(params.kind, at, query.back);
      const coverage = await rules.coverage();
      const { books, isCut } = await readReportBooks(store, { period, coverage });
      return presentReport(reportOf(books), { at, isCut });
    },
    setReportAssumptions: async ({ body, who }) => {
      const assumptions = readAssumptionsView(body);
      await store.setSetting(
        ASSUMPTIONS_SETTING,
        { ...assumptions },
        {
          at: now(),
          actor: who.name,
          what: 'report_assumptions_set',
          subject: ASSUMPTIONS_SETTING,
          data: { ...assumptions },
        },
      );
      return presentAssumptions(assumptions);
    },
  };
}
