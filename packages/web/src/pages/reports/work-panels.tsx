import type { ReportView } from '@cordon/contract';
import { Link } from '@tanstack/react-router';
import { Bars } from '../../parts/bars.tsx';
import { count, counted, day } from '../../parts/format.ts';
import { Entity, PriorityMark } from '../../parts/marks.tsx';
import { ShareText } from '../../parts/share-text.tsx';
import { Empty } from '../../parts/states.tsx';
import { Figure, useBehind } from './behind.tsx';

const DAY_MS = 86_400_000;

interface Props {
  readonly view: ReportView;
}

const hourOf = (at: string): number => new Date(at).getUTCHours();
const hourLabel = (hour: number): string => `${String(hour).padStart(2, '0')}:00`;

/** Who did how much, and at which hours. */
export function WorkloadPanel({ view }: Props) {
  const { people, by_hour } = view.workload;
  const { acts } = view.rows;
  return (
    <section className="panel" aria-labelledby="workload-title">
      <header>
        <h2 id="workload-title">Work of people</h2>
        <span className="muted small">hours in UTC</span>
      </header>
      {people.length === 0 ? (
        <Empty title="Nobody had to do anything" />
      ) : (
        <>
          <div className="body">
            <ActsByHour view={view} byHour={by_hour} />
          </div>
          <table className="table ruled">
            <thead>
              <tr>
                <th>Person</th>
                <th className="num">Acts</th>
                <th className="num">Incidents</th>
              </tr>
            </thead>
            <tbody>
              {people.map(({ person, ...load }) => (
                <tr key={person}>
                  <td>{person}</td>
                  <td className="num">
                    <Figure
                      rows={() => ({ title: person, acts: acts.filter((a) => a.actor === person) })}
                    >
                      {count(load.acts)}
                    </Figure>
                  </td>
                  <td className="num">
                    <Figure rows={() => ({ title: person, incidents: touchedBy(view, person) })}>
                      {count(load.incidents)}
                    </Figure>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
    </section>
  );
}

function touchedBy({ rows }: ReportView, person: string) {
  const ids = new Set(
    rows.acts.filter(({ actor }) => actor === person).map(({ incident_id }) => incident_id),
  );
  return rows.incidents.filter(({ id }) => ids.has(id));
}

function ActsByHour({
  view,
  byHour,
}: {
  readonly view: ReportView;
  readonly byHour: readonly number[];
}) {
  const most = Math.max(1, ...byHour);
  return (
    <ol className="hours" aria-label="Acts by hour of the day">
      {byHour.map((acts, hour) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the hours of a day
        <li key={hour}>
          <Figure
            rows={() => ({
              title: `From ${hourLabel(hour)} on, for an hour`,
              acts: view.rows.acts.filter(({ at }) => hourOf(at) === hour),
            })}
          >
            <span className="sr">
              {hourLabel(hour)}: {counted(acts, 'act')}
            </span>
            <i aria-hidden="true" style={{ height: `${(acts / most) * 100}%` }} />
          </Figure>
          <span className="muted" aria-hidden="true">
            {hour % 6 === 0 ? hour : ''}
          </span>
        </li>
      ))}
    </ol>
  );
}

const OUTCOMES = ['carried_out', 'observed', 'waiting', 'refused', 'rejected', 'failed'] as const;
const OUTCOME_TEXT: Readonly<Record<(typeof OUTCOMES)[number], string>> = {
  carried_out: 'Carried out',
  observed: 'Only shown (observe)',
  waiting: 'Waiting, or on its way',
  refused: 'Refused by the guard',
  rejected: 'Rejected, or not answered in time',
  failed: 'Failed or uncertain',
};

/** What ran by itself, and how often that was wrong. */
export function AutomationPanel({ view }: Props) {
  const { by_outcome, automatic, held, undone, false_automation } = view.automation;
  const { actions } = view.rows;
  const lines = [
    ...OUTCOMES.map((outcome) => ({
      text: OUTCOME_TEXT[outcome],
      n: by_outcome[outcome] ?? 0,
      of: actions.filter((one) => one.outcome === outcome),
    })),
    { text: 'Nobody was asked', n: automatic, of: actions.filter((one) => one.is_automatic) },
    { text: 'Held now', n: held, of: actions.filter(({ status }) => status === 'held') },
    {
      text: 'Undone',
      n: undone,
      of: actions.filter((one) => one.outcome === 'carried_out' && one.status === 'undone'),
    },
  ];
  return (
    <section className="panel" aria-labelledby="automation-title">
      <header>
        <h2 id="automation-title">Automation</h2>
      </header>
      <div className="body stack">
        <div>
          <span className="muted small">False automation</span>
          <div className="value">
            <Figure
              rows={() => ({
                title: 'False automation',
                actions: actions.filter((one) => one.is_false),
              })}
            >
              <ShareText share={false_automation} />
            </Figure>
          </div>
          <span className="muted small">
            of changes nobody was asked about: taken back by a person before their time, or made
            over something harmless
          </span>
        </div>
        <dl className="defs figures-list">
          {lines.map(({ text, n, of }) => (
            <div key={text} className="pair">
              <dt>{text}</dt>
              <dd className="num">
                <Figure rows={() => ({ title: text, actions: of })}>{count(n)}</Figure>
              </dd>
            </div>
          ))}
        </dl>
      </div>
    </section>
  );
}

/** Rules whose alerts people judged, the most often wrong first. */
export function RulesPanel({ view }: Props) {
  const judged = view.rules.filter(({ wrong }) => wrong.n > 0);
  return (
    <section className="panel" aria-labelledby="rules-title">
      <header>
        <h2 id="rules-title">Alerts that were wrong, by rule</h2>
        <Link to="/rules">Rules</Link>
      </header>
      {judged.length === 0 ? (
        <Empty title="No alert was judged by a person" />
      ) : (
        <table className="table stacked">
          <thead>
            <tr>
              <th>Rule</th>
              <th className="num">Alerts</th>
              <th className="num">Wrong, of those judged</th>
            </tr>
          </thead>
          <tbody>
            {judged.map(({ rule_id, title, alerts, wrong }) => (
              <tr key={rule_id}>
                <td>
                  <Link to="/rules" search={{ rule: rule_id }}>
                    {title}
                  </Link>
                </td>
                <td className="num" data-label="Alerts">
                  {count(alerts)}
                </td>
                <td className="num" data-label="Wrong">
                  <ShareText share={wrong} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

/** What incidents happened to, and the techniques that were met. */
export function RiskPanel({ view }: Props) {
  const { entities, techniques, rows } = view;
  return (
    <section className="panel" aria-labelledby="risk-title">
      <header>
        <h2 id="risk-title">Entities at risk</h2>
        <span className="muted small">by the sum of the priorities of their incidents</span>
      </header>
      {entities.length === 0 ? (
        <Empty title="No incident happened to anything" />
      ) : (
        <ul className="behind body">
          {entities.map(({ entity, incidents, worst }) => (
            <li key={`${entity.kind} ${entity.id}`} className="row wrap">
              <PriorityMark level={worst} />
              <span className="grow">
                <Entity entity={entity} />
              </span>
              <Figure
                rows={() => ({
                  title: entity.id,
                  incidents: rows.incidents.filter(({ targets }) =>
                    targets.includes(`${entity.kind}:${entity.id}`),
                  ),
                })}
              >
                {counted(incidents, 'incident')}
              </Figure>
            </li>
          ))}
        </ul>
      )}
      <div className="body stack tight ruled">
        <h3>Techniques of ATT&amp;CK</h3>
        <p>
          <Link to="/rules" search={{ view: 'coverage' }}>
            {count(techniques.covered)} can be seen
          </Link>
          <span className="muted"> now, {count(techniques.silent)} wait for their data. Met:</span>
        </p>
        {techniques.met.length === 0 ? <p className="muted">none</p> : null}
        <ul className="row wrap">
          {techniques.met.map(({ id, incidents }) => (
            <li key={id} className="pill">
              <Figure
                rows={() => ({
                  title: id,
                  incidents: rows.incidents.filter((one) => one.techniques.includes(id)),
                })}
              >
                {id} ×{count(incidents)}
              </Figure>
            </li>
          ))}
        </ul>
      </div>
    </section>
  );
}

/** Incidents by the day they were opened on; a span of days shows those of it. */
export function DaysPanel({ view }: Props) {
  const { opened, open, merged, by_day } = view.incidents;
  const { incidents } = view.rows;
  const show = useBehind();
  const pick = (from: string, to: string) =>
    show({
      title: from === to ? day(from) : `${day(from)} to ${day(to)}`,
      incidents: incidents.filter(
        ({ opened_at }) => opened_at >= from && Date.parse(opened_at) < Date.parse(to) + DAY_MS,
      ),
    });
  return (
    <section className="panel" aria-labelledby="days-title">
      <header>
        <h2 id="days-title">Incidents by day</h2>
        <span className="muted small">
          <Figure rows={() => ({ title: 'Opened', incidents })}>{count(opened)} opened</Figure>,{' '}
          <Figure
            rows={() => ({
              title: 'Still open',
              incidents: incidents.filter(({ verdict }) => verdict === undefined),
            })}
          >
            {count(open)} still open
          </Figure>
          , {count(merged)} merged into others, {counted(view.alerts, 'alert')}
        </span>
      </header>
      <div className="body">
        <Bars
          bars={by_day}
          caption="Incidents by day"
          labelOf={(at) => (at ? day(at) : '')}
          onPick={(from, to) => pick(from.at, to.at)}
        />
      </div>
    </section>
  );
}
