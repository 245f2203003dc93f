import type { ReportAct, ReportAction, ReportIncident } from '@cordon/contract';
import { Link } from '@tanstack/react-router';
import { createContext, type ReactNode, useContext, useState } from 'react';
import { Dialog } from '../../parts/dialog.tsx';
import { words } from '../../parts/format.ts';
import { At, Breakable, PriorityMark } from '../../parts/marks.tsx';
import { Empty } from '../../parts/states.tsx';
import { lasting } from './lasting.ts';

/** The rows a figure was made of. */
export type Rows = { readonly title: string } & (
  | { readonly incidents: readonly ReportIncident[] }
  | { readonly actions: readonly ReportAction[] }
  | { readonly acts: readonly ReportAct[] }
);

const Show = createContext<(rows: Rows) => void>(() => undefined);

/** Lets every figure below it show the rows it was made of. */
export function BehindArea({
  isCut,
  children,
}: {
  readonly isCut: boolean;
  readonly children: ReactNode;
}) {
  const [rows, setRows] = useState<Rows>();
  return (
    <Show value={setRows}>
      {children}
      {rows ? (
        <Dialog title={rows.title} kind="drawer" onClose={() => setRows(undefined)}>
          {isCut ? (
            <p className="muted small">Of the newest thousand of the period; figures count all.</p>
          ) : null}
          <RowList rows={rows} />
        </Dialog>
      ) : null}
    </Show>
  );
}

/** Shows rows that were picked otherwise than by a figure. */
export const useBehind = () => useContext(Show);

/** A figure that shows the rows behind it; their list is made when it is asked for. */
export function Figure({
  rows,
  children,
}: {
  readonly rows: () => Rows;
  readonly children: ReactNode;
}) {
  const show = useBehind();
  return (
    <button type="button" className="figure-link" onClick={() => show(rows())}>
      {children}
    </button>
  );
}

function RowList({ rows }: { readonly rows: Rows }) {
  if ('incidents' in rows) {
    if (rows.incidents.length === 0) return <Empty title="No incident" />;
    return (
      <ul className="behind">
        {rows.incidents.map((incident) => (
          <IncidentRow key={incident.id} incident={incident} />
        ))}
      </ul>
    );
  }
  if ('actions' in rows) {
    if (rows.actions.length === 0) return <Empty title="No action" />;
    return (
      <ul className="behind">
        {rows.actions.map((action) => (
          <ActionRow key={action.id} action={action} />
        ))}
      </ul>
    );
  }
  if (rows.acts.length === 0) return <Empty title="Nothing was done" />;
  return (
    <ul className="behind">
      {rows.acts.map((act) => (
        <li key={`${act.at} ${act.what} ${act.subject}`}>
          <span>
            <At time={act.at} /> {act.actor}: {words(act.what).toLowerCase()}
          </span>
          {act.incident_id ? <ToIncident id={act.incident_id}>its incident</ToIncident> : null}
        </li>
      ))}
    </ul>
  );
}

function ToIncident({ id, children }: { readonly id: string; readonly children: ReactNode }) {
  return (
    <Link to="/incidents/$id" params={{ id }}>
      {children}
    </Link>
  );
}

const TIMES = [
  ['detect_s', 'detected'],
  ['acknowledge_s', 'acknowledged'],
  ['contain_s', 'contained'],
  ['resolve_s', 'resolved'],
] as const;

function IncidentRow({ incident }: { readonly incident: ReportIncident }) {
  const told = TIMES.flatMap(([key, name]) => {
    const seconds = incident[key];
    return seconds === undefined ? [] : [`${name} after ${lasting(seconds)}`];
  });
  return (
    <li>
      <span className="row wrap">
        <PriorityMark level={incident.priority} />
        <span className="grow">
          <ToIncident id={incident.id}>
            {incident.name} {incident.title}
          </ToIncident>
        </span>
      </span>
      <span className="muted small">
        <At time={incident.opened_at} /> · {words(incident.type).toLowerCase()}
        {incident.verdict ? ` · ${words(incident.verdict).toLowerCase()}` : ' · open'}
        {told.length > 0 ? ` · ${told.join(', ')}` : ''}
      </span>
    </li>
  );
}

function ActionRow({ action }: { readonly action: ReportAction }) {
  return (
    <li>
      <span className="row wrap">
        <code>{action.verb}</code>
        <span className="grow mono">
          <Breakable text={action.target} />
        </span>
        {action.is_false ? <span className="pill bad">false</span> : null}
      </span>
      <span className="muted small">
        <At time={action.at} /> · {words(action.outcome).toLowerCase()}
        {action.is_automatic ? ', nobody asked' : ''} · now {words(action.status).toLowerCase()}
        {action.incident_id ? (
          <>
            {' '}
            · <ToIncident id={action.incident_id}>its incident</ToIncident>
          </>
        ) : null}
      </span>
    </li>
  );
}
