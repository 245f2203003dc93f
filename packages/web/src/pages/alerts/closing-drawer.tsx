import type { ClosingReportView, HiddenOutcome } from '@cordon/contract';
import { Link } from '@tanstack/react-router';
import { Dialog } from '../../parts/dialog.tsx';
import { counted, percent } from '../../parts/format.ts';
import { Ago, At } from '../../parts/marks.tsx';
import { Empty, Loaded } from '../../parts/states.tsx';
import { useClosing } from './alerts.data.ts';

const OUTCOMES: Readonly<Record<HiddenOutcome, string>> = {
  closed: 'closed by itself',
  by_rule: 'harmless by a rule of the house',
  shown: 'shown all the same',
  harmless: 'found harmless',
  genuine: 'found genuine',
  undecided: 'undecided',
};

/** What closing by itself hid in the last days, or would have hidden, and what it was. */
export function ClosingDrawer({ onClose }: { readonly onClose: () => void }) {
  const query = useClosing();
  return (
    <Dialog title="What closing by itself hides" kind="drawer" onClose={onClose}>
      <Loaded query={query} what="the report">
        {(report) => <Report report={report} />}
      </Loaded>
    </Dialog>
  );
}

function Report({ report }: { readonly report: ClosingReportView }) {
  const { alerts, counts, missed, audits, misses, paused_until: paused } = report;
  const total = Object.values(counts).reduce((sum, one) => sum + one, 0);
  const judged = missed.n;
  return (
    <div className="stack">
      <p>
        Alerts below {percent(report.below)} close by themselves. <Bound report={report} />
      </p>
      {paused ? (
        <p className="why">
          Closing is paused until <At time={paused} />: too much of what it hid was genuine.
        </p>
      ) : null}
      <p>
        Since <At time={report.since} /> that is {counted(total, 'alert')}; of{' '}
        {counted(judged, 'verdict')} on them {missed.k} found something genuine
        {missed.high === undefined ? '' : ` (at most ${percent(missed.high)}, with 95 %)`}. Ever:{' '}
        {misses} of {audits}.
      </p>
      <dl className="defs">
        {(Object.keys(OUTCOMES) as HiddenOutcome[]).map((outcome) => (
          <Count key={outcome} name={OUTCOMES[outcome]} value={counts[outcome]} />
        ))}
      </dl>
      {alerts.length === 0 ? <Empty title="Nothing was hidden" /> : null}
      <ul className="alert-list">
        {alerts.map(({ alert, outcome }) => (
          <li key={alert.id}>
            <div className="grow">
              <Link to="/alerts" search={{ alert: alert.id }}>
                {alert.title}
              </Link>
              <div className="muted small">
                {OUTCOMES[outcome]} · {alert.why}
              </div>
            </div>
            <span className="num">{percent(alert.p)}</span>
            <span className="muted small when">
              <Ago time={alert.last_at} />
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Bound({ report: { certificate } }: { readonly report: ClosingReportView }) {
  if (!certificate)
    return (
      <span className="muted">
        No bound on what that misses is stated: it takes 59 genuine verdicts.
      </span>
    );
  return (
    <span>
      At most {percent(certificate.alpha)} of genuine alerts fall below that, with confidence{' '}
      {percent(certificate.confidence)}, by {counted(certificate.genuine, 'genuine verdict')}.
    </span>
  );
}

function Count({ name, value }: { readonly name: string; readonly value: number }) {
  return (
    <>
      <dt>{name}</dt>
      <dd className="num">{value}</dd>
    </>
  );
}
