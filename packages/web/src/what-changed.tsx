import type { ActChanges } from '@cordon/contract';
import { Link } from '@tanstack/react-router';
import { putAwayWhatChanged, useWhatChanged } from './acts.ts';
import { count, counted, percent, words } from './parts/format.ts';

type MovedAlert = ActChanges['alerts'][number];
type MovedIncident = ActChanges['incidents'][number];
type MovedRule = ActChanges['rules'][number];

/** What the last act of this person moved besides what it was about; nothing where it moved nothing. */
export function WhatChanged() {
  const changes = useWhatChanged();
  if (!changes) return null;
  const { alerts, incidents, rules, more_alerts: more } = changes;
  if (alerts.length + incidents.length + rules.length === 0) return null;
  return (
    <section className="panel" aria-labelledby="what-changed">
      <header>
        <h2 id="what-changed">What that changed</h2>
        <button type="button" className="button quiet" onClick={putAwayWhatChanged}>
          Put away
        </button>
      </header>
      <ul className="body stack tight">
        {rules.map((rule) => (
          <RuleLine key={rule.id} rule={rule} />
        ))}
        {incidents.map((incident) => (
          <IncidentLine key={incident.id} incident={incident} />
        ))}
        {alerts.map((alert) => (
          <AlertLine key={alert.id} alert={alert} />
        ))}
        {more > 0 ? <li className="muted">{counted(more, 'more alert')}</li> : null}
      </ul>
    </section>
  );
}

const shown = (verdicts: number): string => count(Math.round(verdicts * 10) / 10);

function RuleLine({ rule }: { readonly rule: MovedRule }) {
  return (
    <li className="row wrap">
      <span className="muted">Rule</span>
      <Link to="/rules" search={{ rule: rule.id }}>
        {rule.title}
      </Link>
      <span>
        {shown(rule.genuine_after)} of {shown(rule.verdicts_after)} verdicts genuine, before{' '}
        {shown(rule.genuine_before)} of {shown(rule.verdicts_before)}
      </span>
    </li>
  );
}

function IncidentLine({ incident }: { readonly incident: MovedIncident }) {
  const { status_before: before, status_after: after } = incident;
  const status =
    before === undefined || before === after
      ? words(after)
      : `${words(before)} → ${words(after).toLowerCase()}`;
  return (
    <li className="row wrap">
      <span className="muted">Incident</span>
      <Link to="/incidents/$id" params={{ id: incident.id }}>
        {incident.name}
      </Link>
      <span>
        {status}, {counted(incident.alerts_after, 'alert')}
        {incident.alerts_before === undefined || incident.alerts_before === incident.alerts_after
          ? ''
          : `, before ${count(incident.alerts_before)}`}
      </span>
    </li>
  );
}

function AlertLine({ alert }: { readonly alert: MovedAlert }) {
  const { p_before: before, status_before: was, status_after: is } = alert;
  return (
    <li className="row wrap">
      <span className="muted">Alert</span>
      <Link to="/alerts" search={{ alert: alert.id }}>
        {alert.title}
      </Link>
      <span>
        {before === undefined ? '' : `${percent(before)} → `}
        {percent(alert.p_after)}
        {was === undefined || was === is ? '' : `, ${words(was)} → ${words(is).toLowerCase()}`}
      </span>
    </li>
  );
}
