import type { AlertSummary } from '@cordon/contract';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { AlertActs, AlertDialog } from '../../alert-acts.tsx';
import { problemOf } from '../../api.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { counted, percent, words } from '../../parts/format.ts';
import { Ago, Entity, LookBackMark, Middle, SeverityMark } from '../../parts/marks.tsx';
import { useShortcuts } from '../../parts/shortcuts.ts';
import { Empty, Loaded, Loading, ProblemBox } from '../../parts/states.tsx';
import { More, Toggles } from '../../parts/toggles.tsx';
import { Origin } from '../../rule-origin.tsx';
import { ScorePanel } from '../../score-panel.tsx';
import { useMayAct } from '../../session.ts';
import { WhatChanged } from '../../what-changed.tsx';
import { ALERT_STATUSES, type AlertFilter } from './alert-filter.ts';
import { useAlert, useAlerts } from './alerts.data.ts';
import { ClosingDrawer } from './closing-drawer.tsx';

const route = getRouteApi('/shell/alerts');

/** Every alert: waiting, in an incident, closed; each says why it is where it is. */
export function AlertsPage() {
  const filter = route.useSearch();
  const [isHiddenAsked, setHiddenAsked] = useState(false);
  const navigate = useNavigate();
  const query = useAlerts(filter.status);
  const items = query.data?.pages.flatMap((page) => page.items) ?? [];
  const show = (change: { [K in keyof AlertFilter]: string | undefined }) =>
    void navigate({
      to: '/alerts',
      search: Object.fromEntries(
        Object.entries({ ...filter, ...change }).filter(([, value]) => value),
      ),
      replace: true,
    });
  return (
    <div className="page">
      <div className="page-head">
        <h1>Alerts</h1>
        <span className="muted small keys">
          <kbd>j</kbd> <kbd>k</kbd> move · <kbd>Enter</kbd> look into · <kbd>e</kbd> close
        </span>
      </div>
      <search className="filters">
        <Toggles
          label="Status"
          all={ALERT_STATUSES}
          chosen={filter.status}
          onChange={(status) => show({ status })}
        />
        <button type="button" className="button quiet" onClick={() => setHiddenAsked(true)}>
          What closes by itself…
        </button>
      </search>
      {isHiddenAsked ? <ClosingDrawer onClose={() => setHiddenAsked(false)} /> : null}
      <WhatChanged />
      {query.isError && !query.data ? (
        <ProblemBox problem={problemOf(query.error)} onRetry={() => void query.refetch()} />
      ) : null}
      {query.isPending ? <Loading what="the alerts" /> : null}
      {query.isSuccess && items.length === 0 ? (
        <NoAlerts isFiltered={Boolean(filter.status)} />
      ) : null}
      {items.length > 0 ? <AlertList items={items} onOpen={(alert) => show({ alert })} /> : null}
      <More query={query} />
      {filter.alert ? (
        <AlertDrawer id={filter.alert} onClose={() => show({ alert: undefined })} />
      ) : null}
    </div>
  );
}

function NoAlerts({ isFiltered }: { readonly isFiltered: boolean }) {
  return (
    <section className="panel">
      <Empty title={isFiltered ? 'No alert fits the filter' : 'No alerts yet'}>
        {isFiltered ? (
          <Link to="/alerts" search={{}}>
            Clear the filter
          </Link>
        ) : (
          <Link to="/welcome">Try the demo attack or connect a source</Link>
        )}
      </Empty>
    </section>
  );
}

function AlertList({
  items,
  onOpen,
}: {
  readonly items: readonly AlertSummary[];
  readonly onOpen: (id: string) => void;
}) {
  const [index, setIndex] = useState(0);
  const [isAsked, setAsked] = useState(false);
  const mayAct = useMayAct();
  const selected = items[Math.min(index, items.length - 1)];
  const go = (next: number) => {
    const place = Math.max(0, Math.min(items.length - 1, next));
    setIndex(place);
    document.getElementById(`alert-row-${place}`)?.scrollIntoView({ block: 'nearest' });
  };
  useShortcuts('Alerts', [
    { keys: 'j', text: 'Next', run: () => go(index + 1), isMove: true },
    { keys: 'k', text: 'Previous', run: () => go(index - 1), isMove: true },
    {
      keys: 'Enter',
      text: 'Look into it',
      run: () => selected && onOpen(selected.id),
      isMove: true,
    },
    ...(mayAct
      ? [{ keys: 'e', text: 'Close or reopen the alert', run: () => setAsked(true) }]
      : []),
  ]);
  return (
    <section className="panel" aria-label="Alerts">
      <ul className="alert-list">
        {items.map((alert, place) => (
          <li
            key={alert.id}
            id={`alert-row-${place}`}
            {...(alert === selected && { 'aria-current': true })}
          >
            <SeverityMark severity={alert.severity} />
            <button type="button" className="plain grow" onClick={() => onOpen(alert.id)}>
              <span className="strong">
                <Middle text={alert.title} />
              </span>
              <LookBackMark alert={alert} />
              <span className="muted small">
                {words(alert.status)} · {alert.why}
              </span>
            </button>
            <span className="num">{percent(alert.p)}</span>
            <span className="muted small when">
              <Ago time={alert.last_at} />
            </span>
            <AlertActs alert={alert} />
          </li>
        ))}
      </ul>
      {isAsked && selected ? (
        <AlertDialog alert={selected} onClose={() => setAsked(false)} />
      ) : null}
    </section>
  );
}

function AlertDrawer({ id, onClose }: { readonly id: string; readonly onClose: () => void }) {
  const query = useAlert(id);
  return (
    <Dialog title={query.data?.title ?? 'Alert'} kind="drawer" onClose={onClose}>
      <Loaded query={query} what="the alert">
        {(alert) => (
          <div className="stack">
            <div className="row wrap">
              <SeverityMark severity={alert.severity} />
              <span className="pill">{words(alert.status)}</span>
              <LookBackMark alert={alert} />
              <span className="grow muted small">
                {counted(alert.event_count, 'event')}, last <Ago time={alert.last_at} />
              </span>
              <AlertActs alert={alert} />
            </div>
            <p>{alert.text}</p>
            <p className="muted small">
              Rule{' '}
              <Link to="/rules" search={{ rule: alert.rule.id }}>
                {alert.rule.title}
              </Link>{' '}
              · <Origin rule={alert.rule} />
            </p>
            <p className="why">{alert.why}</p>
            {alert.verdict ? (
              <p className="why">
                Closed as {words(alert.verdict.kind).toLowerCase()} by {alert.verdict.by}:{' '}
                {alert.verdict.reason}
              </p>
            ) : null}
            {alert.incident_id ? (
              <Link to="/incidents/$id" params={{ id: alert.incident_id }}>
                Go to its incident
              </Link>
            ) : null}
            <div className="row wrap">
              {alert.entities.map((entity) => (
                <Entity key={`${entity.kind}:${entity.id}:${entity.role}`} entity={entity} />
              ))}
            </div>
            <ScorePanel score={alert.score} />
          </div>
        )}
      </Loaded>
    </Dialog>
  );
}
