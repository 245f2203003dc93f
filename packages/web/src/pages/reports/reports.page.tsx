import type { ReportView } from '@cordon/contract';
import { getRouteApi, Link } from '@tanstack/react-router';
import { day } from '../../parts/format.ts';
import { Loaded } from '../../parts/states.tsx';
import { BehindArea } from './behind.tsx';
import { CostPanel } from './cost-panel.tsx';
import { StageTiles, TimesTable } from './response-panel.tsx';
import './reports.css';
import type { ReportSearch } from './report-search.ts';
import { useReport } from './reports.data.ts';
import {
  AutomationPanel,
  DaysPanel,
  RiskPanel,
  RulesPanel,
  WorkloadPanel,
} from './work-panels.tsx';

const route = getRouteApi('/shell/reports');
const DAY_MS = 86_400_000;

/** How a week or a month went, from the books; every figure shows the rows it was made of. */
export function ReportsPage() {
  const { kind = 'week', back = 0 } = route.useSearch();
  const report = useReport(kind, back);
  return (
    <div className="page report">
      <div className="page-head">
        <h1>Reports</h1>
        <Periods kind={kind} back={back} view={report.data} />
      </div>
      <Loaded query={report} what="the report">
        {(view) => <Body view={view} />}
      </Loaded>
    </div>
  );
}

const toSearch = (kind: 'week' | 'month', back: number): ReportSearch => ({
  ...(kind === 'month' && { kind }),
  ...(back > 0 && { back }),
});

function Periods({
  kind,
  back,
  view,
}: {
  readonly kind: 'week' | 'month';
  readonly back: number;
  readonly view: ReportView | undefined;
}) {
  const last = view ? new Date(Date.parse(view.to) - DAY_MS).toISOString() : '';
  return (
    <div className="row wrap periods">
      <span className="muted">
        {view ? `${day(view.from)} to ${day(last)}${view.is_over ? '' : ', so far'}` : ''}
      </span>
      <Link className="button" to="/reports" search={toSearch(kind, back + 1)}>
        ← Before
      </Link>
      {back > 0 ? (
        <Link className="button" to="/reports" search={toSearch(kind, back - 1)}>
          After →
        </Link>
      ) : null}
      <Link
        className="button"
        to="/reports"
        search={toSearch(kind === 'week' ? 'month' : 'week', 0)}
      >
        {kind === 'week' ? 'By month' : 'By week'}
      </Link>
      <button type="button" className="button" onClick={() => window.print()}>
        Print
      </button>
    </div>
  );
}

function Body({ view }: { readonly view: ReportView }) {
  return (
    <BehindArea isCut={view.rows.is_cut}>
      {view.is_cut ? (
        <p className="warn">There was more than is read: the newest twenty thousand are counted.</p>
      ) : null}
      <StageTiles view={view} />
      <div className="cols report-cols">
        <div className="stack">
          <DaysPanel view={view} />
          <TimesTable view={view} of="type" groups={view.by_type} keyOf={({ type }) => type} />
          <TimesTable
            view={view}
            of="priority"
            groups={view.by_priority}
            keyOf={({ priority }) => priority}
          />
          <RulesPanel view={view} />
        </div>
        <div className="stack">
          <AutomationPanel view={view} />
          <WorkloadPanel view={view} />
          <RiskPanel view={view} />
          <CostPanel view={view} />
        </div>
      </div>
    </BehindArea>
  );
}
