import type { AlertSummary, IncidentDetail } from '@cordon/contract';
import { AlertActs } from '../../alert-acts.tsx';
import { percent, words } from '../../parts/format.ts';
import { Ago, Entity, LookBackMark, SeverityMark } from '../../parts/marks.tsx';
import { Empty } from '../../parts/states.tsx';
import { RecordLinks } from '../../record-drawer.tsx';
import { KnownPanel } from './known-panel.tsx';
import { StepsPanel } from './steps-panel.tsx';

export function StoryTab({ incident }: { readonly incident: IncidentDetail }) {
  return (
    <div className="cols">
      <div className="stack" style={{ gap: '16px' }}>
        <section className="panel" aria-labelledby="story-title">
          <header>
            <h2 id="story-title">What happened</h2>
          </header>
          <div className="body story">
            {incident.story.map((line) => (
              <p key={line}>{line}</p>
            ))}
            {incident.story.length === 0 ? <p className="muted">No story yet.</p> : null}
          </div>
        </section>
        <StepsPanel id={incident.id} />
        <AlertsPanel incident={incident} />
      </div>
      <div className="stack" style={{ gap: '16px' }}>
        <PriorityPanel incident={incident} />
        <KnownPanel known={incident.known} />
        <section className="panel" aria-labelledby="facts-title">
          <header>
            <h2 id="facts-title">Facts</h2>
          </header>
          <div className="body stack">
            <dl className="defs">
              <dt>Behaviours</dt>
              <dd>{incident.behaviours.map(words).join(', ') || '–'}</dd>
              <dt>Origin</dt>
              <dd>{incident.origin_text}</dd>
              <dt>Tactics</dt>
              <dd>
                {incident.tactics.map((name) => words(name.replaceAll('-', '_'))).join(', ') || '–'}
              </dd>
              <dt>Techniques</dt>
              <dd className="mono">{incident.techniques.join(', ') || '–'}</dd>
            </dl>
            <div className="row wrap">
              {incident.entities.map((entity) => (
                <Entity key={`${entity.kind}:${entity.id}:${entity.role}`} entity={entity} />
              ))}
            </div>
          </div>
        </section>
      </div>
    </div>
  );
}

function PriorityPanel({ incident }: { readonly incident: IncidentDetail }) {
  const { priority } = incident;
  const axes = [
    ['Likelihood', priority.likelihood],
    ['Impact', priority.impact],
    ['Urgency', priority.urgency],
  ] as const;
  return (
    <section className="panel" aria-labelledby="priority-title">
      <header>
        <h2 id="priority-title">Why {priority.level}</h2>
        <span className="strong">{Math.round(priority.score)} / 100</span>
      </header>
      <div className="body stack">
        <div className="axis-bars">
          {axes.map(([name, value]) => (
            <Axis key={name} name={name} value={value} />
          ))}
        </div>
        <ul className="stack tight small">
          {priority.factors.map((factor) => (
            <li key={factor.axis + factor.text}>
              <span className="muted">{words(factor.axis)}: </span>
              {factor.text}
            </li>
          ))}
        </ul>
      </div>
    </section>
  );
}

function Axis({ name, value }: { readonly name: string; readonly value: number }) {
  return (
    <>
      <span className="muted">{name}</span>
      <div className="bar" aria-hidden="true">
        <i style={{ width: `${value * 100}%` }} />
      </div>
      <span className="num">{Math.round(value * 100)}</span>
    </>
  );
}

function AlertsPanel({ incident }: { readonly incident: IncidentDetail }) {
  return (
    <section className="panel" aria-labelledby="alerts-title">
      <header>
        <h2 id="alerts-title">Alerts</h2>
        <span className="muted small">{incident.alerts.length}</span>
      </header>
      {incident.alerts.length === 0 ? (
        <Empty title="No alerts" />
      ) : (
        <ul className="alert-list">
          {incident.alerts.map((alert) => (
            <AlertItem key={alert.id} alert={alert} />
          ))}
        </ul>
      )}
    </section>
  );
}

/** The sentence without the title it begins with, which stands above it. */
const restOf = ({ title, text }: AlertSummary): string =>
  text.startsWith(`${title} `) ? `… ${text.slice(title.length + 1)}` : text;

function AlertItem({ alert }: { readonly alert: AlertSummary }) {
  return (
    <li className="whole">
      <SeverityMark severity={alert.severity} />
      <div className="grow">
        <div className="strong">
          {alert.title} <LookBackMark alert={alert} />
        </div>
        <div>{restOf(alert)}</div>
        <div className="muted small">{alert.why}</div>
        <RecordLinks offsets={alert.offsets} />
      </div>
      <span className="num" title="Probability that it is genuine">
        {percent(alert.p)}
      </span>
      <span className="muted small when">
        <Ago time={alert.last_at} />
      </span>
      <AlertActs alert={alert} />
    </li>
  );
}
