import type { GroupTimesView, ReportIncident, ReportView, SpreadView } from '@cordon/contract';
import { count, counted, words } from '../../parts/format.ts';
import { Figure, type Rows } from './behind.tsx';
import { lasting } from './lasting.ts';

type Stage = 'detect' | 'acknowledge' | 'contain' | 'resolve';

const STAGES: readonly { readonly stage: Stage; readonly title: string; readonly from: string }[] =
  [
    { stage: 'detect', title: 'Time to detect', from: 'from the first sign' },
    { stage: 'acknowledge', title: 'Time to acknowledge', from: 'until a person acts' },
    { stage: 'contain', title: 'Time to contain', from: 'until an effect holds' },
    { stage: 'resolve', title: 'Time to resolve', from: 'until the verdict' },
  ];

type Wanted = (incident: ReportIncident) => boolean;

const behind =
  (view: ReportView, stage: Stage, [name, isWanted]: readonly [string, Wanted]) =>
  (): Rows => ({
    title: `${words(stage)}${name ? `: ${name}` : ''}`,
    incidents: view.rows.incidents
      .filter((one) => isWanted(one) && one[`${stage}_s`] !== undefined)
      .toSorted((a, b) => (b[`${stage}_s`] ?? 0) - (a[`${stage}_s`] ?? 0)),
  });

const EVERY: readonly [string, Wanted] = ['', () => true];

/** The four times of the period, large. */
export function StageTiles({ view }: { readonly view: ReportView }) {
  return (
    <div className="tiles">
      {STAGES.map(({ stage, title, from }) => {
        const { n, median_s } = view.response[stage];
        return (
          <div key={stage} className="tile">
            <span className="muted small">{title}</span>
            <span className="value">
              <Figure rows={behind(view, stage, EVERY)}>
                {median_s === undefined ? (
                  <span className="muted">{n === 0 ? 'none' : 'too few'}</span>
                ) : (
                  lasting(median_s)
                )}
              </Figure>
            </span>
            <span className="muted small">
              {from}
              {howMany(view.response[stage])}
            </span>
          </div>
        );
      })}
    </div>
  );
}

function howMany({ n, median_s, p90_s }: SpreadView): string {
  if (n === 0) return '';
  if (median_s === undefined) return ` · only ${n}`;
  const beyond = p90_s === undefined ? '' : `, 90 % within ${lasting(p90_s)}`;
  return ` · median of ${counted(n, 'incident')}${beyond}`;
}

/** Response times by priority or by type: the median, and within which time nine of ten were. */
export function TimesTable({
  view,
  of: name,
  groups,
  keyOf,
}: {
  readonly view: ReportView;
  readonly of: 'type' | 'priority';
  readonly groups: readonly GroupTimesView[];
  readonly keyOf: (incident: ReportIncident) => string;
}) {
  if (groups.length === 0) return null;
  const title = `By ${name}`;
  const most = Math.max(1, ...groups.map(({ incidents }) => incidents));
  const rowsOf = (of: string) => view.rows.incidents.filter((one) => keyOf(one) === of);
  return (
    <section className="panel" aria-label={title}>
      <header>
        <h2>{title}</h2>
        <span className="muted small">median · 90 % within</span>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section className="scroll-x" tabIndex={0} aria-label={`${title}, table`}>
        <table className="table stacked report-times">
          <thead>
            <tr>
              <th>{words(name)}</th>
              <th className="num">Incidents</th>
              {STAGES.map(({ stage }) => (
                <th key={stage} className="num">
                  {words(stage)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {groups.map(({ of, incidents, times }) => (
              <tr key={of}>
                <td className="share-cell">
                  <span>{words(of)}</span>
                  <span className="share-bar" aria-hidden="true">
                    <i style={{ width: `${(incidents / most) * 100}%` }} />
                  </span>
                </td>
                <td className="num" data-label="Incidents">
                  <Figure rows={() => ({ title: words(of), incidents: rowsOf(of) })}>
                    {count(incidents)}
                  </Figure>
                </td>
                {STAGES.map(({ stage }) => (
                  <td key={stage} className="num" data-label={words(stage)}>
                    <Figure rows={behind(view, stage, [words(of), (one) => keyOf(one) === of])}>
                      <Times spread={times[stage]} />
                    </Figure>
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </section>
  );
}

function Times({ spread: { n, median_s, p90_s } }: { readonly spread: SpreadView }) {
  if (n === 0) return <span className="muted">none</span>;
  if (median_s === undefined) return <span className="muted">too few ({n})</span>;
  return (
    <>
      {lasting(median_s)}
      {p90_s === undefined ? null : <span className="beyond">{lasting(p90_s)}</span>}
    </>
  );
}
