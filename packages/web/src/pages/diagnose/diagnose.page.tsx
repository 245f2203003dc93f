import type { DiagnosisSummary } from '@cordon/contract';
import { SERVICES } from '@cordon/core';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { type FormEvent, useId, useState } from 'react';
import { words } from '../../parts/format.ts';
import { Ago, Breakable } from '../../parts/marks.tsx';
import { Empty, ErrorBox, Loaded } from '../../parts/states.tsx';
import { useMayAct } from '../../session.ts';
import './diagnose.css';
import { useDiagnoses, useDiagnosis, useStartDiagnosis } from './diagnose.data.ts';
import { type DiagnoseSearch, writeTarget } from './diagnose-search.ts';
import { Finding } from './finding.tsx';
import { Walk } from './walk.tsx';

const route = getRouteApi('/shell/diagnose');

/** Finds out why something cannot be reached: what is asked, what it rules out, the cause and the fix. */
export function DiagnosePage() {
  const search = route.useSearch();
  const mayAct = useMayAct();
  return (
    <div className="page">
      <div className="page-head">
        <h1>Diagnose</h1>
        <span className="muted small">reads only; nothing is changed, nothing is scanned</span>
      </div>
      {mayAct ? (
        <>
          <TargetForm key={`${search.to} ${search.service}`} search={search} />
          {search.id ? <Diagnosis id={search.id} /> : <Recent />}
        </>
      ) : (
        <section className="panel">
          <Empty title="A responder may ask why something cannot be reached" />
        </section>
      )}
    </div>
  );
}

function TargetForm({ search }: { readonly search: DiagnoseSearch }) {
  const id = useId();
  const navigate = useNavigate();
  const [to, setTo] = useState(search.to ?? '');
  const [service, setService] = useState(search.service ?? '');
  const start = useStartDiagnosis((started) =>
    navigate({
      to: '/diagnose',
      search: { to, ...(service !== '' && { service }), id: started },
    }),
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    start.mutate({ target: to, ...(service !== '' && { service }) });
  };
  return (
    <form className="panel body diagnose-form" onSubmit={submit}>
      <div className="field">
        <span className="strong">From</span>
        <span className="from">the machine Cordon runs on</span>
      </div>
      <div className="field grow">
        <label htmlFor={`${id}to`}>To</label>
        <input
          id={`${id}to`}
          className="input mono"
          required
          maxLength={2_000}
          placeholder="db.example:5432 or https://intranet.example/login"
          value={to}
          onChange={(event) => setTo(event.target.value)}
        />
      </div>
      <div className="field">
        <label htmlFor={`${id}service`}>Service</label>
        <select
          id={`${id}service`}
          className="input"
          value={service}
          onChange={(event) => setService(event.target.value)}
        >
          <option value="">what the port says</option>
          {SERVICES.map((one) => (
            <option key={one}>{one}</option>
          ))}
        </select>
      </div>
      <button type="submit" className="button primary" disabled={start.isPending}>
        Find out
      </button>
      <div className="whole">
        <ErrorBox error={start.error} />
      </div>
    </form>
  );
}

function Diagnosis({ id }: { readonly id: string }) {
  const diagnosis = useDiagnosis(id);
  return (
    <Loaded query={diagnosis} what="the diagnosis">
      {(view) => (
        <div className="cols diagnose-cols">
          <Walk steps={view.steps} isRunning={view.status === 'running'} />
          <Finding diagnosis={view} />
        </div>
      )}
    </Loaded>
  );
}

const OUTCOMES: Readonly<
  Record<NonNullable<DiagnosisSummary['outcome']>, { readonly text: string; readonly tone: string }>
> = {
  healthy: { text: 'works', tone: 'ok' },
  cause: { text: 'cause found', tone: 'bad' },
  candidates: { text: 'a few remain', tone: 'warn' },
  undecided: { text: 'undecided', tone: 'warn' },
};

function Recent() {
  const list = useDiagnoses();
  return (
    <section className="panel" aria-labelledby="recent-diagnoses">
      <header>
        <h2 id="recent-diagnoses">Asked lately</h2>
      </header>
      <Loaded query={list} what="the diagnoses">
        {(items) =>
          items.length === 0 ? (
            <Empty title="Nothing was asked yet">
              <span>
                Name what cannot be reached. Cordon asks first whether an action of its own is the
                cause, then walks names, route, filters, TCP, TLS and the service.
              </span>
            </Empty>
          ) : (
            <table className="table stacked">
              <thead>
                <tr>
                  <th>To</th>
                  <th>Found</th>
                  <th>By</th>
                  <th>When</th>
                </tr>
              </thead>
              <tbody>
                {items.map((item) => (
                  <RecentRow key={item.id} item={item} />
                ))}
              </tbody>
            </table>
          )
        }
      </Loaded>
    </section>
  );
}

function RecentRow({ item }: { readonly item: DiagnosisSummary }) {
  const to = writeTarget(item.target);
  const { text, tone } = item.outcome
    ? OUTCOMES[item.outcome]
    : { text: words(item.status), tone: '' };
  return (
    <tr>
      <td className="mono">
        <Link to="/diagnose" search={{ to, service: item.target.service, id: item.id }}>
          <Breakable text={to} />
        </Link>{' '}
        <span className="muted">{item.target.service}</span>
      </td>
      <td>
        <span className={`pill ${tone}`}>{text}</span>
      </td>
      <td>{item.by}</td>
      <td className="muted small">
        <Ago time={item.started_at} />
      </td>
    </tr>
  );
}
